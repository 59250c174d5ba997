import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { CreditMessage } from '../../shared/earnings/messages.ts';
import { relayGifts } from '../../shared/earnings/relay-gifts.ts';
import { sweepOutboxes } from '../../shared/earnings/sweep-outboxes.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { startQueue, type TestQueue, walletChanges } from '../support/deliver.ts';
import { fanWith, newWorld, type World, walletOf } from '../support/people.ts';
import { seededRandom, shuffled } from '../support/random.ts';

const now = new Date('2026-11-21T12:00:00.000Z');
let credits: TestQueue;

beforeAll(async () => {
  credits = await startQueue();
});
afterAll(() => credits.close());

async function sendRoses(world: World, { senderId, count }: { senderId: string; count: number }): Promise<void> {
  const context = { type: 'live', id: 'live-1' } as const;
  for (let sent = 0; sent < count; sent++) {
    const command = { giftId: newId(now), senderId, creatorId: 'cy', gift: 'rose', quantity: 1, unitPrice: 1, context };
    const result = await sendGift(world, command, now);
    if (isRefusal(result)) throw new Error(result.code);
  }
}

async function creditAll(world: World, messages: unknown[]): Promise<void> {
  for (const body of messages) {
    await creditGifts({ ledger: world.ledger, maturityDays: 0 }, z.parse(CreditMessage, body), now);
  }
}

async function creditedDiamonds(world: World): Promise<number> {
  const { balances, differences, unsettled, unconfirmed } = await auditLedger(world.ledger);
  expect(differences).toEqual([]);
  expect(unsettled).toEqual([]);
  expect(unconfirmed).toBe(0);
  return balances.find(({ account }) => account === 'creator.earned')?.amount ?? 0;
}

describe('from the outbox to the creator', () => {
  it.each([1, 2, 3])(
    'credits once when records come three times and messages twice, in any order (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const world = await newWorld(now, { stream: true });
      for (const senderId of ['ana', 'bob', 'eve']) {
        await fanWith(world, { userId: senderId, coins: 40, now });
        await sendRoses(world, { senderId, count: 12 });
      }
      const changes = await walletChanges(world.ledger);
      const records = shuffled([...changes, ...changes, ...changes], random);
      for (let start = 0; start < records.length; start += 7)
        expect(await relayGifts({ ledger: world.ledger, credits }, records.slice(start, start + 7))).toEqual({
          failedFrom: undefined,
        });
      const messages = await credits.drain();
      await creditAll(world, shuffled([...messages, ...messages], random));
      expect(await creditedDiamonds(world)).toBe(36 * 500);
    },
  );

  it('packs the gifts of one creator into one message and prunes outboxes that have grown', async () => {
    const world = await newWorld(now, { stream: true });
    await fanWith(world, { userId: 'ana', coins: 40, now });
    await sendRoses(world, { senderId: 'ana', count: 8 });
    const before = await walletChanges(world.ledger);
    await relayGifts({ ledger: world.ledger, credits }, before);
    const messages = await credits.drain();
    expect(messages).toHaveLength(1);
    await creditAll(world, messages);
    await sendRoses(world, { senderId: 'ana', count: 1 });
    await relayGifts({ ledger: world.ledger, credits }, (await walletChanges(world.ledger)).slice(before.length));
    expect(Object.keys((await walletOf(world, 'ana')).outbox)).toHaveLength(1);
    await creditAll(world, await credits.drain());
    expect(await creditedDiamonds(world)).toBe(9 * 500);
  });

  it('asks for the records again from the first whose gifts the queue did not take', async () => {
    const world = await newWorld(now, { stream: true });
    await fanWith(world, { userId: 'ana', coins: 40, now });
    await sendRoses(world, { senderId: 'ana', count: 2 });
    const records = await walletChanges(world.ledger);
    const gone = { ...credits, url: `${credits.url}-gone` };
    const first = records.find(({ dynamodb }) => Object.keys(dynamodb?.NewImage?.outbox?.M ?? {}).length > 0);
    expect(await relayGifts({ ledger: world.ledger, credits: gone }, records)).toEqual({
      failedFrom: first?.dynamodb?.SequenceNumber,
    });
  });

  it('does not let a record that cannot be read hold up the others', async () => {
    const world = await newWorld(now, { stream: true });
    await fanWith(world, { userId: 'ana', coins: 40, now });
    await sendRoses(world, { senderId: 'ana', count: 1 });
    const [unreadable, ...others] = await walletChanges(world.ledger);
    const broken = { ...unreadable, dynamodb: { ...unreadable?.dynamodb, NewImage: { userId: { S: 'x' } } } };
    expect(await relayGifts({ ledger: world.ledger, credits }, [broken, ...others])).toEqual({ failedFrom: undefined });
    expect(await credits.drain()).toHaveLength(1);
  });

  it('finds gifts whose stream record and message were lost, and leaves fresh ones alone', async () => {
    const world = await newWorld(now, { stream: true });
    await fanWith(world, { userId: 'ana', coins: 40, now });
    await sendRoses(world, { senderId: 'ana', count: 3 });
    const stores = { ledger: world.ledger, credits, staleAfterSeconds: 120 };
    const run = (seconds: number) =>
      sweepOutboxes(stores, { now: new Date(now.getTime() + seconds * 1000), remainingMilliseconds: () => 60_000 });
    expect(await run(60)).toMatchObject({ resent: 0, finishedPass: true });
    expect(await run(121)).toMatchObject({ resent: 3 });
    await creditAll(world, await credits.drain());
    expect(await run(300)).toMatchObject({ resent: 0 });
    expect(await run(90_000)).toMatchObject({ pruned: 3 });
    expect((await walletOf(world, 'ana')).outbox).toEqual({});
    expect(await creditedDiamonds(world)).toBe(1500);
  });
});
