import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRecharge } from '../../shared/recharges/create-recharge.ts';
import { presentRecharge } from '../../shared/recharges/present-recharge.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { troublesIn } from './claim-events.ts';
import {
  allDelivered,
  approve,
  eventOf,
  openPayPalShop,
  ordered,
  type PayPalShop,
  payPalEventOf,
  payPalOf,
} from './paypal-shop.ts';
import { buy, codeOf, minutesAfter, newFan, orderOf, purchase, sweep, walletOf } from './shop.ts';

let shop: PayPalShop;

beforeAll(async () => {
  shop = await openPayPalShop();
});
beforeEach(async () => {
  await steer(shop.payPalUrl, 'faults/clear');
  await steer(shop.payPalUrl, 'webhooks', { hold: false, copies: 1, order: 'sent', delayMs: 0 });
});
afterAll(async () => {
  expect(await troublesIn(shop)).toEqual([]);
  await shop.close();
});

async function settled(): Promise<void> {
  await expect.poll(() => allDelivered(shop), { timeout: 15_000 }).toBe(true);
}

async function capturesOf(orderId: string): Promise<number> {
  return (await payPalOf(shop)).captures.filter((capture) => capture.orderId === orderId).length;
}

describe('buying coins with PayPal', () => {
  it('hands out where to agree, takes the money when the buyer has agreed, and credits the coins', async () => {
    const { order, checkout, paymentId, userId, rechargeId } = await ordered(shop);
    const approveUrl = `https://www.sandbox.paypal.com/checkoutnow?token=${paymentId}`;
    expect(checkout).toEqual({ provider: 'paypal', orderId: paymentId, approveUrl });
    expect(presentRecharge(order).checkout).toEqual({ provider: 'paypal', orderId: paymentId });
    await approve(shop, { paymentId });
    await expect.poll(async () => (await orderOf(shop, rechargeId)).state).toBe('paid');
    await settled();
    expect((await walletOf(shop, userId)).paid).toBe(1000);
    expect(await capturesOf(paymentId)).toBe(1);
  });

  it('leads the buyer back where the app says, and to nowhere else', async () => {
    const pages = { successUrl: 'https://app.example/paid', cancelUrl: 'https://app.example/not-paid' };
    const wish = { provider: 'paypal', checkout: { type: 'session', ...pages } } as const;
    const command = purchase(await newFan(shop), wish);
    const { order } = await buy(shop, command);
    const { orders } = await payPalOf(shop);
    expect(orders.find(({ id }) => id === order.paymentId)).toMatchObject({
      pages: { return_url: pages.successUrl, cancel_url: pages.cancelUrl },
    });
    const { checkout: _, ...without } = command;
    expect(codeOf(await createRecharge(shop, without, new Date()))).toBe('idempotency_key_reused');
    const here = purchase(command.userId, { provider: 'paypal', checkout: { type: 'payment_intent' } });
    expect(codeOf(await createRecharge(shop, here, new Date()))).toBe('malformed_request');
  });

  it('gives the same order for the same request, also when the first answer was lost', async () => {
    const command = purchase(await newFan(shop), { provider: 'paypal' });
    await steer(shop.payPalUrl, 'faults', { next: 'timeout_after_effect', method: 'POST', path: '/v2/checkout' });
    await expect(createRecharge(shop, command, new Date())).rejects.toThrow('PayPal gave no readable answer');
    const again = await Promise.all([1, 2, 3].map(() => createRecharge(shop, command, new Date())));
    expect(again.map(codeOf)).toEqual(['opened', 'opened', 'opened']);
    const { orders } = await payPalOf(shop);
    expect(orders.filter(({ unit }) => unit.custom_id === command.rechargeId)).toHaveLength(1);
  });

  it('credits once when the same events come five times in parallel', async () => {
    await steer(shop.payPalUrl, 'webhooks', { copies: 5 });
    const { paymentId, userId } = await ordered(shop);
    await approve(shop, { paymentId });
    await settled();
    await expect.poll(async () => (await walletOf(shop, userId)).paid).toBe(1000);
    await settled();
    expect((await walletOf(shop, userId)).paid).toBe(1000);
    expect(await capturesOf(paymentId)).toBe(1);
  });

  it('needs no webhook: the sweep takes the money and credits it, once', async () => {
    const { paymentId, userId, order } = await ordered(shop);
    await approve(shop, { paymentId }, { webhook: false });
    const now = minutesAfter(order.createdAt, 2);
    const reports = await Promise.all([sweep(shop, now), sweep(shop, now)]);
    expect(reports.reduce((sum, { credited }) => sum + credited, 0)).toBe(1);
    expect((await walletOf(shop, userId)).paid).toBe(1000);
    expect(await capturesOf(paymentId)).toBe(1);
  });

  it('credits as quoted what the buyer agreed to after the quote had expired', async () => {
    const { paymentId, userId, rechargeId, order } = await ordered(shop);
    await sweep(shop, minutesAfter(order.createdAt, 16));
    expect((await orderOf(shop, rechargeId)).state).toBe('expired');
    await approve(shop, { paymentId });
    await expect.poll(async () => (await walletOf(shop, userId)).paid).toBe(1000);
  });

  it('expires for good when PayPal has forgotten the order', async () => {
    const { paymentId, rechargeId, order } = await ordered(shop);
    await steer(shop.payPalUrl, `orders/${paymentId}/forget`);
    await sweep(shop, minutesAfter(order.createdAt, 16));
    const expired = await orderOf(shop, rechargeId);
    expect(expired.state).toBe('expired');
    expect(expired.dueAt).toBeUndefined();
  });

  it('is taken once when the answer to the taking is lost', async () => {
    await steer(shop.payPalUrl, 'faults', { next: 'error_after_effect', method: 'POST', path: '/v2/checkout/orders/' });
    const command = purchase(await newFan(shop), { provider: 'paypal' });
    const opened = await createRecharge(shop, command, new Date());
    const paymentId = 'order' in opened ? String(opened.order.paymentId) : '';
    await approve(shop, { paymentId });
    await expect.poll(async () => (await walletOf(shop, command.userId)).paid, { timeout: 15_000 }).toBe(1000);
    await settled();
    expect(await capturesOf(paymentId)).toBe(1);
  });
});

describe('a payment that PayPal does not take at once', () => {
  it('stays open when the means of payment is declined, and is paid when the buyer agrees again', async () => {
    const { paymentId, userId, rechargeId } = await ordered(shop);
    await approve(shop, { paymentId }, { decline: 'INSTRUMENT_DECLINED' });
    await expect.poll(async () => (await orderOf(shop, rechargeId)).state).toBe('failed');
    expect((await orderOf(shop, rechargeId)).failure).toBe('INSTRUMENT_DECLINED');
    await approve(shop, { paymentId });
    await expect.poll(async () => (await orderOf(shop, rechargeId)).state).toBe('paid');
    expect((await walletOf(shop, userId)).paid).toBe(1000);
  });

  it('is credited when it is no longer pending, and not before', async () => {
    const { paymentId, userId, rechargeId } = await ordered(shop);
    await approve(shop, { paymentId }, { pending: true });
    await expect.poll(() => capturesOf(paymentId)).toBe(1);
    await settled();
    expect((await orderOf(shop, rechargeId)).state).toBe('pending');
    await steer(shop.payPalUrl, `captures/${paymentId}/complete`);
    await expect.poll(async () => (await walletOf(shop, userId)).paid).toBe(1000);
  });

  it('fails when what was pending is denied', async () => {
    const { paymentId, userId, rechargeId } = await ordered(shop);
    await approve(shop, { paymentId }, { pending: true });
    await expect.poll(() => capturesOf(paymentId)).toBe(1);
    await steer(shop.payPalUrl, `captures/${paymentId}/deny`);
    await expect.poll(async () => (await orderOf(shop, rechargeId)).state).toBe('failed');
    expect((await orderOf(shop, rechargeId)).failure).toBe('DECLINED_BY_RISK_FRAUD_FILTERS');
    expect((await walletOf(shop, userId)).paid).toBe(0);
  });
});

describe('a payment that is not what was agreed', () => {
  const euros = { currency: 'EUR', value: '12.99' };
  const less = { currency: 'USD', value: '1.29' };

  it.each<[string, object, string]>([
    ['another amount', { amount: less }, 'amount_differs'],
    ['another currency', { amount: euros }, 'currency_differs'],
    ['another user', { reference_id: 'somebody-else' }, 'user_differs'],
    ['an unknown recharge', { custom_id: '0199e5a0-0000-7000-8000-00000000dead' }, 'recharge_unknown'],
  ])('is parked before the money is taken when it is for %s', async (_case, change, reason) => {
    const { paymentId, userId } = await ordered(shop);
    await approve(shop, { paymentId }, { ...change, webhook: false });
    const event = eventOf('CHECKOUT.ORDER.APPROVED', { id: paymentId });
    expect(await shop.deliver(event)).toBe(200);
    expect(await payPalEventOf(shop, event.id)).toMatchObject({ outcome: 'parked', reason });
    expect(await capturesOf(paymentId)).toBe(0);
    expect((await walletOf(shop, userId)).paid).toBe(0);
  });

  it.each<[string, object, string]>([
    ['another amount', less, 'amount_differs'],
    ['another currency', euros, 'currency_differs'],
  ])('is parked when %s was taken', async (_case, captured, reason) => {
    const { paymentId, userId } = await ordered(shop);
    await approve(shop, { paymentId }, { captured, webhook: false });
    const event = eventOf('CHECKOUT.ORDER.APPROVED', { id: paymentId });
    expect(await shop.deliver(event)).toBe(200);
    expect(await payPalEventOf(shop, event.id)).toMatchObject({ outcome: 'parked', reason });
    expect((await walletOf(shop, userId)).paid).toBe(0);
  });

  it('is left alone when it is none of ours', async () => {
    const { paymentId } = await ordered(shop);
    await approve(shop, { paymentId }, { custom_id: 'a-book', webhook: false });
    const event = eventOf('CHECKOUT.ORDER.APPROVED', { id: paymentId });
    expect(await shop.deliver(event)).toBe(200);
    expect(await payPalEventOf(shop, event.id)).toBeUndefined();
    expect(await capturesOf(paymentId)).toBe(0);
  });
});

describe('a price that PayPal cannot take', () => {
  it('is refused before PayPal is called', async () => {
    const userId = await newFan(shop, 'ID');
    const before = (await payPalOf(shop)).orders.length;
    const command = purchase(userId, { provider: 'paypal', packageId: 'id-app-70' });
    const refused = await createRecharge(shop, command, new Date());
    expect(codeOf(refused)).toBe('provider_not_available');
    expect(refused).toHaveProperty('facts', { packageId: 'id-app-70', provider: 'paypal', currency: 'IDR' });
    expect((await payPalOf(shop)).orders).toHaveLength(before);
  });

  it('is none of yen: they are sold without decimals', async () => {
    const sale = await ordered(shop, { userId: await newFan(shop, 'JP'), packageId: 'jp-app-100' });
    await approve(shop, sale);
    await expect.poll(async () => (await walletOf(shop, sale.userId)).paid).toBe(100);
    const { captures } = await payPalOf(shop);
    expect(captures.find(({ orderId }) => orderId === sale.paymentId)?.amount.value).toBe('160');
  });
});

describe('an event that is not to be believed', () => {
  it('changes nothing when PayPal did not sign it', async () => {
    const { paymentId, userId } = await ordered(shop);
    await approve(shop, { paymentId }, { webhook: false });
    const body = JSON.stringify(eventOf('CHECKOUT.ORDER.APPROVED', { id: paymentId }));
    const answer = await fetch(shop.webhookUrl, { method: 'POST', body });
    expect(await answer.json()).toMatchObject({ status: 400, reason: 'missing_signature' });
    expect(await capturesOf(paymentId)).toBe(0);
    expect((await walletOf(shop, userId)).paid).toBe(0);
  });

  it('changes nothing when its claim is not what the API says, and is asked for again', async () => {
    const { paymentId, userId, rechargeId } = await ordered(shop);
    const resource = {
      id: 'INVENTED',
      status: 'COMPLETED',
      amount: { currency_code: 'USD', value: '12.99' },
      custom_id: rechargeId,
      supplementary_data: { related_ids: { order_id: paymentId } },
    };
    expect(await shop.deliver(eventOf('PAYMENT.CAPTURE.COMPLETED', resource))).toBe(500);
    expect((await walletOf(shop, userId)).paid).toBe(0);
    expect((await orderOf(shop, rechargeId)).state).toBe('pending');
  });
});
