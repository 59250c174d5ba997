import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { packGifts } from '../../shared/earnings/messages.ts';
import { giftsOf } from '../../shared/earnings/relay-gifts.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { creatorShardKey, type Key, walletEntryKey, walletKey } from '../../shared/store/keys.ts';
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
      `gift ${credited} of ana: milli-diamonds credited 2500`,
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
});
