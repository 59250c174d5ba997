import { beforeAll, describe, expect, it } from 'vitest';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { packGifts } from '../../shared/earnings/messages.ts';
import { findCredited, pruneWallets } from '../../shared/earnings/prune-outbox.ts';
import { giftsOf } from '../../shared/earnings/relay-gifts.ts';
import { openCombos } from '../../shared/gifts/get-combo.ts';
import type { SendGift } from '../../shared/gifts/quote-gift.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { countRequests } from '../support/count-requests.ts';
import { fanWith, newWorld, type World, walletOf } from '../support/people.ts';

const start = new Date('2026-11-21T10:00:00.000Z');
let world: World;
let fans = 0;

beforeAll(async () => {
  world = await newWorld(start);
});

function later(seconds: number): Date {
  return new Date(start.getTime() + seconds * 1_000);
}

async function fan(coins: number): Promise<string> {
  const userId = `fan-${++fans}`;
  await fanWith(world, { userId, coins, now: start });
  return userId;
}

/** Sends a gift of five coins; says which it was, or why it was refused. */
async function tap(senderId: string, comboId: string | undefined, at: Date, change: Partial<SendGift> = {}) {
  const giftId = change.giftId ?? newId(at);
  const context = { type: 'live', id: 'live-1' } as const;
  const gift = { giftId, senderId, creatorId: 'cy', gift: 'heart', quantity: 1, unitPrice: 5, context };
  const sent = await sendGift(world, { ...gift, comboId: comboId ?? giftId, ...change }, at);
  return isRefusal(sent) ? { giftId, refused: sent.code } : { giftId, replayed: sent.replayed };
}

/** Credits everything in the outbox, and takes it out unless it is to stay. */
async function credit(userId: string, { prune }: { prune: boolean }): Promise<void> {
  const wallet = await walletOf(world, userId);
  for (const message of packGifts(giftsOf(wallet)))
    await creditGifts({ ledger: world.ledger, maturityDays: 0 }, JSON.parse(JSON.stringify(message)), start);
  if (prune) await pruneWallets(world.ledger, [wallet], await findCredited(world.ledger, [wallet]));
}

async function combo(userId: string, comboId: string, now: Date) {
  const found = await openCombos(world)({ userId, comboId, now });
  return isRefusal(found) ? found.code : found;
}

describe('a combo', () => {
  it('shows what was debited when the coins run out in the middle', async () => {
    const ana = await fan(17);
    const { giftId: comboId } = await tap(ana, undefined, start);
    const rest = [1, 2, 3, 4].map((second) => tap(ana, comboId, later(second)));
    const outcomes = await Promise.all(rest);
    expect(outcomes.filter((outcome) => outcome.refused === 'insufficient_coins')).toHaveLength(2);
    expect(await combo(ana, comboId, later(4))).toMatchObject({ state: 'open', gifts: 3, quantity: 3, coins: 15 });
    expect((await walletOf(world, ana)).paid).toBe(2);
  });

  it('counts a gift once, whether it waits, is credited, or has left the outbox, and however often its key comes', async () => {
    const ana = await fan(100);
    const first = await tap(ana, undefined, start);
    const second = { giftId: newId(later(1)), quantity: 3 };
    await tap(ana, first.giftId, later(1), second);
    expect(await tap(ana, first.giftId, later(2), second)).toMatchObject({ replayed: true });
    const shown = { state: 'open', gifts: 2, quantity: 4, coins: 20, gift: 'heart', creatorId: 'cy' };
    expect(await combo(ana, first.giftId, later(3))).toMatchObject(shown);
    await credit(ana, { prune: false });
    expect(await combo(ana, first.giftId, later(3))).toMatchObject(shown);
    await credit(ana, { prune: true });
    expect(Object.keys((await walletOf(world, ana)).outbox)).toEqual([]);
    expect(await tap(ana, first.giftId, later(3), second)).toMatchObject({ replayed: true });
    await tap(ana, first.giftId, later(4));
    expect(await combo(ana, first.giftId, later(4))).toMatchObject({ ...shown, gifts: 3, quantity: 5, coins: 25 });
  });

  it('leaves out gifts of another kind, to somebody else or elsewhere, which are paid for all the same', async () => {
    const ana = await fan(100);
    const { giftId: comboId } = await tap(ana, undefined, start);
    await tap(ana, comboId, later(1), { gift: 'rose', unitPrice: 1 });
    await tap(ana, comboId, later(1), { context: { type: 'live', id: 'live-2' } });
    await tap(ana, newId(later(2)), later(2));
    await tap(ana, comboId, later(3));
    expect(await combo(ana, comboId, later(3))).toMatchObject({ gifts: 2, coins: 10 });
    expect((await walletOf(world, ana)).paid).toBe(79);
  });

  it('is closed five seconds after its last gift: what comes with its id then belongs to none', async () => {
    const ana = await fan(100);
    const { giftId: comboId } = await tap(ana, undefined, start);
    await tap(ana, comboId, later(4));
    const last = { gifts: 2, firstAt: start.toISOString(), lastAt: later(4).toISOString() };
    const closesAt = later(9).toISOString();
    expect(await combo(ana, comboId, later(9))).toMatchObject({ ...last, state: 'open', closesAt });
    expect(await combo(ana, comboId, later(9.001))).toMatchObject({ ...last, state: 'closed', closesAt });
    await tap(ana, comboId, later(10));
    expect(await combo(ana, comboId, later(11))).toMatchObject({ ...last, state: 'closed', closesAt });
  });

  it('lasts five minutes at most, and counts the same before and after its gifts are credited', async () => {
    const ana = await fan(100);
    const comboId = newId(later(-297));
    await tap(ana, comboId, later(0));
    await tap(ana, comboId, later(2), { giftId: newId(later(5)) });
    await tap(ana, comboId, later(4));
    const shown = { gifts: 2, coins: 10, closesAt: later(3).toISOString() };
    expect(await combo(ana, comboId, later(4))).toMatchObject({ ...shown, state: 'closed' });
    await credit(ana, { prune: true });
    expect(await combo(ana, comboId, later(4))).toMatchObject({ ...shown, state: 'closed' });
  });

  it('is unknown when nothing of it was debited, and goes on from the second tap when the first one failed', async () => {
    const ana = await fan(5);
    const tooDear = await tap(ana, undefined, start, { quantity: 2 });
    expect(tooDear.refused).toBe('insufficient_coins');
    expect(await combo(ana, tooDear.giftId, later(1))).toBe('combo_not_found');
    expect(await combo('nobody', tooDear.giftId, later(1))).toBe('user_not_found');
    await tap(ana, tooDear.giftId, later(1));
    expect(await combo(ana, tooDear.giftId, later(1))).toMatchObject({ gifts: 1, coins: 5 });
  });

  it('has the key of its first gift: a later one is refused, and a key belongs to one combo', async () => {
    const ana = await fan(100);
    const { giftId: comboId } = await tap(ana, undefined, start);
    expect((await tap(ana, newId(later(3)), later(2))).refused).toBe('malformed_request');
    expect((await tap(ana, newId(later(-1)), later(1), { giftId: comboId })).refused).toBe('idempotency_key_reused');
  });

  it('is read without a write, and without what was sent long after it', async () => {
    const ana = await fan(100);
    const { giftId: comboId } = await tap(ana, undefined, start);
    await tap(ana, undefined, later(400));
    await credit(ana, { prune: true });
    const counted = countRequests(world);
    await openCombos(counted.world)({ userId: ana, comboId, now: later(401) });
    expect(counted.requests()).toEqual({ requests: 2, writeUnits: 0, readUnits: 2 });
  });

  it('is read once a second by each function instance, however many watch it grow', async () => {
    const ana = await fan(100);
    const { giftId: comboId } = await tap(ana, undefined, start);
    const counted = countRequests(world);
    const show = openCombos(counted.world);
    const at = (milliseconds: number) => new Date(later(1).getTime() + milliseconds);
    for (let viewer = 0; viewer < 50; viewer++) await show({ userId: ana, comboId, now: at(viewer) });
    expect(counted.requests().requests).toBe(2);
    await tap(ana, comboId, later(1));
    expect(await show({ userId: ana, comboId, now: at(999) })).toMatchObject({ gifts: 1 });
    expect(await show({ userId: ana, comboId, now: at(1_001) })).toMatchObject({ gifts: 2, state: 'open' });
    expect(await show({ userId: ana, comboId, now: later(60) })).toMatchObject({ state: 'closed' });
  });
});
