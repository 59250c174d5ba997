import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { getEarnings } from '../../shared/earnings/get-earnings.ts';
import { listCreatorEntries } from '../../shared/earnings/list-creator-entries.ts';
import type { CreditMessage, RelayedGift } from '../../shared/earnings/messages.ts';
import { putCreator } from '../../shared/earnings/put-creator.ts';
import { readShards } from '../../shared/earnings/read-shards.ts';
import { newId } from '../../shared/identifiers.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { creatorEntryKey } from '../../shared/store/keys.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { failingTable } from '../support/failing-table.ts';
import { newWorld, register, type World } from '../support/people.ts';

const now = new Date('2026-11-21T12:00:00.000Z');

function gift(change: Partial<RelayedGift> = {}): RelayedGift {
  return {
    giftId: newId(now),
    senderId: 'ana',
    gift: 'rose',
    quantity: 1,
    unitPrice: 1,
    context: { type: 'live', id: 'live-1' },
    sentAt: now.getTime(),
    milliDiamonds: 500,
    ...change,
  };
}

function message(gifts: RelayedGift[]): CreditMessage {
  return { version: 1, creatorId: 'cy', gifts };
}

async function lifetimeOf({ ledger }: World): Promise<number> {
  return (await readShards(ledger, 'cy')).reduce((sum, { lifetime }) => sum + lifetime, 0);
}

describe('crediting gifts', () => {
  it('credits a message once, however often and however parallel it is delivered', async () => {
    const world = await newWorld(now);
    const delivered = message([gift(), gift(), gift({ senderId: 'bob', milliDiamonds: 1000, unitPrice: 2 })]);
    const stores = { ledger: world.ledger, maturityDays: 0 };
    const credited = await Promise.all(Array.from({ length: 5 }, () => creditGifts(stores, delivered, now)));
    expect(credited.reduce((sum, { milliDiamonds }) => sum + milliDiamonds, 0)).toBe(2000);
    expect(await lifetimeOf(world)).toBe(2000);
  });

  it('credits the new gifts of a message and leaves out those that were credited before', async () => {
    const world = await newWorld(now);
    const stores = { ledger: world.ledger, maturityDays: 0 };
    const old = gift();
    await creditGifts(stores, message([old]), now);
    const fresh = gift();
    expect(await creditGifts(stores, message([old, fresh, old]), now)).toEqual({ gifts: 1, milliDiamonds: 500 });
    expect(await lifetimeOf(world)).toBe(1000);
  });

  it('credits each gift once when a message is redriven after a day in the dead letters, and a sweep sent a part of it since', async () => {
    const world = await newWorld(now);
    const stores = { ledger: world.ledger, maturityDays: 0 };
    const [swept, forgotten] = [gift(), gift({ unitPrice: 2, milliDiamonds: 1000 })];
    await creditGifts(stores, message([swept]), new Date(now.getTime() + 300_000));
    const aDayLater = new Date(now.getTime() + 86_400_000);
    expect(await creditGifts(stores, message([swept, forgotten]), aDayLater)).toMatchObject({ gifts: 1 });
    expect(await creditGifts(stores, message([swept, forgotten]), aDayLater)).toMatchObject({ gifts: 0 });
    expect(await lifetimeOf(world)).toBe(1500);
  });

  it('stops at a gift whose entry says something else, and credits nothing of the message', async () => {
    const world = await newWorld(now);
    const stores = { ledger: world.ledger, maturityDays: 0 };
    const old = gift();
    await creditGifts(stores, message([old]), now);
    await expect(creditGifts(stores, message([{ ...old, milliDiamonds: 9000 }, gift()]), now)).rejects.toThrow(
      'disagrees',
    );
    expect(await lifetimeOf(world)).toBe(500);
  });

  it('keeps what matures by the day it becomes available, counted from the gift, not from the crediting', async () => {
    const world = await newWorld(now);
    const yesterday = now.getTime() - 86_400_000;
    await creditGifts({ ledger: world.ledger, maturityDays: 14 }, message([gift(), gift({ sentAt: yesterday })]), now);
    const [shard] = await readShards(world.ledger, 'cy');
    expect(shard).toMatchObject({ available: 0, lifetime: 1000, maturing: { '2026-12-05': 500, '2026-12-04': 500 } });
    const earnings = await getEarnings(world, { creatorId: 'cy', now: new Date('2026-12-04T00:00:00Z') });
    expect(earnings).toMatchObject({ diamonds: { available: '0.5', maturing: '0.5', lifetime: '1' } });
  });

  it('puts small groups into the first balance and spreads large ones', async () => {
    const world = await newWorld(now);
    const random = () => 0.5;
    const stores = { ledger: world.ledger, maturityDays: 0, random };
    await creditGifts(stores, message([gift()]), now);
    await creditGifts(stores, message(Array.from({ length: 90 }, (_, i) => gift({ senderId: `fan-${i}` }))), now);
    expect((await readShards(world.ledger, 'cy')).map(({ shard }) => shard)).toEqual([0, 32]);
    expect(await lifetimeOf(world)).toBe(45_500);
  });

  it('takes another balance when the first is contended', async () => {
    const world = await newWorld(now);
    const conflict = new TransactionCanceledException({
      message: 'conflict',
      $metadata: {},
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }, { Code: 'None' }],
    });
    const ledger = failingTable(world.ledger, { command: 'TransactWriteItemsCommand', times: 2, error: conflict });
    await creditGifts({ ledger, maturityDays: 0, random: () => 0.25 }, message([gift()]), now);
    expect((await readShards(world.ledger, 'cy')).map(({ shard }) => shard)).toEqual([16]);
  });

  it('credits once when the transaction took effect but its answer was lost', async () => {
    const world = await newWorld(now);
    const lost = Object.assign(new Error('the answer was lost'), { name: 'TimeoutError' });
    const ledger = failingTable(world.ledger, {
      command: 'TransactWriteItemsCommand',
      times: 1,
      error: lost,
      afterEffect: true,
    });
    await creditGifts({ ledger, maturityDays: 0 }, message([gift(), gift()]), now);
    expect(await lifetimeOf(world)).toBe(1000);
  });

  it('lists what was credited, newest first, page by page', async () => {
    const world = await newWorld(now);
    for (let second = 0; second < 5; second++)
      await creditGifts(
        { ledger: world.ledger, maturityDays: 0 },
        message([gift()]),
        new Date(now.getTime() + second * 1000),
      );
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await listCreatorEntries(world, { creatorId: 'cy', page: { limit: 2, before } });
      if (isRefusal(page)) throw new Error(page.code);
      seen.push(...page.entries.map(({ at }) => at));
      before = page.nextCursor && Buffer.from(page.nextCursor, 'base64url').toString();
    } while (before);
    expect(seen).toHaveLength(5);
    expect(seen).toEqual(seen.toSorted().toReversed());
  });

  it('lists credits larger than a page of DynamoDB without losing any', async () => {
    const world = await newWorld(now);
    await creditGifts({ ledger: world.ledger, maturityDays: 0 }, message([gift()]), now);
    const credits = 70;
    const gifts = Array.from({ length: 90 }, () => ({
      giftId: newId(now),
      senderId: 'a-sender-with-an-id-as-long-as-ids-may-be-which-is-64-characters',
      gift: 'rose',
      quantity: 1,
      coins: 1,
      milliDiamonds: 500,
    }));
    for (let second = 1; second < credits; second++) {
      const entryId = newId(new Date(now.getTime() + second * 1000));
      const entry = { entryId, creatorId: 'cy', shard: 0, at: now.toISOString(), flow: 'credit', gifts };
      const Item = {
        ...creatorEntryKey({ creatorId: 'cy', shard: 0, entryId }),
        ...entry,
        amounts: { milliDiamonds: 45_000 },
      };
      await world.ledger.client.send(new PutCommand({ TableName: world.ledger.name, Item }));
    }
    const page = await listCreatorEntries(world, { creatorId: 'cy', page: { limit: 100, before: undefined } });
    expect(page).toMatchObject({ entries: { length: credits } });
    expect(page).not.toHaveProperty('nextCursor');
  });

  it('reads back a credit whose sum is larger than any single gift may be', async () => {
    const world = await newWorld(now);
    const large = () => gift({ milliDiamonds: 500_000_000_000 });
    await creditGifts({ ledger: world.ledger, maturityDays: 0 }, message([large(), large(), large()]), now);
    const page = await listCreatorEntries(world, { creatorId: 'cy', page: { limit: 10, before: undefined } });
    expect(page).toMatchObject({ entries: [{ diamonds: '1500000000' }] });
  });
});

describe('registering a creator', () => {
  it('lets gifts be switched off although the age of the owner is not known any more', async () => {
    const world = await newWorld(now);
    await putUser(world, { userId: 'cyril', region: 'US', now });
    const command = { creatorId: 'cy', ownerUserId: 'cyril', region: 'US', now };
    expect(await putCreator(world, { ...command, giftsEnabled: true })).toMatchObject({ code: 'age_restricted' });
    expect(await putCreator(world, { ...command, giftsEnabled: false })).toMatchObject({ giftsEnabled: false });
  });

  it('keeps a creator with its owner', async () => {
    const world = await newWorld(now);
    await register(world, 'thief', now);
    const theft = { creatorId: 'cy', ownerUserId: 'thief', region: 'US', giftsEnabled: true, now };
    expect(await putCreator(world, theft)).toMatchObject({ code: 'state_conflict' });
  });
});
