import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, dayOf } from '../../shared/calendar.ts';
import { creditGifts } from '../../shared/earnings/credit-gifts.ts';
import { getEarnings } from '../../shared/earnings/get-earnings.ts';
import { listCreatorEntries } from '../../shared/earnings/list-creator-entries.ts';
import { packGifts } from '../../shared/earnings/messages.ts';
import { putCreator } from '../../shared/earnings/put-creator.ts';
import { giftsOf } from '../../shared/earnings/relay-gifts.ts';
import { type ReversalReport, reverseGifts } from '../../shared/earnings/reverse-gifts.ts';
import { openRecipients } from '../../shared/gifts/recipients.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { minor } from '../../shared/money/units.ts';
import { putPayoutProfile } from '../../shared/payouts/put-payout-profile.ts';
import { requestPayout } from '../../shared/payouts/request-payout.ts';
import type { ClaimReport } from '../../shared/providers/payment.ts';
import { receiveClaims } from '../../shared/recharges/take-back.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { maturingPrefix } from '../../shared/store/items/creator.ts';
import { creatorShardKey, reversalStepKey } from '../../shared/store/keys.ts';
import { transact, updateIf } from '../../shared/store/write.ts';
import { meddledTable } from '../recharges/meddled-table.ts';
import {
  buy,
  deliver,
  newFan,
  openShop,
  payQuietly,
  purchase,
  type Shop,
  stripeEvent,
  walletOf,
} from '../recharges/shop.ts';
import { startQueue, type TestQueue } from '../support/deliver.ts';
import { verifiedProfile } from '../support/payouts.ts';

let shop: Shop;
let queue: TestQueue;

beforeAll(async () => {
  shop = await openShop();
  queue = await startQueue();
});
afterAll(() => Promise.all([shop.close(), queue.close()]));

const day = 86_400_000;
let creators = 0;

async function newCreator(): Promise<string> {
  const creatorId = `star-${++creators}`;
  const ownerUserId = await newFan(shop);
  const put = await putCreator(shop, { creatorId, ownerUserId, region: 'US', giftsEnabled: true, now: new Date() });
  if (isRefusal(put)) throw new Error(put.detail);
  return creatorId;
}

/** A thousand coins for 12.99. */
async function buyCoins(userId: string) {
  const { order, paymentId } = await buy(shop, purchase(userId));
  await deliver(shop, stripeEvent('payment_intent.succeeded', await payQuietly(shop, paymentId)));
  return { rechargeId: order.rechargeId, paymentId };
}

/** Sends a tip, and credits it unless it is to stay on its way. */
async function tip(
  userId: string,
  creatorId: string,
  { coins, credited = true, giftId = newId(new Date()) }: { coins: number; credited?: boolean; giftId?: string },
) {
  const command = {
    senderId: userId,
    creatorId,
    giftId,
    gift: 'tip',
    quantity: 1,
    unitPrice: coins,
  };
  const context = { type: 'live' as const, id: 'live-1' };
  const stores = { ...shop, recipients: openRecipients(shop.ledger) };
  const sent = await sendGift(stores, { ...command, context }, new Date());
  if (isRefusal(sent)) throw new Error(sent.detail);
  if (credited) await creditAll(userId);
}

async function creditAll(userId: string): Promise<void> {
  for (const message of packGifts(giftsOf(await walletOf(shop, userId))))
    await creditGifts({ ledger: shop.ledger, maturityDays: 14 }, message, new Date());
}

/** The diamonds of one day as if they had come in over that many days. */
async function spreadOverDays(
  creatorId: string,
  { milliDiamonds, days, maturesOn }: { milliDiamonds: number; days: number; maturesOn: string },
): Promise<void> {
  const spread = Array.from({ length: days }, (_, back) => maturingPrefix + addDays(maturesOn, -back));
  const { applied } = await updateIf(shop.ledger, {
    Key: creatorShardKey({ creatorId, shard: 0 }),
    ConditionExpression: '#day0 = :all',
    UpdateExpression: `SET ${spread.map((_, back) => `#day${back} = :part`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(spread.map((name, back) => [`#day${back}`, name])),
    ExpressionAttributeValues: { ':all': milliDiamonds, ':part': milliDiamonds / days },
  });
  if (!applied) throw new Error('The diamonds are elsewhere.');
}

async function refund(
  paid: { rechargeId: string; paymentId: string },
  claims: ClaimReport[],
  now = new Date(),
): Promise<void> {
  const eventId = newId(new Date());
  const notice = {
    provider: 'stripe' as const,
    eventId,
    type: 'test',
    report: '{}',
    digest: '',
    subject: paid.rechargeId,
    now,
  };
  await receiveClaims(shop.ledger, { about: { provider: 'stripe', ...paid }, claims, notice });
}

function refundOf(amount: number, state: 'succeeded' | 'failed'): ClaimReport[] {
  const at = state === 'failed' ? '2026-11-21T10:00:00.000Z' : '2026-11-21T09:00:00.000Z';
  return [{ claim: { kind: 'refund', claimId: 're_1', amountMinor: minor(amount), at, state } }];
}

function run(now = new Date()): Promise<ReversalReport> {
  return reverseGifts({ ...shop, maturityDays: 14 }, { now, remainingMilliseconds: () => 60_000 });
}

async function earningsOf(creatorId: string, now = new Date()) {
  const earnings = await getEarnings(shop, { creatorId, now });
  if (isRefusal(earnings)) throw new Error(earnings.detail);
  return earnings.diamonds;
}

async function expectBalanced(): Promise<void> {
  const { differences, unsettled, unconfirmed, sums } = await auditLedger(shop.ledger);
  expect(differences).toEqual([]);
  expect([unsettled.length, unconfirmed]).toEqual([0, 0]);
  expect(Object.values(sums).every((sum) => sum === 0)).toBe(true);
}

describe('gifts that were paid with coins whose payment went back', () => {
  it('are reversed for exactly the coins that had been spent, while the rest leaves the wallet', async () => {
    const [fan, star] = [await newFan(shop), await newCreator()];
    const paid = await buyCoins(fan);
    await tip(fan, star, { coins: 600 });
    await refund(paid, refundOf(1299, 'succeeded'));
    expect(await walletOf(shop, fan)).toMatchObject({ paid: 0, owed: 600 });
    expect(await earningsOf(star)).toMatchObject({ maturing: '300' });
    expect(await run()).toMatchObject({ steps: 1, finished: 1, failed: 0 });
    expect(await earningsOf(star)).toMatchObject({ maturing: '0', available: '0', lifetime: '300' });
    await expectBalanced();
  });

  it('are the latest ones before it that no later purchase paid for, in part where the coins end within a gift', async () => {
    const [fan, early, late] = [await newFan(shop), await newCreator(), await newCreator()];
    const first = await buyCoins(fan);
    await buyCoins(fan);
    await tip(fan, early, { coins: 700 });
    await tip(fan, late, { coins: 900 });
    // The first thousand paid for the first tip and 300 of the second; the second thousand for the other 600.
    await refund(first, refundOf(1299, 'succeeded'));
    expect(await walletOf(shop, fan)).toMatchObject({ paid: 400, owed: 1000 });
    expect(await run()).toMatchObject({ steps: 2, finished: 1 });
    expect(await earningsOf(late)).toMatchObject({ maturing: '300' });
    expect(await earningsOf(early)).toMatchObject({ maturing: '0' });
    await expectBalanced();
  });

  it('include one that was sent while the news of the refund was being dealt with', async () => {
    const [fan, innocent, star] = [await newFan(shop), await newCreator(), await newCreator()];
    await buyCoins(fan);
    await tip(fan, innocent, { coins: 1000 });
    const paid = await buyCoins(fan);
    const toldAt = new Date();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await tip(fan, star, { coins: 1000 });
    await refund(paid, refundOf(1299, 'succeeded'), toldAt);
    expect(await run()).toMatchObject({ steps: 1, finished: 1 });
    expect(await earningsOf(star)).toMatchObject({ maturing: '0' });
    expect(await earningsOf(innocent)).toMatchObject({ maturing: '500' });
    await expectBalanced();
  });

  it('wait until they are credited', async () => {
    const [fan, star] = [await newFan(shop), await newCreator()];
    const paid = await buyCoins(fan);
    await tip(fan, star, { coins: 1000, credited: false });
    await refund(paid, refundOf(1299, 'succeeded'));
    expect(await run()).toMatchObject({ steps: 0, waiting: 1 });
    await creditAll(fan);
    expect(await run(new Date(Date.now() + 2 * 60_000))).toMatchObject({ steps: 1, finished: 1 });
    expect(await earningsOf(star)).toMatchObject({ maturing: '0', lifetime: '500' });
    await expectBalanced();
  });

  it('take from what the creator could withdraw once they have matured', async () => {
    const [fan, star] = [await newFan(shop), await newCreator()];
    const paid = await buyCoins(fan);
    await tip(fan, star, { coins: 1000 });
    const later = new Date(Date.now() + 20 * day);
    await refund(paid, refundOf(650, 'succeeded'));
    expect(await run(later)).toMatchObject({ steps: 1 });
    // Half of the price takes half of the coins, rounded down.
    expect(await earningsOf(star, later)).toMatchObject({ available: '250' });
    await expectBalanced();
  });

  it('take from matured days, however many there are that nothing was withdrawn from', async () => {
    const [fan, star] = [await newFan(shop), await newCreator()];
    const paid = await buyCoins(fan);
    await tip(fan, star, { coins: 1000 });
    const later = new Date(Date.now() + 20 * day);
    await spreadOverDays(star, {
      milliDiamonds: 500_000,
      days: 160,
      maturesOn: dayOf(new Date(Date.now() + 14 * day)),
    });
    await refund(paid, refundOf(1299, 'succeeded'));
    expect(await run(later)).toMatchObject({ steps: 1, finished: 1, failed: 0 });
    expect(await earningsOf(star, later)).toMatchObject({ available: '0', maturing: '0', lifetime: '500' });
    await expectBalanced();
  });

  it('leave a debt where the diamonds have been withdrawn, which later earnings pay before anything can be withdrawn', async () => {
    const [fan, star] = [await newFan(shop), await newCreator()];
    const paid = await buyCoins(fan);
    await tip(fan, star, { coins: 1000 });
    const later = new Date(Date.now() + 20 * day);
    await putPayoutProfile(shop.ledger, { ...verifiedProfile, creatorId: star, changedBy: 'app', now: later });
    const command = { payoutId: newId(later), creatorId: star, asked: '400', requestedBy: 'app', now: later };
    const requested = await requestPayout({ ...shop, payouts: queue }, command);
    if (isRefusal(requested)) throw new Error(requested.detail);
    await refund(paid, refundOf(1299, 'succeeded'));
    expect(await run(later)).toMatchObject({ steps: 1 });
    expect(await earningsOf(star, later)).toMatchObject({ available: '0', held: '400', owed: '400' });
    await expectBalanced();
    const [other] = [await newFan(shop)];
    await buyCoins(other);
    await tip(other, star, { coins: 1000 });
    expect(await earningsOf(star, later)).toMatchObject({ available: '100', owed: '400' });
    const all = { ...command, payoutId: newId(later), asked: 'all' };
    expect(await requestPayout({ ...shop, payouts: queue }, all)).toMatchObject({ payout: { milliDiamonds: 100_000 } });
    await refund(paid, refundOf(1299, 'failed'));
    expect(await run(later)).toMatchObject({ steps: 1 });
    expect(await earningsOf(star, later)).toMatchObject({ available: '500', held: '500' });
    await expectBalanced();
  });

  it('tell the creator in the statement which gift it was', async () => {
    const [fan, star] = [await newFan(shop), await newCreator()];
    const paid = await buyCoins(fan);
    await tip(fan, star, { coins: 100 });
    await refund(paid, refundOf(1299, 'succeeded'));
    await run();
    const page = { limit: 10, before: undefined };
    const statement = await listCreatorEntries(shop, { creatorId: star, page });
    if (isRefusal(statement)) throw new Error(statement.detail);
    const [latest] = statement.entries;
    expect(latest).toMatchObject({ type: 'reversal', diamonds: '-50', giftId: expect.any(String) });
  });

  it('are the right ones when the payment came again, its coins were spent anew, and it went back once more', async () => {
    const [fan, innocent, star, other] = [
      await newFan(shop),
      await newCreator(),
      await newCreator(),
      await newCreator(),
    ];
    await buyCoins(fan);
    await tip(fan, innocent, { coins: 1000 });
    const paid = await buyCoins(fan);
    await tip(fan, star, { coins: 600 });
    await refund(paid, refundOf(1299, 'succeeded'));
    await run();
    await refund(paid, refundOf(1299, 'failed'));
    await run();
    await tip(fan, other, { coins: 400 });
    const claim = { kind: 'refund', claimId: 're_2', amountMinor: minor(1299), state: 'succeeded' } as const;
    await refund(paid, [{ claim: { ...claim, at: '2026-11-21T11:00:00.000Z' } }]);
    expect(await walletOf(shop, fan)).toMatchObject({ paid: 0, owed: 1000 });
    await run();
    expect(await earningsOf(innocent)).toMatchObject({ maturing: '500' });
    expect(await earningsOf(star)).toMatchObject({ maturing: '0' });
    expect(await earningsOf(other)).toMatchObject({ maturing: '0' });
    await expectBalanced();
  });

  it('are never reversed for two payments, though a gift is sent under a key that is older than those before it', async () => {
    const [fan, star, other] = [await newFan(shop), await newCreator(), await newCreator()];
    const oldKey = newId(new Date(Date.now() - 60_000));
    const first = await buyCoins(fan);
    await tip(fan, star, { coins: 700 });
    await refund(first, refundOf(1299, 'succeeded'));
    await run();
    expect(await earningsOf(star)).toMatchObject({ maturing: '0' });
    await buyCoins(fan);
    const third = await buyCoins(fan);
    await tip(fan, other, { coins: 300 });
    await tip(fan, other, { coins: 500, giftId: oldKey });
    // Of the second thousand 700 repaid the debt and 300 paid for the first tip after it; the other 500 are of the third.
    await refund(third, refundOf(1299, 'succeeded'));
    await run();
    expect(await earningsOf(star)).not.toHaveProperty('owed');
    expect(await earningsOf(other)).toMatchObject({ maturing: '150' });
    await expectBalanced();
    await refund(third, refundOf(1299, 'failed'));
    await run();
    expect(await earningsOf(other)).toMatchObject({ maturing: '400' });
    await refund(first, refundOf(1299, 'failed'));
    await run();
    expect(await earningsOf(star)).toMatchObject({ maturing: '350' });
    await expectBalanced();
  });

  it('come back, the earliest first, when the payment comes again', async () => {
    const [fan, star] = [await newFan(shop), await newCreator()];
    const paid = await buyCoins(fan);
    await tip(fan, star, { coins: 600 });
    await tip(fan, star, { coins: 400 });
    await refund(paid, refundOf(1299, 'succeeded'));
    await run();
    expect(await earningsOf(star)).toMatchObject({ maturing: '0' });
    await refund(paid, refundOf(1299, 'failed'));
    expect(await walletOf(shop, fan)).toMatchObject({ paid: 0, owed: 0 });
    expect(await run()).toMatchObject({ steps: 2, finished: 1 });
    expect(await earningsOf(star)).toMatchObject({ maturing: '500', lifetime: '500' });
    await expectBalanced();
  });

  it('come back once when another run takes the same step back in between', async () => {
    const [fan, star] = [await newFan(shop), await newCreator()];
    const paid = await buyCoins(fan);
    await tip(fan, star, { coins: 600 });
    await refund(paid, refundOf(1299, 'succeeded'));
    await run();
    await refund(paid, refundOf(1299, 'failed'));
    const meddled = meddledTable(shop.ledger);
    meddled.actBeforeNext('GetItemCommand', () => run(), { passing: 1 });
    const stores = { ...shop, ledger: meddled.table, maturityDays: 14 };
    const report = await reverseGifts(stores, { now: new Date(), remainingMilliseconds: () => 60_000 });
    expect(report).toMatchObject({ steps: 0, failed: 0 });
    expect(await earningsOf(star)).toMatchObject({ maturing: '300', lifetime: '300' });
    await expectBalanced();
  });

  it('are found among those of coins that came back and were spent again', async () => {
    const [fan, star] = [await newFan(shop), await newCreator()];
    const paid = await buyCoins(fan);
    await tip(fan, star, { coins: 600 });
    await refund(paid, refundOf(1299, 'succeeded'));
    await run();
    await refund(paid, refundOf(1299, 'failed'));
    await run();
    await tip(fan, star, { coins: 400 });
    await refund(paid, [{ refundedMinor: minor(2598) }]);
    await run();
    expect(await walletOf(shop, fan)).toMatchObject({ paid: 0, owed: 1000 });
    expect(await earningsOf(star)).toMatchObject({ maturing: '0' });
    await expectBalanced();
  });

  it('are named by the audit when a step of their reversal is lost', async () => {
    const alone = await openShop();
    const [fan, star] = [await newFan(alone), `star-${++creators}`];
    await putCreator(alone, { creatorId: star, ownerUserId: fan, region: 'US', giftsEnabled: true, now: new Date() });
    await alone.close();
    const rechargeId = newId(new Date());
    const gift = { giftId: newId(new Date()), userId: fan, creatorId: star, shard: 0 };
    const step = { step: 1, rechargeId, ...gift, fromCoins: 0, coins: 2, milliDiamonds: 1000, owedMilliDiamonds: 0 };
    const lost = { ...reversalStepKey({ rechargeId, step: 1 }), ...step };
    await transact(alone.ledger, [{ put: { Item: lost }, failure: () => 'exists' }]);
    const { differences } = await auditLedger(alone.ledger);
    expect(differences.map(({ subject }) => subject.kind).sort()).toEqual(['reversal', 'reversed_gift']);
  });

  it('are reversed once when runs overlap', async () => {
    const [fan, star] = [await newFan(shop), await newCreator()];
    const paid = await buyCoins(fan);
    for (let gift = 0; gift < 5; gift++) await tip(fan, star, { coins: 200 });
    await refund(paid, refundOf(1299, 'succeeded'));
    const reports = await Promise.all(Array.from({ length: 4 }, () => run()));
    expect(reports.reduce((sum, { steps }) => sum + steps, 0)).toBe(5);
    expect(await earningsOf(star)).toMatchObject({ maturing: '0' });
    await expectBalanced();
  });
});
