import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dayOf } from '../../shared/calendar.ts';
import type { PayPalOrders } from '../../shared/providers/paypal-orders.ts';
import { parseTransactionPage } from '../../shared/providers/paypal-transactions.ts';
import { payPalList } from '../../shared/reconciliations/paypal-list.ts';
import type { ProviderList } from '../../shared/reconciliations/provider-list.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { troublesIn } from '../recharges/claim-events.ts';
import {
  allDelivered,
  approve,
  openPayPalShop,
  ordered,
  type PayPalSale,
  type PayPalShop,
  payPalEventOf,
  payPalOf,
} from '../recharges/paypal-shop.ts';
import { orderOf, walletOf } from '../recharges/shop.ts';
import { booksOf, compare, comparedWith, distinct, meddleWith } from './reconciling.ts';

let shop: PayPalShop;
let list: ProviderList;

beforeEach(async () => {
  shop = await openPayPalShop();
  list = payPalList(shop.orders);
});
afterEach(() => shop.close());

/** 1,000 coins for 12.99 dollars that PayPal's events brought into the wallet. */
async function credited(): Promise<PayPalSale> {
  const sale = await ordered(shop);
  await approve(shop, sale);
  await expect.poll(() => allDelivered(shop), { timeout: 10_000 }).toBe(true);
  expect((await orderOf(shop, sale.rechargeId)).state).toBe('paid');
  return sale;
}

/** PayPal has the money and said nothing; what took it died before it was credited. */
async function takenQuietly({ captured }: { captured?: object } = {}): Promise<PayPalSale> {
  const sale = await ordered(shop);
  await approve(shop, sale, { webhook: false, ...(captured && { captured }) });
  const found = await shop.orders.getOrder(sale.paymentId);
  if (!found) throw new Error('PayPal has no such order');
  await shop.orders.captureOrder(found);
  return sale;
}

async function coinsOf(userId: string) {
  const { paid, owed, frozen = 0 } = await walletOf(shop, userId);
  return { paid, owed, frozen };
}

async function captureOf({ paymentId }: PayPalSale): Promise<string> {
  const { captures } = await payPalOf(shop);
  return captures.find(({ orderId }) => orderId === paymentId)?.id ?? '';
}

describe('what PayPal lists and the ledger has not', () => {
  it('is credited when only its event never came, and once', async () => {
    const sale = await takenQuietly();
    expect(await compare(shop, list)).toMatchObject({ state: 'complete', mended: 1, differences: 0 });
    expect((await coinsOf(sale.userId)).paid).toBe(1000);
    const order = await orderOf(shop, sale.rechargeId);
    expect(order).toMatchObject({ state: 'paid', listedAs: await captureOf(sale) });
    expect(order.dueAt).toBeUndefined();
    const books = await booksOf(shop);
    expect(await compare(shop, list)).toMatchObject({ mended: 0, differences: 0 });
    expect(await comparedWith(shop, list)).toMatchObject({ totals: { 'payment agreed': 1 }, lines: 1 });
    expect(await booksOf(shop)).toEqual(books);
    expect(await troublesIn(shop)).toEqual([]);
  });

  it('is for an operator when it is not what was agreed, by its parked event', async () => {
    const sale = await takenQuietly({ captured: { currency: 'USD', value: '1.00' } });
    await compare(shop, list);
    const eventId = `lookup-${await captureOf(sale)}`;
    expect((await comparedWith(shop, list)).differences).toMatchObject([
      {
        ...{ kind: 'paid_not_credited', reason: 'amount_differs', eventId, rechargeId: sale.rechargeId },
        listed: { amount: 100, currency: 'USD' },
        ledger: { amount: 1299, currency: 'USD' },
      },
    ]);
    expect(await payPalEventOf(shop, eventId)).toMatchObject({ outcome: 'parked' });
    expect((await coinsOf(sale.userId)).paid).toBe(0);
  });

  it('is a difference when PayPal, asked for it, does not confirm it', async () => {
    const sale = await takenQuietly();
    const orders = { ...shop.orders, getOrder: async () => undefined };
    await compare(shop, payPalList(orders));
    expect((await comparedWith(shop, list)).differences).toMatchObject([
      { kind: 'paid_not_credited', reason: 'not_confirmed', rechargeId: sale.rechargeId },
    ]);
  });
});

describe('what the ledger has and PayPal has not', () => {
  it('is told', async () => {
    const { rechargeId, paymentId } = await credited();
    await steer(shop.payPalUrl, `orders/${paymentId}/forget`);
    await compare(shop, list);
    expect(distinct((await comparedWith(shop, list)).differences)).toMatchObject([
      { kind: 'credited_not_paid', reason: 'not_found', rechargeId, paymentId },
    ]);
  });

  it('is no difference when only the list lacks it', async () => {
    await credited();
    expect(await compare(shop, { ...list, page: async () => ({ lines: [] }) })).toMatchObject({ differences: 0 });
    expect((await comparedWith(shop, list)).totals).toEqual({ 'payment unlisted': 1 });
  });
});

describe('amounts at PayPal', () => {
  it('that differ are told with both sides', async () => {
    const { rechargeId } = await credited();
    await meddleWith(shop.ledger, rechargeId, { priceMinor: 129 });
    await compare(shop, list);
    expect((await comparedWith(shop, list)).differences).toMatchObject([
      { kind: 'amount_differs', rechargeId, listed: { amount: 1299 }, ledger: { amount: 129 } },
    ]);
  });
});

describe('money that went back while PayPal kept silent', () => {
  it('takes the coins of a refund made by hand', async () => {
    const { userId, paymentId, rechargeId } = await credited();
    await steer(shop.payPalUrl, `captures/${paymentId}/refund`, { value: '5.00', webhook: false });
    expect(await compare(shop, list)).toMatchObject({ mended: 1, differences: 0 });
    expect((await coinsOf(userId)).paid).toBe(1000 - 384);
    expect((await orderOf(shop, rechargeId)).back?.minor).toBe(500);
    const books = await booksOf(shop);
    await compare(shop, list);
    expect((await comparedWith(shop, list)).totals).toEqual({ 'payment agreed': 1, 'refund agreed': 1 });
    expect(await booksOf(shop)).toEqual(books);
  });

  it('takes the coins of a payment that PayPal reversed', async () => {
    const { userId, paymentId } = await credited();
    await steer(shop.payPalUrl, `captures/${paymentId}/reverse`, { webhook: false });
    expect(await compare(shop, list)).toMatchObject({ mended: 1, differences: 0 });
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
    expect(await compare(shop, list)).toMatchObject({ mended: 0, differences: 0 });
    expect(await troublesIn(shop)).toEqual([]);
  });

  it('leaves the rest of a payment alone when PayPal gives its fee back for the part that was refunded', async () => {
    const sale = await credited();
    await steer(shop.payPalUrl, `captures/${sale.paymentId}/refund`, { value: '5.00' });
    await expect.poll(() => allDelivered(shop), { timeout: 10_000 }).toBe(true);
    for (const code of ['T1109', 'T1106']) {
      const info = {
        transaction_id: `FEE-${code}`,
        transaction_event_code: code,
        transaction_amount: { currency_code: 'USD', value: '0.17' },
        transaction_status: 'S',
        paypal_reference_id: await captureOf(sale),
        paypal_reference_id_type: 'TXN',
      };
      const page = parseTransactionPage({ transaction_details: [{ transaction_info: info }], total_pages: 1 });
      await compare(shop, payPalList({ ...shop.orders, transactions: async () => page }));
      expect(await coinsOf(sale.userId), code).toEqual({ paid: 1000 - 384, owed: 0, frozen: 0 });
      expect((await payPalEventOf(shop, `lookup-FEE-${code}`))?.reason).toBe(
        code === 'T1106' ? 'reversal_unconfirmed' : undefined,
      );
    }
  });

  it('agrees when its events came', async () => {
    const { paymentId } = await credited();
    await steer(shop.payPalUrl, `captures/${paymentId}/refund`, { value: '5.00' });
    await expect.poll(() => allDelivered(shop), { timeout: 10_000 }).toBe(true);
    await compare(shop, list);
    expect((await comparedWith(shop, list)).totals).toEqual({ 'payment agreed': 1, 'refund agreed': 1 });
  });
});

describe('a dispute at PayPal of which nothing is heard', () => {
  async function disputed(webhook: boolean) {
    const sale = await credited();
    const { id } = await steer<{ id: string }>(shop.payPalUrl, `captures/${sale.paymentId}/dispute`, { webhook });
    await expect.poll(() => allDelivered(shop), { timeout: 10_000 }).toBe(true);
    return { ...sale, disputeId: id };
  }

  it('gives back what it froze when it ended without money moving', async () => {
    const { userId, disputeId } = await disputed(true);
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 1000 });
    await steer(shop.payPalUrl, `disputes/${disputeId}/cancel`, { webhook: false });
    expect(await compare(shop, list)).toMatchObject({ mended: 1, differences: 0 });
    expect(await coinsOf(userId)).toEqual({ paid: 1000, owed: 0, frozen: 0 });
    const books = await booksOf(shop);
    expect(await compare(shop, list)).toMatchObject({ mended: 0, differences: 0 });
    expect(await booksOf(shop)).toEqual(books);
    expect(await troublesIn(shop)).toEqual([]);
  });

  it('freezes what is left of the coins when it was opened', async () => {
    const { userId } = await disputed(false);
    expect(await compare(shop, list)).toMatchObject({ mended: 1, differences: 0 });
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 1000 });
  });

  it('takes the coins when it was lost', async () => {
    const { userId, disputeId } = await disputed(true);
    await steer(shop.payPalUrl, `disputes/${disputeId}/lose`, { webhook: false });
    expect((await compare(shop, list)).differences).toBe(0);
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
  });

  it('is for an operator when it ended in a way that is not known, by its parked event', async () => {
    const { userId, disputeId } = await disputed(true);
    await steer(shop.payPalUrl, `disputes/${disputeId}/resolve`, { outcome: 'SOMETHING_NEW', webhook: false });
    expect((await compare(shop, list)).differences).toBe(1);
    expect((await comparedWith(shop, list)).differences).toMatchObject([
      { kind: 'given_back_not_taken', lineId: disputeId, reason: 'dispute_outcome_unknown' },
    ]);
    expect((await coinsOf(userId)).frozen).toBe(1000);
  });

  it('agrees when its events came', async () => {
    const { disputeId } = await disputed(true);
    await steer(shop.payPalUrl, `disputes/${disputeId}/win`);
    await expect.poll(() => allDelivered(shop), { timeout: 10_000 }).toBe(true);
    expect(await compare(shop, list)).toMatchObject({ mended: 0, differences: 0 });
  });

  it('is on one of the pages that follow the transactions', { timeout: 60_000 }, async () => {
    const sale = await credited();
    const opened = new Set<string>();
    while (opened.size < 55) {
      const disputed = `captures/${sale.paymentId}/dispute`;
      opened.add((await steer<{ id: string }>(shop.payPalUrl, disputed, { value: '0.01', webhook: false })).id);
    }
    const [day, sizes, listed] = [dayOf(new Date()), [] as number[], new Set<string>()];
    for (let cursor: string | undefined = 'disputes '; cursor !== undefined; ) {
      const { lines, next } = await list.page({ day, cursor });
      sizes.push(lines.length);
      for (const { lineId } of lines) listed.add(lineId);
      cursor = next;
    }
    expect(sizes).toEqual([50, 5]);
    expect(listed).toEqual(opened);
    expect((await list.page({ day, cursor: undefined })).next).toBe('disputes ');
  });

  it('is not asked for where PayPal lists disputes no more: half a year back', async () => {
    const page = await list.page({ day: '2020-01-01', cursor: 'disputes ' });
    expect(page).toEqual({ lines: [] });
  });
});

describe('a run', () => {
  it('that ends in the middle of many pages is gone on with', { timeout: 120_000 }, async () => {
    for (let round = 0; round < 13; round++) await Promise.all(Array.from({ length: 10 }, () => takenQuietly()));
    let calls = 0;
    const run = { remainingMilliseconds: () => (calls++ === 0 ? 600_000 : 0) };
    expect(await compare(shop, list, run)).toMatchObject({ state: 'reading', days: 0 });
    expect((await compare(shop, list, { goOn: true })).state).toBe('complete');
    expect(await comparedWith(shop, list)).toMatchObject({ totals: { 'payment mended': 130 }, lines: 130, count: 0 });
    expect(await troublesIn(shop)).toEqual([]);
  });

  it('reads a day in parts when PayPal lists no more of it at once', async () => {
    const [first, second] = [await takenQuietly(), await takenQuietly()];
    const periods: number[] = [];
    const orders: PayPalOrders = {
      ...shop.orders,
      async transactions(part) {
        const minutes = (part.to.getTime() - part.from.getTime()) / 60_000;
        periods.push(minutes);
        return minutes > 100 ? undefined : shop.orders.transactions(part);
      },
    };
    expect(await compare(shop, payPalList(orders))).toMatchObject({ state: 'complete', mended: 2 });
    expect((await comparedWith(shop, list)).lines).toBe(2);
    // Four days, each in sixteen parts: 1,440 minutes, halved until there are 90.
    const aDay = [1440, 720, 360, 180, ...Array.from({ length: 16 }, () => 90)];
    expect(periods).toEqual([...aDay, ...aDay, ...aDay, ...aDay]);
    for (const { rechargeId } of [first, second]) expect((await orderOf(shop, rechargeId)).state).toBe('paid');
  });

  it('learns from PayPal that a period holds too much', async () => {
    await takenQuietly();
    const part = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 3_600_000), page: 1 };
    expect(await shop.orders.transactions(part)).toMatchObject({ pages: 1, lines: [{ kind: 'payment' }] });
    await steer(shop.payPalUrl, 'reports', { maximumItems: 0 });
    expect(await shop.orders.transactions(part)).toBeUndefined();
  });

  it('that PayPal does not answer is repeated by the next one', async () => {
    await takenQuietly();
    await steer(shop.payPalUrl, 'faults', { next: 'error_500', path: '/v1/reporting' });
    await expect(compare(shop, list)).rejects.toThrow('HTTP 500');
    expect(await compare(shop, list)).toMatchObject({ state: 'complete', mended: 1 });
  });
});
