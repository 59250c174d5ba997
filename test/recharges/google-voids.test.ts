import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { steer } from '../providers/webhook-receiver.ts';
import { eventually } from '../support/cloud.ts';
import { openStage, permutations, spend, troublesIn } from './claim-events.ts';
import {
  answerOf,
  at,
  type Bought,
  buyAtGoogle,
  deliver,
  eventOf,
  type GoogleShop,
  listVoids,
  message,
  type Ordered,
  openGoogleShop,
  order,
  orderOf,
  purchased,
  send,
  shopOfTest,
  voided,
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

const three = { quantity: 3, total: { currencyCode: 'USD', units: '10', nanos: 0 } };

/** A purchase that is paid and credited. */
async function paid(wanted: object = {}, where = shop): Promise<{ ordered: Ordered; bought: Bought }> {
  const ordered = await order(where);
  const bought = await buyAtGoogle(where, ordered.rechargeId, wanted);
  expect(answerOf(await send(where, ordered, bought))).toBe('paid');
  return { ordered, bought };
}

async function balances(ordered: Ordered) {
  const { paid: left, owed } = await walletOf(shop, ordered);
  return { left, owed };
}

describe('a purchase that Google voided', () => {
  it('takes its coins back when Pub/Sub tells of it', async () => {
    const { ordered, bought } = await paid();
    await at(shop, bought).refund({ webhook: true });
    await eventually('the coins are gone', async () => (await walletOf(shop, ordered)).paid === 0);
    expect(await orderOf(shop, ordered)).toMatchObject({ refundedMinor: 1299, back: { takenCoins: 1000 } });
  });

  it('takes no coins when it is another purchase than the one that paid the order, though it was heard of before', async () => {
    const own = await shopOfTest();
    const ordered = await order(own);
    const first = await buyAtGoogle(own, ordered.rechargeId);
    const second = await buyAtGoogle(own, ordered.rechargeId);
    await at(own, first).refund();
    expect(await deliver(own, message(voided(first)))).toBe(200);
    expect(answerOf(await send(own, ordered, second))).toBe('paid');
    expect(await walletOf(own, ordered)).toMatchObject({ paid: 1000, owed: 0 });
  });

  it('leaves what was spent as a debt', async () => {
    const { ordered, bought } = await paid();
    expect(await spend(shop, ordered.userId, 600)).toBe('sent');
    await at(shop, bought).refund();
    await deliver(shop, message(voided(bought)));
    expect(await balances(ordered)).toEqual({ left: 0, owed: 600 });
    expect(await spend(shop, ordered.userId, 1)).toBe('debt_outstanding');
  });

  it('takes back the part of the quantity that was voided, and in the end all of it', async () => {
    const { ordered, bought } = await paid(three);
    await at(shop, bought).refund({ quantity: 1 });
    await deliver(shop, message(voided(bought)));
    // 333 of 1000 cents: the part of the coins is rounded down in the buyer's favour.
    expect(await balances(ordered)).toEqual({ left: 2001, owed: 0 });
    await at(shop, bought).refund();
    await deliver(shop, message(voided(bought)));
    expect(await balances(ordered)).toEqual({ left: 0, owed: 0 });
  });

  it('believes what Google shows and not what the notification says', async () => {
    const { ordered, bought } = await paid();
    expect(await deliver(shop, message(voided(bought)))).toBe(200);
    expect(await balances(ordered)).toEqual({ left: 1000, owed: 0 });
  });

  it('is taken back once, however often and however it is told', async () => {
    const { ordered, bought } = await paid();
    await at(shop, bought).refund();
    const body = message(voided(bought));
    const told = await Promise.all([...Array.from({ length: 5 }, () => deliver(shop, body)), listVoids(shop)]);
    expect(told.slice(0, 5)).toEqual([200, 200, 200, 200, 200]);
    await listVoids(shop);
    expect(await balances(ordered)).toEqual({ left: 0, owed: 0 });
    expect((await orderOf(shop, ordered)).back).toMatchObject({ takenCoins: 1000, minor: 1299 });
  });

  it.each(permutations(['send', 'purchased', 'voided', 'list']))(
    'is in no wallet when it went back before anything was told: %s, %s, %s, %s',
    async (...steps) => {
      const ordered = await order(shop);
      const bought = await buyAtGoogle(shop, ordered.rechargeId);
      await at(shop, bought).refund();
      const tell: Record<string, () => Promise<unknown>> = {
        send: () => send(shop, ordered, bought),
        purchased: () => deliver(shop, message(purchased(bought))),
        voided: () => deliver(shop, message(voided(bought))),
        list: () => listVoids(shop),
      };
      for (const step of steps) await tell[step]?.();
      expect(await balances(ordered)).toEqual({ left: 0, owed: 0 });
      expect((await orderOf(shop, ordered)).state).not.toBe('paid');
    },
  );

  it.each(permutations(['send', 'voided', 'list']))(
    'is credited less what went back of it before its payment was told: %s, %s, %s',
    async (...steps) => {
      const ordered = await order(shop);
      const bought = await buyAtGoogle(shop, ordered.rechargeId, three);
      await at(shop, bought).refund({ quantity: 2 });
      const tell: Record<string, () => Promise<unknown>> = {
        send: () => send(shop, ordered, bought),
        voided: () => deliver(shop, message(voided(bought))),
        list: () => listVoids(shop),
      };
      for (const step of steps) await tell[step]?.();
      expect(await balances(ordered)).toEqual({ left: 1002, owed: 0 });
    },
  );
});

describe('a purchase, the void of a part of it and that of the rest', () => {
  const happenings = ['purchased', 'voided in part', 'voided'];

  it.each(permutations(happenings))(
    'come to the same end in each order, each told five times at once: %s, %s, %s',
    async (...sequence) => {
      const ordered = await order(shop);
      const bought = await buyAtGoogle(shop, ordered.rechargeId, three);
      let happened = 0;
      for (const name of sequence) {
        for (; happened < happenings.indexOf(name); happened++)
          await at(shop, bought).refund(happened === 0 ? { quantity: 1 } : {});
        const body = message(name === 'purchased' ? purchased(bought) : voided(bought));
        const told = await Promise.all(Array.from({ length: 5 }, () => deliver(shop, body)));
        // Whoever lost a race is told again.
        for (const status of told) if (status !== 200) expect(await deliver(shop, body)).toBe(200);
      }
      // The list tells the same once more.
      await listVoids(shop);
      expect(await balances(ordered)).toEqual({ left: 0, owed: 0 });
      const { back } = await orderOf(shop, ordered);
      // What was voided before anybody asked was never credited.
      expect([undefined, 3000]).toContain(back?.takenCoins);
    },
  );
});

describe('the list of voided purchases', () => {
  it('tells of a void whose notification never came, page by page', async () => {
    const [first, second, third] = [await paid(), await paid(three), await paid()];
    await at(shop, first.bought).refund();
    await at(shop, second.bought).refund({ quantity: 1 });
    await at(shop, third.bought).refund();
    await steer(shop.google.url, 'voided', { pageSize: 1 });
    expect(await listVoids(shop)).toMatchObject({ reported: 3, failed: 0, complete: true });
    await steer(shop.google.url, 'voided', { pageSize: 100 });
    expect(await balances(first.ordered)).toEqual({ left: 0, owed: 0 });
    expect(await balances(second.ordered)).toEqual({ left: 2001, owed: 0 });
    expect(await balances(third.ordered)).toEqual({ left: 0, owed: 0 });
    const { claims } = await orderOf(shop, first.ordered);
    expect(Object.keys(claims ?? {})).toEqual([expect.stringMatching(`^${first.bought.orderId}@\\d+$`)]);
    expect(await listVoids(shop)).toMatchObject({ reported: 0, failed: 0 });
  });

  it('tells of a void even when Google has forgotten the token', async () => {
    const { ordered, bought } = await paid();
    await at(shop, bought).refund();
    await at(shop, bought).forget();
    await deliver(shop, message(voided(bought), 'forgotten'));
    expect(await eventOf(shop, 'forgotten')).toMatchObject({ outcome: 'parked', reason: 'payment_unknown' });
    await listVoids(shop);
    expect(await balances(ordered)).toEqual({ left: 0, owed: 0 });
  });

  it('is read again from where it stood when a part of it failed', async () => {
    const alone = await shopOfTest();
    await openStage(alone);
    const { ordered, bought } = await paid({}, alone);
    await at(alone, bought).refund();
    await steer(alone.google.url, 'faults', {
      next: 'error_500',
      path: '/androidpublisher/v3/applications/app.tributary.test/purchases/productsv2',
    });
    expect(await listVoids(alone)).toMatchObject({ reported: 0, failed: 1 });
    expect(await listVoids(alone)).toMatchObject({ reported: 1, failed: 0 });
    expect((await walletOf(alone, ordered)).paid).toBe(0);
  });

  it('parks a void of a purchase that nobody knows', async () => {
    const bought = await buyAtGoogle(shop, undefined);
    await at(shop, bought).refund();
    expect(await listVoids(shop)).toMatchObject({ reported: 1, failed: 0 });
  });
});
