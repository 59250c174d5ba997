import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { packGifts } from '../../shared/earnings/messages.ts';
import { giftsOf } from '../../shared/earnings/relay-gifts.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { Books } from '../../shared/ledger/audit/books.ts';
import { judgePartition } from '../../shared/ledger/audit/judge-partition.ts';
import { Tally } from '../../shared/ledger/audit/tally.ts';
import {
  creatorEntryKey,
  creatorShardKey,
  type Key,
  rechargeKey,
  walletEntryKey,
  walletKey,
} from '../../shared/store/keys.ts';
import { payoutKey } from '../../shared/store/payout-keys.ts';
import { queryPage } from '../../shared/store/read.ts';
import { countRequests } from '../support/count-requests.ts';
import { fanWith, newWorld, type World, walletOf } from '../support/people.ts';

const now = new Date('2026-11-21T12:00:00.000Z');
let world: World;
let credited: string;
let waiting: string;

async function send(giftId: string): Promise<void> {
  const context = { type: 'video', id: 'v1' } as const;
  await sendGift(
    world,
    { giftId, senderId: 'ana', creatorId: 'cy', gift: 'heart', quantity: 1, unitPrice: 5, context },
    now,
  );
}

beforeEach(async () => {
  world = await newWorld(now);
  await fanWith(world, { userId: 'ana', coins: 100, now });
  credited = newId(now);
  waiting = newId(now);
  await send(credited);
  for (const message of packGifts(giftsOf(await walletOf(world, 'ana'))))
    await creditGifts({ ledger: world.ledger, maturityDays: 0 }, message, now);
  await send(waiting);
});

async function change(key: Key, expression: string, values: Record<string, unknown>): Promise<void> {
  await world.ledger.client.send(
    new UpdateCommand({
      TableName: world.ledger.name,
      Key: key,
      UpdateExpression: expression,
      ExpressionAttributeValues: values,
    }),
  );
}

async function differences(): Promise<string[]> {
  const report = await auditLedger(world.ledger);
  return report.differences
    .map(({ subject, measure, delta }) => `${subject.kind} ${subject.id}: ${measure} ${delta}`)
    .toSorted();
}

describe('the audit', () => {
  it('finds a balanced ledger clean, with every asset summing to zero', async () => {
    const report = await auditLedger(world.ledger);
    expect(report.differences).toEqual([]);
    expect(report.sums).toEqual({ coin: 0, diamond: 0, USD: 0 });
    expect(report.balances).toContainEqual({ account: 'wallet.paid', asset: 'coin', amount: 90 });
    expect(report.balances).toContainEqual({ account: 'creator.earned', asset: 'diamond', amount: 2500 });
  });

  it('names a wallet that holds a coin too many', async () => {
    await change(walletKey('ana'), 'SET paid = paid + :one', { ':one': 1 });
    expect(await differences()).toEqual(['wallet ana: wallet.paid 1']);
  });

  it('names a creator whose balance is not what was credited', async () => {
    await change(creatorShardKey({ creatorId: 'cy', shard: 0 }), 'ADD available :more', { ':more': 500 });
    expect(await differences()).toEqual(['creator cy: creator.earned in shard 00 500']);
  });

  it('names a gift that was credited without its mark, and the wallet that it is missing from', async () => {
    const key = walletEntryKey({ userId: 'ana', flow: 'gift', entryId: credited });
    await world.ledger.client.send(new DeleteCommand({ TableName: world.ledger.name, Key: key }));
    expect(await differences()).toEqual([
      `gift ${credited} of ana: coins 5`,
      expect.stringMatching(new RegExp(`^gift ${credited} of ana: milli-diamonds in credit .* of cy, shard 0 2500$`)),
    ]);
  });

  it('names a wallet from whose outbox a gift was lost', async () => {
    await world.ledger.client.send(
      new UpdateCommand({
        TableName: world.ledger.name,
        Key: walletKey('ana'),
        UpdateExpression: 'REMOVE outbox.#gift',
        ExpressionAttributeNames: { '#gift': waiting },
      }),
    );
    expect(await differences()).toEqual(['wallet ana: wallet.paid -5']);
  });

  it('goes on after an item that cannot be read, and names it', async () => {
    await change(walletKey('ana'), 'SET paid = :less', { ':less': -5 });
    expect(await differences()).toContain('item WALLET#ana / HEAD: unreadable 1');
  });

  it('names a gift that was credited to another creator than it was sent to', async () => {
    await fanWith(world, { userId: 'bob', coins: 10, now });
    const giftId = newId(now);
    const context = { type: 'video', id: 'v1' } as const;
    await sendGift(
      world,
      { giftId, senderId: 'bob', creatorId: 'cy', gift: 'rose', quantity: 1, unitPrice: 1, context },
      now,
    );
    const [message] = packGifts(giftsOf(await walletOf(world, 'bob')));
    if (!message) throw new Error('There is no message.');
    await creditGifts({ ledger: world.ledger, maturityDays: 0 }, { ...message, creatorId: 'eve' }, now);
    expect(await differences()).toEqual([`gift ${giftId} of bob: outbox against entry, creator and kind 1`]);
  });

  it('names a recharge whose coins went to another user than its order says', async () => {
    const recharge = { pk: walletKey('ana').pk, flow: 'recharge' };
    const { items } = await queryPage(world.ledger, {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :entry)',
      FilterExpression: 'flow = :flow',
      ExpressionAttributeValues: { ':pk': recharge.pk, ':entry': 'ENTRY#', ':flow': recharge.flow },
    });
    const rechargeId = String(items[0]?.entryId);
    await change(rechargeKey(rechargeId), 'SET userId = :other', { ':other': 'bob' });
    expect(await differences()).toEqual([
      `recharge ${rechargeId}: coins for ana -100`,
      `recharge ${rechargeId}: coins for bob 100`,
    ]);
  });

  it('names a payout of which the entry says that another amount was paid', () => {
    const findings = { tally: new Tally(), books: new Books() };
    const at = now.toISOString();
    const payoutId = newId(now);
    const entry = (more: object) => {
      const entryId = newId(now);
      return {
        ...creatorEntryKey({ creatorId: 'cy', shard: 0, entryId }),
        entryId,
        creatorId: 'cy',
        shard: 0,
        at,
        payoutId,
        ...more,
      };
    };
    const amounts = { milliDiamonds: 1000, netMinor: 999, feeMinor: 0 };
    judgePartition(
      [
        entry({ flow: 'payout_hold', amounts: { milliDiamonds: 1000 }, taken: { 0: 1000 } }),
        entry({ flow: 'payout_paid', amounts, currency: 'USD' }),
      ],
      findings,
    );
    const payout = {
      payoutId,
      creatorId: 'cy',
      asked: 'all',
      milliDiamonds: 1000,
      grossMinor: 1,
      feeMinor: 0,
      netMinor: 1,
      currency: 'USD',
      method: 'paypal',
      ratesVersion: '1',
      feesVersion: '1',
      state: 'paid',
      requestedBy: 'app',
      requestedAt: at,
      updatedAt: at,
      version: 1,
    };
    judgePartition([{ ...payoutKey(payoutId), ...payout }], findings);
    const found = findings.tally.differences().filter(({ subject }) => subject.kind === 'payout');
    expect(found.map(({ measure, delta }) => [measure, delta])).toEqual([['net minor units of USD paid', -998]]);
  });

  it('confirms ninety gifts of a lost credit with a few requests each', async () => {
    await fanWith(world, { userId: 'bob', coins: 90, now });
    const context = { type: 'video', id: 'v1' } as const;
    const gift = { senderId: 'bob', creatorId: 'cy', gift: 'rose', quantity: 1, unitPrice: 1, context };
    for (let sent = 0; sent < 90; sent++) await sendGift(world, { ...gift, giftId: newId(now) }, now);
    const [message] = packGifts(giftsOf(await walletOf(world, 'bob')));
    if (!message) throw new Error('There is no message.');
    await creditGifts({ ledger: world.ledger, maturityDays: 0, random: () => 0.5 }, message, now);
    const pk = creatorShardKey({ creatorId: 'cy', shard: 32 }).pk;
    const { items } = await queryPage(world.ledger, {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :entry)',
      ExpressionAttributeValues: { ':pk': pk, ':entry': 'ENTRY#' },
    });
    const Key = { pk, sk: items[0]?.sk };
    await world.ledger.client.send(new DeleteCommand({ TableName: world.ledger.name, Key }));
    const counted = countRequests(world);
    const report = await auditLedger(counted.world.ledger);
    expect(report.differences.filter(({ subject }) => subject.kind === 'gift')).toHaveLength(180);
    expect(counted.requests().requests).toBeLessThan(90 * 4);
  });
});
