import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addDays, dayOf } from '../../shared/calendar.ts';
import { decideParkedEvent } from '../../shared/operations/parked-events.ts';
import { createStripeBalance } from '../../shared/providers/stripe-balance.ts';
import type { ProviderList } from '../../shared/reconciliations/provider-list.ts';
import { reconcile } from '../../shared/reconciliations/reconcile.ts';
import { stripeList } from '../../shared/reconciliations/stripe-list.ts';
import { paymentKey } from '../../shared/store/keys.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { deliverUntilTaken, disputeObject, eventAt, openStage, spend, troublesIn } from '../recharges/claim-events.ts';
import { meddledTable } from '../recharges/meddled-table.ts';
import { paidOrder } from '../recharges/paid-order.ts';
import {
  apiKey,
  buy,
  deliver,
  eventOf,
  newFan,
  openShop,
  orderOf,
  payQuietly,
  purchase,
  type Shop,
  walletOf,
} from '../recharges/shop.ts';
import { booksOf, compare, comparedWith, distinct, meddleWith } from './reconciling.ts';

let shop: Shop;
let list: ProviderList;

beforeEach(async () => {
  shop = await openShop();
  list = stripeList(createStripeBalance({ apiKey, apiUrl: shop.stripeUrl, timeoutSeconds: 1 }));
});
afterEach(() => shop.close());

/** 1,000 coins for 12.99 dollars that Stripe's event brought into the wallet; Stripe keeps silent from now on. */
async function credited() {
  const order = await paidOrder(shop);
  expect((await deliver(shop, order.event)).statusCode).toBe(200);
  await steer(shop.stripeUrl, 'webhooks', { hold: true });
  const { rechargeId, userId } = order.command;
  return { rechargeId, userId, paymentId: order.payment.id };
}

async function coinsOf(userId: string) {
  const { paid, owed, frozen = 0 } = await walletOf(shop, userId);
  return { paid, owed, frozen };
}

describe('what Stripe lists and the ledger has not', () => {
  it('is credited when only its event never came, and once', async () => {
    const { command } = await paidOrder(shop);
    expect(await compare(shop, list)).toMatchObject({ state: 'complete', mended: 1, differences: 0 });
    expect((await coinsOf(command.userId)).paid).toBe(1000);
    const order = await orderOf(shop, command.rechargeId);
    expect(order).toMatchObject({ state: 'paid', listedAs: expect.stringMatching(/^ch_/) });
    expect(order.dueAt).toBeUndefined();

    const books = await booksOf(shop);
    expect(await compare(shop, list)).toMatchObject({ mended: 0, differences: 0 });
    expect(await comparedWith(shop, list)).toMatchObject({ totals: { 'payment agreed': 1 }, lines: 1 });
    expect(await booksOf(shop)).toEqual(books);
    expect(await troublesIn(shop)).toEqual([]);
  });

  it('is for an operator when it is not what was agreed, by its parked event', async () => {
    const command = purchase(await newFan(shop));
    const { paymentId } = await buy(shop, command);
    await payQuietly(shop, paymentId, { amount: 1298 });
    await compare(shop, list);
    const eventId = `lookup-${paymentId}`;
    expect((await comparedWith(shop, list)).differences).toEqual([
      {
        ...{ kind: 'paid_not_credited', movement: 'payment', reason: 'amount_differs', eventId, paymentId },
        ...{ rechargeId: command.rechargeId, lineId: expect.stringMatching(/^ch_/) },
        listed: { amount: 1298, currency: 'USD' },
        ledger: { amount: 1299, currency: 'USD' },
      },
    ]);
    expect((await coinsOf(command.userId)).paid).toBe(0);

    const decision = { action: 'close', reason: 'Refunded', caller: 'operator', now: new Date() } as const;
    await decideParkedEvent(shop, { provider: 'stripe', eventId, ...decision });
    expect(await eventOf(shop, eventId)).toMatchObject({ outcome: 'closed' });
    expect(await compare(shop, list)).toMatchObject({ differences: 0 });
    expect((await comparedWith(shop, list)).totals).toEqual({ 'payment closed': 1 });
  });

  it('is told when a buyer has paid twice', async () => {
    const { rechargeId, userId } = await credited();
    const { protocol, hostname, port } = new URL(shop.stripeUrl);
    const stripe = new Stripe(apiKey, { host: hostname, port, protocol: protocol === 'http:' ? 'http' : 'https' });
    const twin = await stripe.paymentIntents.create({
      ...{ amount: 1299, currency: 'usd', metadata: { rechargeId, userId } },
    });
    await payQuietly(shop, twin.id);
    await compare(shop, list);
    const { totals, differences } = await comparedWith(shop, list);
    expect(totals).toEqual({ 'payment agreed': 1, 'payment differed': 1 });
    expect(differences).toMatchObject([
      { kind: 'paid_not_credited', reason: 'payment_differs', paymentId: twin.id, rechargeId },
    ]);
    expect((await coinsOf(userId)).paid).toBe(1000);
  });

  it('is left alone when something else sold it', async () => {
    const { payment } = await paidOrder(shop);
    const command = purchase(await newFan(shop));
    const { paymentId } = await buy(shop, command);
    await payQuietly(shop, paymentId, { metadata: {} });
    const Key = paymentKey({ provider: 'stripe', paymentId });
    await shop.ledger.client.send(new DeleteCommand({ TableName: shop.ledger.name, Key }));
    await compare(shop, list);
    const { totals, count } = await comparedWith(shop, list);
    expect(totals).toEqual({ 'payment mended': 1, 'payment foreign': 1 });
    expect(count).toBe(0);
    expect(await eventOf(shop, `lookup-${payment.id}`)).toMatchObject({ outcome: 'applied' });
    expect(await eventOf(shop, `lookup-${paymentId}`)).toBeUndefined();
  });
});

describe('what the ledger has and Stripe has not', () => {
  it('is told for a week from when it should have been listed', async () => {
    const { rechargeId, paymentId, userId } = await credited();
    expect((await orderOf(shop, rechargeId)).dueBucket).toMatch(/^reconciliation-stripe#/);
    await steer(shop.stripeUrl, `payment_intents/${paymentId}/forget`);
    await compare(shop, list);
    const difference = {
      ...{ kind: 'credited_not_paid', movement: 'payment', reason: 'not_found', rechargeId, paymentId },
      ledger: { amount: 1299, currency: 'USD' },
    };
    const { differences } = await comparedWith(shop, list);
    expect(distinct(differences)).toEqual([difference]);
    expect(differences.length).toBeGreaterThan(1);
    expect((await coinsOf(userId)).paid).toBe(1000);
    const later = { now: new Date(Date.now() + 20 * 86_400_000), remainingMilliseconds: () => 600_000 };
    await reconcile(shop, list, later);
    expect((await orderOf(shop, rechargeId)).dueAt).toBeUndefined();
  });

  it('is no difference any more once Stripe is asked with the right keys', async () => {
    const { rechargeId } = await credited();
    const elsewhere: ProviderList = { ...list, page: async () => ({ lines: [] }), find: async () => undefined };
    await compare(shop, elsewhere);
    expect((await orderOf(shop, rechargeId)).dueAt).toBeDefined();
    await reconcile(shop, list, { now: new Date(Date.now() + 5 * 86_400_000), remainingMilliseconds: () => 600_000 });
    expect((await orderOf(shop, rechargeId)).dueAt).toBeUndefined();
  });

  it('is no difference when Stripe, asked for it, says that it is paid', async () => {
    const { rechargeId } = await credited();
    const without: ProviderList = { ...list, page: async () => ({ lines: [] }) };
    expect(await compare(shop, without)).toMatchObject({ differences: 0 });
    expect((await comparedWith(shop, list)).totals).toEqual({ 'payment unlisted': 1 });
    expect((await orderOf(shop, rechargeId)).dueAt).toBeUndefined();
  });

  it('is not asked about before Stripe must have listed it', async () => {
    const { rechargeId } = await credited();
    await meddleWith(shop.ledger, rechargeId, { dueAt: '2999-01-01T00:00:00.000Z' });
    await compare(shop, { ...list, page: async () => ({ lines: [] }) });
    expect((await comparedWith(shop, list)).totals).toEqual({});
    expect((await orderOf(shop, rechargeId)).dueAt).toBeDefined();
  });
});

describe('amounts', () => {
  it('that differ are told with both sides', async () => {
    const { rechargeId } = await credited();
    await meddleWith(shop.ledger, rechargeId, { priceMinor: 129 });
    await compare(shop, list);
    expect((await comparedWith(shop, list)).differences).toMatchObject([
      {
        ...{ kind: 'amount_differs', rechargeId },
        listed: { amount: 1299, currency: 'USD' },
        ledger: { amount: 129, currency: 'USD' },
      },
    ]);
  });

  it('in another currency differ as well', async () => {
    const { rechargeId } = await credited();
    await meddleWith(shop.ledger, rechargeId, { currency: 'EUR' });
    await compare(shop, list);
    expect((await comparedWith(shop, list)).differences).toMatchObject([
      { kind: 'amount_differs', listed: { currency: 'USD' }, ledger: { currency: 'EUR' } },
    ]);
  });
});

describe('money that went back while Stripe kept silent', () => {
  it('takes the coins of a refund made by hand', async () => {
    const { userId, paymentId, rechargeId } = await credited();
    await steer(shop.stripeUrl, `payment_intents/${paymentId}/refund`, { amount: 500 });
    expect(await compare(shop, list)).toMatchObject({ mended: 1, differences: 0 });
    expect((await coinsOf(userId)).paid).toBe(1000 - 384);
    expect((await orderOf(shop, rechargeId)).back?.minor).toBe(500);
    const books = await booksOf(shop);
    expect(await compare(shop, list)).toMatchObject({ mended: 0, differences: 0 });
    expect((await comparedWith(shop, list)).totals).toEqual({ 'payment agreed': 1, 'refund agreed': 1 });
    expect(await booksOf(shop)).toEqual(books);
  });

  it('follows a refund that failed later, and a dispute from its opening to its end', async () => {
    const { userId, paymentId } = await credited();
    const refund = await steer<{ id: string }>(shop.stripeUrl, `payment_intents/${paymentId}/refund`, {});
    await compare(shop, list);
    expect((await coinsOf(userId)).paid).toBe(0);
    await steer(shop.stripeUrl, `refunds/${refund.id}/fail`);
    await compare(shop, list);
    expect((await coinsOf(userId)).paid).toBe(1000);
    const dispute = await steer<{ id: string }>(shop.stripeUrl, `payment_intents/${paymentId}/dispute`, {});
    await compare(shop, list);
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 1000 });
    await steer(shop.stripeUrl, `disputes/${dispute.id}/won`);
    await compare(shop, list);
    expect(await coinsOf(userId)).toEqual({ paid: 1000, owed: 0, frozen: 0 });
    expect(await compare(shop, list)).toMatchObject({ mended: 0, differences: 0 });
    expect(await troublesIn(shop)).toEqual([]);
  });

  it('follows a dispute that was lost on a later day, which moves no balance', async () => {
    const { userId, paymentId, rechargeId } = await credited();
    const dispute = await steer<{ id: string }>(shop.stripeUrl, `payment_intents/${paymentId}/dispute`, {});
    await compare(shop, list);
    expect((await coinsOf(userId)).frozen).toBe(1000);
    await steer(shop.stripeUrl, `disputes/${dispute.id}/lost`);
    const later: ProviderList = { ...list, page: (part) => list.page({ ...part, cursor: part.cursor ?? 'disputes ' }) };
    expect(await compare(shop, later)).toMatchObject({ mended: 1, differences: 0 });
    expect(await coinsOf(userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
    expect((await orderOf(shop, rechargeId)).claims?.[dispute.id]).toMatchObject({ state: 'lost' });
    expect(await compare(shop, list)).toMatchObject({ mended: 0, differences: 0 });
  });

  it('counts as later than the last news of it that did come', async () => {
    const { userId, paymentId } = await credited();
    const dispute = await steer<{ id: string }>(shop.stripeUrl, `payment_intents/${paymentId}/dispute`, {});
    const toldAt = Math.floor(Date.now() / 1000) + 1;
    const told = disputeObject(dispute.id, 'under_review', { paymentId, amount: 1299 });
    await deliverUntilTaken(shop, eventAt(toldAt, 'charge.dispute.updated', told));
    expect((await coinsOf(userId)).frozen).toBe(1000);
    await steer(shop.stripeUrl, `disputes/${dispute.id}/won`);
    await expect.poll(() => Date.now() > (toldAt + 1) * 1000, { timeout: 5_000 }).toBe(true);
    expect(await compare(shop, list)).toMatchObject({ differences: 0 });
    expect(await coinsOf(userId)).toEqual({ paid: 1000, owed: 0, frozen: 0 });
  });

  it('finds the payment and its refund when neither was heard of', async () => {
    await openStage(shop);
    const { command, payment } = await paidOrder(shop);
    await steer(shop.stripeUrl, 'webhooks', { hold: true });
    await steer(shop.stripeUrl, `payment_intents/${payment.id}/refund`, {});
    expect(await compare(shop, list)).toMatchObject({ mended: 2, differences: 0 });
    expect(await coinsOf(command.userId)).toEqual({ paid: 0, owed: 0, frozen: 0 });
    expect(await spend(shop, command.userId, 1)).toBe('insufficient_coins');
  });

  it('is for an operator when it is in another currency', async () => {
    const { rechargeId, paymentId } = await credited();
    await steer(shop.stripeUrl, `payment_intents/${paymentId}/refund`, {});
    await meddleWith(shop.ledger, rechargeId, { currency: 'EUR' });
    await compare(shop, list);
    const { differences } = await comparedWith(shop, list);
    expect(differences.find(({ movement }) => movement === 'refund')).toMatchObject({
      ...{ kind: 'given_back_not_taken', reason: 'currency_differs', rechargeId },
      eventId: expect.stringMatching(/^lookup-re_.+-succeeded-1299$/),
    });
  });
});

describe('a run', () => {
  const payments = 230;

  async function manyPaid(): Promise<string[]> {
    const ids: string[] = [];
    for (let start = 0; start < payments; start += 10) {
      const fans = await Promise.all(Array.from({ length: Math.min(10, payments - start) }, () => newFan(shop)));
      const commands = fans.map((userId) => purchase(userId));
      const bought = await Promise.all(commands.map((command) => buy(shop, command)));
      await Promise.all(bought.map(({ paymentId }) => payQuietly(shop, paymentId)));
      ids.push(...commands.map(({ rechargeId }) => rechargeId));
    }
    return ids;
  }

  it('that ends in the middle of hundreds of payments is gone on with', { timeout: 120_000 }, async () => {
    const ids = await manyPaid();
    let calls = 0;
    const soonOver = () => (calls++ === 0 ? 600_000 : 0);
    expect(await compare(shop, list, { remainingMilliseconds: soonOver })).toMatchObject({ state: 'reading', days: 0 });
    // The next one dies while it looks into a page.
    const flaky = meddledTable(shop.ledger);
    flaky.failNext('TransactWriteItemsCommand', 'after', { passing: 30 });
    await expect(compare({ ...shop, ledger: flaky.table }, list, { goOn: true })).rejects.toThrow('was lost');
    expect((await compare(shop, list, { goOn: true })).state).toBe('complete');
    const { totals, lines, count } = await comparedWith(shop, list);
    // What the run that died had credited is found credited.
    expect((totals['payment mended'] ?? 0) + (totals['payment agreed'] ?? 0)).toBe(payments);
    expect({ lines, count }).toEqual({ lines: payments, count: 0 });
    for (const id of ids) expect(await orderOf(shop, id)).toMatchObject({ state: 'paid', listedAs: expect.anything() });
    expect(await troublesIn(shop)).toEqual([]);
  });

  it('that Stripe does not answer is repeated by the next one', async () => {
    await paidOrder(shop);
    await steer(shop.stripeUrl, 'faults', { next: 'error_500', count: 2, path: '/v1/balance_transactions' });
    await expect(compare(shop, list)).rejects.toThrow('no usable answer');
    expect(await compare(shop, list)).toMatchObject({ state: 'complete', mended: 1 });
  });

  it('that another overtakes stops, and leaves what the other found', async () => {
    const { command } = await paidOrder(shop);
    const states: string[] = [];
    const overtaken: ProviderList = {
      ...list,
      async page(part) {
        const read = await list.page(part);
        if (states.length === 0) states.push((await compare(shop, list)).state);
        return read;
      },
    };
    const { state } = await compare(shop, overtaken);
    expect([...states, state]).toEqual(['complete', 'held']);
    expect((await coinsOf(command.userId)).paid).toBe(1000);
    expect(await comparedWith(shop, list)).toMatchObject({ totals: { 'payment mended': 1 }, lines: 1 });
    expect(await compare(shop, list, { goOn: true })).toMatchObject({ state: 'complete', days: 0 });
  });

  it('at the same time as another credits once', async () => {
    const { command } = await paidOrder(shop);
    const states = (await Promise.all([compare(shop, list), compare(shop, list)])).map(({ state }) => state);
    expect(states).toContain('complete');
    expect((await coinsOf(command.userId)).paid).toBe(1000);
    expect((await comparedWith(shop, list)).lines).toBe(1);
  });

  it('that is to begin at a later day by hand passes over none that is not compared', async () => {
    const { command } = await paidOrder(shop);
    const endless: ProviderList = { ...list, page: async () => ({ lines: [], next: 'more' }) };
    let calls = 0;
    const soonOver = () => (calls++ === 0 ? 600_000 : 0);
    expect(await compare(shop, endless, { remainingMilliseconds: soonOver })).toMatchObject({ state: 'reading' });
    const now = new Date(Date.now() + 4 * 86_400_000);
    const whole: ProviderList = {
      ...list,
      page: ({ day, cursor }) => list.page({ day, cursor: cursor === 'more' ? undefined : cursor }),
    };
    const byHand = { now, remainingMilliseconds: () => 600_000, from: addDays(dayOf(new Date()), 1) };
    expect(await reconcile(shop, whole, byHand)).toMatchObject({ state: 'complete', mended: 1 });
    expect((await coinsOf(command.userId)).paid).toBe(1000);
  });

  it('that begins anew by hand keeps what is told once of the day that was not done', async () => {
    const { rechargeId, paymentId } = await credited();
    await steer(shop.stripeUrl, `payment_intents/${paymentId}/forget`);
    const flaky = meddledTable(shop.ledger);
    const dying: ProviderList = {
      ...list,
      async find(order) {
        // What is found is saved, and the day is not finished.
        flaky.failNext('TransactWriteItemsCommand', 'before', { passing: 1 });
        return list.find(order);
      },
    };
    await expect(compare({ ...shop, ledger: flaky.table }, dying)).rejects.toThrow('broke off');
    await compare(shop, list);
    expect(distinct((await comparedWith(shop, list)).differences)).toMatchObject([
      { kind: 'credited_not_paid', rechargeId },
    ]);
  });

  it('finds nothing to do for a day that was compared', async () => {
    await compare(shop, list);
    expect(await compare(shop, list, { goOn: true })).toMatchObject({ state: 'complete', days: 0 });
  });
});
