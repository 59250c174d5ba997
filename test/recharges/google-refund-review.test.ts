import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefusal } from '../../shared/refusals.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { look, steer } from '../providers/webhook-receiver.ts';
import { eventually } from '../support/cloud.ts';
import { openStage, spend, troublesIn } from './claim-events.ts';
import {
  answerOf,
  type Bought,
  buyAtGoogle,
  deliver,
  eventOf,
  type GoogleShop,
  message,
  type Ordered,
  openGoogleShop,
  order,
  orderOf,
  send,
  walletOf,
} from './google-shop.ts';

let shop: GoogleShop;

beforeAll(async () => {
  shop = await openGoogleShop();
  await openStage(shop);
});
afterAll(async () => {
  expect(await troublesIn(shop)).toEqual([]);
  await shop.close();
});

type Sale = Ordered & Bought;
type Review = { pendingRefundToken: string; orderId: string; accountId?: string; answer?: object };

async function sold(userId?: string): Promise<Sale> {
  const ordered = await order(shop, userId);
  const bought = await buyAtGoogle(shop, ordered.rechargeId);
  expect(answerOf(await send(shop, ordered, bought))).toBe('paid');
  return { ...ordered, ...bought };
}

async function consent({ userId }: Ordered): Promise<void> {
  const person = { userId, region: 'US', birthDate: '1995-04-12', refundDataConsent: true, now: new Date() };
  const user = await putUser(shop, person);
  if (isRefusal(user)) throw new Error(user.detail);
}

function chargeBack({ purchaseToken }: Bought, webhook = false): Promise<Review> {
  return steer<Review>(shop.google.url, `purchases/${purchaseToken}/charge_back`, { webhook });
}

async function answerTo({ pendingRefundToken }: Review): Promise<object | undefined> {
  const { reviews } = await look<{ reviews: Review[] }>(shop.google.url, 'reviews');
  return reviews.find((review) => review.pendingRefundToken === pendingRefundToken)?.answer;
}

/** What Google asks, as Pub/Sub pushes it. */
function asked({ accountId: obfuscatedAccountId, ...review }: Review, id: string): string {
  const about = { version: '1.0', ...review, refundReason: 7, obfuscatedAccountId };
  return message({ pendingRefundReviewNotification: about }, id);
}

describe('a review of a refund that Google Play asks for', () => {
  it('is answered from the journal, with what the coins were used for, when Pub/Sub tells of it', async () => {
    const sale = await sold();
    await consent(sale);
    expect(await spend(shop, sale.userId, 250)).toBe('sent');
    expect(await spend(shop, sale.userId, 110)).toBe('sent');
    const review = await chargeBack(sale, true);
    await eventually('Google has its answer', async () => (await answerTo(review)) !== undefined);
    const use = {
      obfuscatedAccountId: sale.rechargeId,
      consumptionTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    };
    expect(await answerTo(review)).toEqual({
      pendingRefundToken: review.pendingRefundToken,
      sampleContentProvided: false,
      refundPreference: 'DECLINE',
      consumptionPercentageMilliunits: 36_000,
      consumptionUsageEvents: [
        { ...use, consumptionItemDescription: '110 coins for a gift: 1 × tip' },
        { ...use, consumptionItemDescription: '250 coins for a gift: 1 × tip' },
      ],
    });
    // Nothing has gone back yet.
    expect((await walletOf(shop, sale)).paid).toBe(640);
    expect((await orderOf(shop, sale)).back).toBeUndefined();
  });

  it('asks Google to give back what was not used, because the coins are still there to be taken', async () => {
    const sale = await sold();
    await consent(sale);
    const review = await chargeBack(sale);
    expect(await deliver(shop, asked(review, 'unused'))).toBe(200);
    expect(await answerTo(review)).toMatchObject({
      refundPreference: 'APPROVE',
      consumptionPercentageMilliunits: 0,
      consumptionUsageEvents: [],
    });
    expect(await eventOf(shop, 'unused')).toMatchObject({ outcome: 'applied', subject: sale.rechargeId });
  });

  it('tells only of the gifts that were paid with this purchase, the first bought being the first spent', async () => {
    const first = await sold();
    const second = await sold(first.userId);
    await consent(first);
    for (const coins of [900, 300]) expect(await spend(shop, first.userId, coins)).toBe('sent');
    const [ofFirst, ofSecond] = [await chargeBack(first), await chargeBack(second)];
    await deliver(shop, asked(ofFirst, 'first'));
    await deliver(shop, asked(ofSecond, 'second'));
    const uses = (descriptions: string[]) =>
      descriptions.map((coins) => ({ consumptionItemDescription: `${coins} coins for a gift: 1 × tip` }));
    expect(await answerTo(ofFirst)).toMatchObject({
      consumptionPercentageMilliunits: 100_000,
      consumptionUsageEvents: uses(['100', '900']),
    });
    expect(await answerTo(ofSecond)).toMatchObject({
      consumptionPercentageMilliunits: 20_000,
      consumptionUsageEvents: uses(['200']),
    });
  });

  it('tells Google nothing about a customer who has not consented', async () => {
    const sale = await sold();
    const review = await chargeBack(sale);
    expect(await deliver(shop, asked(review, 'private'))).toBe(200);
    expect(await answerTo(review)).toBeUndefined();
    expect(await eventOf(shop, 'private')).toMatchObject({ outcome: 'ignored', reason: 'no_consent' });
  });

  it('is answered once when it comes five times at once, and again', async () => {
    const sale = await sold();
    await consent(sale);
    const review = await chargeBack(sale);
    const body = asked(review, 'often');
    expect(await Promise.all([1, 2, 3, 4, 5].map(() => deliver(shop, body)))).toEqual([200, 200, 200, 200, 200]);
    expect(await spend(shop, sale.userId, 500)).toBe('sent');
    expect(await deliver(shop, body)).toBe(200);
    expect(await answerTo(review)).toMatchObject({ consumptionPercentageMilliunits: 0 });
  });

  it('must come again when Google does not take the answer, and is answered then', async () => {
    const sale = await sold();
    await consent(sale);
    const review = await chargeBack(sale);
    const path = '/androidpublisher/v3/applications/app.tributary.test/orders';
    await steer(shop.google.url, 'faults', { next: 'error_500', count: 1, method: 'POST', path });
    expect(await deliver(shop, asked(review, 'later'))).toBe(503);
    expect(await eventOf(shop, 'later')).toBeUndefined();
    expect(await deliver(shop, asked(review, 'later'))).toBe(200);
    expect(await answerTo(review)).toBeDefined();
  });

  it('says that nothing was delivered as long as nothing was', async () => {
    const ordered = await order(shop);
    await consent(ordered);
    const review = await chargeBack(await buyAtGoogle(shop, ordered.rechargeId));
    await deliver(shop, asked(review, 'undelivered'));
    expect(await answerTo(review)).toMatchObject({ refundPreference: 'APPROVE', consumptionPercentageMilliunits: 0 });
  });

  it('is kept as refused when Google has no use for the answer, and as ignored when nobody knows the purchase', async () => {
    const sale = await sold();
    await consent(sale);
    const review = await chargeBack(sale);
    expect(await deliver(shop, asked({ ...review, pendingRefundToken: 'over' }, 'over'))).toBe(200);
    expect(await eventOf(shop, 'over')).toMatchObject({ outcome: 'ignored', reason: 'answer_refused' });
    const { accountId: _, ...nameless } = review;
    expect(await deliver(shop, asked({ ...nameless, orderId: 'GPA.0000-0000-0000-00000' }, 'nobody'))).toBe(200);
    expect(await eventOf(shop, 'nobody')).toMatchObject({ outcome: 'ignored', reason: 'recharge_unknown' });
    expect(await deliver(shop, asked({ ...review, orderId: 'GPA.0000-0000-0000-00000' }, 'other'))).toBe(200);
    expect(await eventOf(shop, 'other')).toMatchObject({ outcome: 'ignored', reason: 'payment_differs' });
    expect(await answerTo(review)).toBeUndefined();
  });
});
