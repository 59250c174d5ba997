import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putVersion } from '../../shared/catalog/catalog.ts';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { readPurchaseUse } from '../../shared/recharges/count-purchase.ts';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { freshLedger } from '../support/ledger.ts';
import { appleOrder, buyOnDevice, handIn, openAppleShop } from './apple-shop.ts';
import { meddledTable } from './meddled-table.ts';
import { approve, eventOf, openPayPalShop, ordered, type PayPalShop, payPalEventOf, payPalOf } from './paypal-shop.ts';
import {
  buy,
  codeOf,
  deliver,
  minutesAfter,
  newFan,
  openShop,
  orderOf,
  payQuietly,
  purchase,
  type Shop,
  sessionCheckout,
  stripeEvent,
  sweep,
  type Tables,
  walletOf,
} from './shop.ts';

/** What 1,000 coins cost. */
const price = 1299;

const closes: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(closes.map((close) => close())));

function closedLater<Opened extends Shop>(shop: Opened): Opened {
  closes.push(shop.close);
  return shop;
}

/** Empty tables with room for so many orders a day. */
async function roomFor(orders: number): Promise<Tables> {
  const tables = await freshLedger();
  const { limits } = catalogDefaults;
  const value = { ...limits, default: { ...limits.default, dailyMinor: orders * price } };
  await putVersion(tables.catalog, 'limits', { version: 'few', effectiveAt: '2001-01-01T00:00:00.000Z', value });
  return tables;
}

async function countedToday({ ledger }: Shop, userId: string): Promise<number> {
  return (await readPurchaseUse(ledger, userId))?.dayMinor ?? 0;
}

describe('an order at Stripe that expires', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = closedLater(await openShop(await roomFor(1)));
  });

  async function order() {
    const command = purchase(await newFan(shop));
    const bought = await buy(shop, command);
    const act = (what: string) => steer<object>(shop.stripeUrl, `payment_intents/${bought.paymentId}/${what}`);
    return { ...bought, ...command, act, late: minutesAfter(bought.order.expiresAt, 1) };
  }

  it('cannot be paid any more, so that who waits for it buys no more than the limit', async () => {
    const { userId, rechargeId, act, late } = await order();
    await sweep(shop, late);
    expect((await orderOf(shop, rechargeId)).state).toBe('expired');
    expect(await countedToday(shop, userId)).toBe(0);
    await expect(act('pay')).rejects.toThrow('409');
    const { paymentId } = await buy(shop, purchase(userId));
    await deliver(shop, stripeEvent('payment_intent.succeeded', await payQuietly(shop, paymentId)));
    expect((await walletOf(shop, userId)).paid).toBe(1000);
    expect(await countedToday(shop, userId)).toBe(price);
  });

  it('is paid when its buyer is faster', async () => {
    const { userId, rechargeId, paymentId, late } = await order();
    const stripe = await shop.providers.stripe?.();
    if (!stripe) throw new Error('no Stripe');
    const find: typeof stripe.find = async (asked) => {
      const found = await stripe.find(asked);
      await payQuietly(shop, paymentId);
      return found;
    };
    const report = await sweep({ ...shop, providers: { stripe: async () => ({ ...stripe, find }) } }, late);
    expect(report).toMatchObject({ credited: 1, expired: 0 });
    expect((await orderOf(shop, rechargeId)).state).toBe('paid');
    expect(await countedToday(shop, userId)).toBe(price);
  });

  it('stays as it is while Stripe cannot be asked to cancel it, and counts', async () => {
    const { userId, rechargeId, late } = await order();
    await steer(shop.stripeUrl, 'faults', { next: 'error_500', count: 2, method: 'POST' });
    expect(await sweep(shop, late)).toMatchObject({ failed: 1, expired: 0 });
    expect((await orderOf(shop, rechargeId)).state).toBe('pending');
    expect(await countedToday(shop, userId)).toBe(price);
    expect(await sweep(shop, late)).toMatchObject({ failed: 0, expired: 1 });
    expect(await countedToday(shop, userId)).toBe(0);
  });

  it('expires all the same when the answer to its cancellation is lost', async () => {
    const { userId, rechargeId, late } = await order();
    await steer(shop.stripeUrl, 'faults', { next: 'error_after_effect', count: 2, method: 'POST' });
    for (const _ of [1, 2]) await sweep(shop, late);
    expect((await orderOf(shop, rechargeId)).state).toBe('expired');
    expect(await countedToday(shop, userId)).toBe(0);
  });

  it('goes on counting while a bank is at work, and is counted once when it pays', async () => {
    const { userId, rechargeId, paymentId, act, late } = await order();
    await act('process');
    await sweep(shop, late);
    expect((await orderOf(shop, rechargeId)).state).toBe('pending');
    expect(codeOf(await createRecharge(shop, purchase(userId), new Date()))).toBe('purchase_limit_reached');
    await deliver(shop, stripeEvent('payment_intent.succeeded', await payQuietly(shop, paymentId)));
    expect((await orderOf(shop, rechargeId)).state).toBe('paid');
    expect(await countedToday(shop, userId)).toBe(price);
  });

  it('gives its part back when the bank refuses in the end', async () => {
    const { userId, rechargeId, act, late } = await order();
    await act('process');
    await sweep(shop, late);
    await act('fail');
    await sweep(shop, minutesAfter(late, 24 * 60));
    expect((await orderOf(shop, rechargeId)).state).toBe('expired');
    expect(await countedToday(shop, userId)).toBe(0);
  });

  it('ends its session too, after an attempt in it was declined as well', async () => {
    const userId = await newFan(shop);
    const made = await createRecharge(shop, purchase(userId, { checkout: sessionCheckout }), new Date());
    if (isRefusal(made)) throw new Error(made.code);
    const { rechargeId, sessionId, expiresAt } = made.order;
    const declined = { rechargeId, userId };
    const intent = {
      id: 'pi_declined',
      object: 'payment_intent',
      status: 'requires_payment_method',
      metadata: declined,
    };
    await deliver(
      shop,
      stripeEvent('payment_intent.payment_failed', { ...intent, amount: price, amount_received: 0, currency: 'usd' }),
    );
    expect(await orderOf(shop, rechargeId)).toMatchObject({ state: 'failed', paymentId: 'pi_declined' });
    const stripe = await shop.providers.stripe?.();
    if (!stripe) throw new Error('no Stripe');
    // The simulator opens a session's payment only when it is paid.
    const find = async () => ({ status: 'open' }) as const;
    await sweep({ ...shop, providers: { stripe: async () => ({ ...stripe, find }) } }, minutesAfter(expiresAt, 1));
    expect((await orderOf(shop, rechargeId)).state).toBe('expired');
    expect(await countedToday(shop, userId)).toBe(0);
    await expect(steer(shop.stripeUrl, `checkout_sessions/${sessionId}/pay`)).rejects.toThrow('409');
  });
});

describe('what a buyer agrees to at PayPal after the order expired', () => {
  let shop: PayPalShop;

  beforeAll(async () => {
    shop = closedLater(await openPayPalShop(await roomFor(1)));
  });

  async function expired(userId: string) {
    const sale = await ordered(shop, { userId });
    await sweep(shop, minutesAfter(sale.order.expiresAt, 0));
    expect((await orderOf(shop, sale.rechargeId)).state).toBe('expired');
    expect(await countedToday(shop, userId)).toBe(0);
    return sale;
  }

  async function capturesOf(orderId: string): Promise<number> {
    return (await payPalOf(shop)).captures.filter((capture) => capture.orderId === orderId).length;
  }

  it('is taken while there is room for it, and counted once', async () => {
    const userId = await newFan(shop);
    const sale = await expired(userId);
    await approve(shop, sale);
    await expect.poll(async () => (await walletOf(shop, userId)).paid).toBe(1000);
    expect(await countedToday(shop, userId)).toBe(price);
  });

  it.each(['its event', 'the sweep'])(
    'is not taken when others have used the limit up, as %s finds out',
    async (who) => {
      const userId = await newFan(shop);
      const sale = await expired(userId);
      const other = await ordered(shop, { userId });
      await approve(shop, other);
      await expect.poll(async () => (await orderOf(shop, other.rechargeId)).state).toBe('paid');

      await approve(shop, sale, { webhook: false });
      const event = eventOf('CHECKOUT.ORDER.APPROVED', { id: sale.paymentId });
      const anHour = minutesAfter(sale.order.createdAt, 60);
      if (who === 'its event') expect(await shop.deliver(event)).toBe(200);
      else expect(await sweep(shop, anHour)).toMatchObject({ unpaid: 1, credited: 0, failed: 0 });
      const refused = await orderOf(shop, sale.rechargeId);
      expect(refused).toMatchObject({ state: 'expired', failure: 'purchase_limit_reached' });
      expect(refused.dueAt).toBeUndefined();
      // It stays so, whoever asks again.
      expect(await shop.deliver(event)).toBe(200);
      expect(await payPalEventOf(shop, event.id)).toMatchObject({
        outcome: 'ignored',
        reason: 'purchase_limit_reached',
      });
      await sweep(shop, minutesAfter(anHour, 24 * 60));
      expect(await capturesOf(sale.paymentId)).toBe(0);
      expect((await walletOf(shop, userId)).paid).toBe(1000);
      expect(await countedToday(shop, userId)).toBe(price);
    },
  );

  it('is taken from one of several at once when there is room for one', async () => {
    const userId = await newFan(shop);
    const sales = [];
    for (const _ of [1, 2, 3]) sales.push(await expired(userId));
    for (const sale of sales) await approve(shop, sale, { webhook: false });
    const tell = async ({ paymentId }: { paymentId: string }) => {
      const event = eventOf('CHECKOUT.ORDER.APPROVED', { id: paymentId });
      for (;;) if ((await shop.deliver(event)) === 200) return;
    };
    await Promise.all(sales.map(tell));
    const captures = await Promise.all(sales.map(({ paymentId }) => capturesOf(paymentId)));
    expect(captures.toSorted()).toEqual([0, 0, 1]);
    expect((await walletOf(shop, userId)).paid).toBe(1000);
    expect(await countedToday(shop, userId)).toBe(price);
  });

  it('is taken by the next who asks when the function died in between', async () => {
    const userId = await newFan(shop);
    const sale = await expired(userId);
    await approve(shop, sale, { webhook: false });
    const flaky = meddledTable(shop.ledger);
    flaky.failNext('TransactWriteItemsCommand', 'after');
    const anHour = minutesAfter(sale.order.createdAt, 60);
    expect(await sweep({ ...shop, ledger: flaky.table }, anHour)).toMatchObject({ failed: 1 });
    expect(await capturesOf(sale.paymentId)).toBe(0);
    expect(await sweep(shop, anHour)).toMatchObject({ credited: 1 });
    expect(await countedToday(shop, userId)).toBe(price);
  });

  it('is taken without a look at the limit when the order was open, which then does not expire', async () => {
    const userId = await newFan(shop);
    const sale = await ordered(shop, { userId });
    const slow = meddledTable(shop.ledger);
    // The sweep has found nobody who agreed; before it lets the order expire, the buyer agrees and the money is taken.
    slow.actBeforeNext('TransactWriteItemsCommand', async () => {
      await approve(shop, sale, { webhook: false });
      const event = eventOf('CHECKOUT.ORDER.APPROVED', { id: sale.paymentId });
      const broken = meddledTable(shop.ledger);
      broken.failNext('TransactWriteItemsCommand', 'before');
      expect(await shop.deliverOver(broken.table, event)).toBe(500);
    });
    const late = minutesAfter(sale.order.expiresAt, 1);
    expect(await sweep({ ...shop, ledger: slow.table }, late)).toMatchObject({ expired: 0, changed: 1 });
    expect(await capturesOf(sale.paymentId)).toBe(1);
    expect(await countedToday(shop, userId)).toBe(price);
    expect(await sweep(shop, late)).toMatchObject({ credited: 1 });
    expect(await countedToday(shop, userId)).toBe(price);
  });
});

describe('an order at an app store that expires', () => {
  it('goes on counting, because nobody can keep the store from selling, and counts once when its receipt comes', async () => {
    const shop = closedLater(await openAppleShop('Sandbox', await roomFor(1)));
    const order = await appleOrder(shop);
    const { expiresAt } = await orderOf(shop, order.rechargeId);
    await sweep(shop, minutesAfter(expiresAt, 1));
    expect((await orderOf(shop, order.rechargeId)).state).toBe('expired');
    expect(await countedToday(shop, order.userId)).toBe(price);
    const another = purchase(order.userId, { provider: 'apple' });
    expect(codeOf(await createRecharge(shop, another, new Date()))).toBe('purchase_limit_reached');
    const { signedTransaction } = await buyOnDevice(shop, order);
    expect(await handIn(shop, order.rechargeId, signedTransaction)).toBe('paid');
    expect(await countedToday(shop, order.userId)).toBe(price);
  });
});
