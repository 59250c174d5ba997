import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPayPalSimulator } from '../../infra/local/simulators/paypal.ts';
import { newId } from '../../shared/identifiers.ts';
import { minor } from '../../shared/money/units.ts';
import { PayPalAccessDenied } from '../../shared/providers/paypal-http.ts';
import { createPayPalOrders, type NewPayPalOrder, type PayPalOrders } from '../../shared/providers/paypal-orders.ts';
import { AmountNotRepresentable } from '../../shared/providers/provider-amounts.ts';
import { ProviderOutcomeUnknown } from '../../shared/providers/provider-outcome-unknown.ts';
import { look, startWebhookReceiver, steer, type WebhookReceiver } from './webhook-receiver.ts';

const credentials = { clientId: 'client', clientSecret: 'secret' };
let receiver: WebhookReceiver;
let simulator: Awaited<ReturnType<typeof startPayPalSimulator>>;
let orders: PayPalOrders;

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  simulator = await startPayPalSimulator({ ...credentials, webhookId: 'WH-1', webhookUrl: () => receiver.url });
  orders = createPayPalOrders({ ...credentials, apiUrl: simulator.url, timeoutSeconds: 0.5 });
});
beforeEach(() => steer(simulator.url, 'faults/clear'));
afterAll(async () => {
  await simulator.close();
  await receiver.close();
});

function wanted(change: Partial<NewPayPalOrder> = {}): NewPayPalOrder {
  const rechargeId = newId(new Date());
  return { rechargeId, userId: 'ana', amountMinor: minor(1299), currency: 'USD', description: '1000 coins', ...change };
}

async function approved(change: Partial<NewPayPalOrder> = {}, approval: object = {}) {
  const order = wanted(change);
  const { payment } = await orders.createOrder(order);
  await steer(simulator.url, `orders/${payment.paymentId}/approve`, approval);
  const found = await orders.getOrder(payment.paymentId);
  if (!found) throw new Error('the order is gone');
  return { ...order, found };
}

async function captured(change: Partial<NewPayPalOrder> = {}) {
  const { found, rechargeId } = await approved(change);
  const { captureId = '' } = (await orders.captureOrder(found)) ?? {};
  return { captureId, rechargeId, paymentId: found.payment.paymentId };
}

/** As a client makes it whose first request PayPal has forgotten. */
async function secondOrderOf(rechargeId: string) {
  const { access_token: token } = await tokenOf();
  const amount = { currency_code: 'USD', value: '12.99' };
  const unit = { reference_id: 'ana', custom_id: rechargeId, invoice_id: rechargeId, amount };
  const response = await fetch(`${simulator.url}/v2/checkout/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ intent: 'CAPTURE', purchase_units: [unit] }),
  });
  const { id } = (await response.json()) as { id: string };
  await steer(simulator.url, `orders/${id}/approve`);
  const found = await orders.getOrder(id);
  if (!found) throw new Error('the order is gone');
  return found;
}

async function tokenOf(): Promise<{ access_token: string }> {
  const authorization = `Basic ${Buffer.from('client:secret').toString('base64')}`;
  const response = await fetch(`${simulator.url}/v1/oauth2/token`, {
    method: 'POST',
    headers: { authorization },
    body: 'grant_type=client_credentials',
  });
  return (await response.json()) as { access_token: string };
}

type Listed = {
  orders: { unit: { custom_id?: string } }[];
  captures: { orderId: string; amount: { value: string } }[];
};

async function ordersOf({ rechargeId }: NewPayPalOrder): Promise<number> {
  const listed = await look<Listed>(simulator.url, 'orders');
  return listed.orders.filter(({ unit }) => unit.custom_id === rechargeId).length;
}

async function capturesOf(orderId: string): Promise<string[]> {
  const listed = await look<Listed>(simulator.url, 'orders');
  return listed.captures.filter((capture) => capture.orderId === orderId).map(({ amount }) => amount.value);
}

describe('an order at PayPal', () => {
  it('says whose it is, what it costs, and where its buyer agrees', async () => {
    const order = wanted();
    const opened = await orders.createOrder(order);
    const { paymentId } = opened.payment;
    expect(opened).toMatchObject({
      payment: {
        provider: 'paypal',
        paymentId: expect.stringMatching(/^[A-Z0-9]{17}$/),
        status: 'open',
        amountMinor: 1299,
        amountReceivedMinor: 0,
        currency: 'USD',
        rechargeId: order.rechargeId,
        userId: 'ana',
      },
      isApproved: false,
      approveUrl: expect.stringContaining(paymentId),
    });
    expect(await orders.getOrder(paymentId)).toEqual(opened);
  });

  it('is the same one when it is asked for five times at once', async () => {
    const order = wanted();
    const opened = await Promise.all([1, 2, 3, 4, 5].map(() => orders.createOrder(order)));
    expect(new Set(opened.map(({ payment }) => payment.paymentId)).size).toBe(1);
    expect(await ordersOf(order)).toBe(1);
  });

  it.each(['timeout_after_effect', 'error_after_effect', 'unreadable_after_effect'])(
    'has an unknown outcome after a %s, and is the same one when it is asked for again',
    async (next) => {
      const order = wanted();
      await steer(simulator.url, 'faults', { next, path: '/v2/checkout/orders' });
      await expect(orders.createOrder(order)).rejects.toBeInstanceOf(ProviderOutcomeUnknown);
      await orders.createOrder(order);
      expect(await ordersOf(order)).toBe(1);
    },
  );

  it.each(['timeout', 'error_500', 'rate_limited', 'busy'])('has an unknown outcome after a %s', async (next) => {
    await steer(simulator.url, 'faults', { next, path: '/v2/checkout/orders' });
    await expect(orders.createOrder(wanted())).rejects.toBeInstanceOf(ProviderOutcomeUnknown);
  });

  it('is refused when something else was asked for under the same id', async () => {
    const order = wanted();
    await orders.createOrder(order);
    await expect(orders.createOrder({ ...order, amountMinor: minor(1) })).rejects.toMatchObject({
      name: 'PayPalRefused',
      code: 'DUPLICATE_REQUEST_ID',
    });
  });

  it('needs credentials that PayPal knows', async () => {
    const stranger = createPayPalOrders({
      ...credentials,
      clientSecret: 'wrong',
      apiUrl: simulator.url,
      timeoutSeconds: 1,
    });
    await expect(stranger.createOrder(wanted())).rejects.toBeInstanceOf(PayPalAccessDenied);
  });

  it('is unknown when PayPal has none', async () => {
    expect(await orders.getOrder('NOTHING')).toBeUndefined();
    expect(await orders.getCapture('NOTHING')).toBeUndefined();
    expect(await orders.getRefund('NOTHING')).toBeUndefined();
    expect(await orders.getDispute('NOTHING')).toBeUndefined();
    expect(await orders.disputesAbout('NOTHING')).toEqual([]);
  });

  it('of something else in the same account is nobody’s', async () => {
    const { found } = await approved({}, { custom_id: 'a-book' });
    expect(found.payment).not.toHaveProperty('rechargeId');
    expect(found.payment).not.toHaveProperty('userId');
  });
});

describe('amounts that PayPal is asked for', () => {
  it.each([
    ['USD', 1299, '12.99'],
    ['JPY', 160, '160'],
    ['HUF', 490_000, '4900'],
    ['EUR', 5, '0.05'],
  ] as const)('are exact: %s %i is "%s"', async (currency, amount, value) => {
    const { paymentId } = await captured({ currency, amountMinor: minor(amount) });
    expect(await capturesOf(paymentId)).toEqual([value]);
    expect((await orders.getOrder(paymentId))?.payment).toMatchObject({
      status: 'succeeded',
      amountMinor: amount,
      amountReceivedMinor: amount,
      currency,
    });
  });

  it.each([
    ['KWD', 5120],
    ['IDR', 1_700_000],
    ['KRW', 1500],
    ['HUF', 17_550],
  ] as const)('are refused before PayPal is called when it cannot take them: %s %i', async (currency, amount) => {
    const order = wanted({ currency, amountMinor: minor(amount) });
    await expect(orders.createOrder(order)).rejects.toBeInstanceOf(AmountNotRepresentable);
    expect(await ordersOf(order)).toBe(0);
  });
});

describe('taking the money of an order', () => {
  it('is done once, whoever asks and however often', async () => {
    const { found } = await approved();
    expect(found.isApproved).toBe(true);
    const taken = await Promise.all([1, 2, 3, 4, 5].map(() => orders.captureOrder(found)));
    const later = await orders.captureOrder({ ...found, changedAt: 'later' });
    for (const order of [...taken, later]) expect(order?.payment).toMatchObject({ status: 'succeeded' });
    expect(await capturesOf(found.payment.paymentId)).toEqual(['12.99']);
  });

  it.each(['timeout_after_effect', 'error_after_effect'])('is done once after a %s', async (next) => {
    const { found } = await approved();
    await steer(simulator.url, 'faults', { next, method: 'POST', path: '/v2/checkout/orders' });
    await expect(orders.captureOrder(found)).rejects.toBeInstanceOf(ProviderOutcomeUnknown);
    expect((await orders.captureOrder(found))?.payment.status).toBe('succeeded');
    expect(await capturesOf(found.payment.paymentId)).toEqual(['12.99']);
  });

  it('says why when the means of payment is declined', async () => {
    const { found } = await approved({}, { decline: 'INSTRUMENT_DECLINED' });
    expect(await orders.captureOrder(found)).toMatchObject({
      isApproved: false,
      payment: { status: 'open', failureCode: 'INSTRUMENT_DECLINED' },
    });
  });

  it('of a second order for the same recharge is refused by its invoice', async () => {
    const { rechargeId } = await captured();
    const second = await secondOrderOf(rechargeId);
    expect((await orders.captureOrder(second))?.payment).toMatchObject({ failureCode: 'DUPLICATE_INVOICE_ID' });
    expect(await capturesOf(second.payment.paymentId)).toEqual([]);
  });

  it('may leave it pending, and then denied', async () => {
    const { found } = await approved({}, { pending: true });
    const { paymentId } = found.payment;
    expect((await orders.captureOrder(found))?.payment).toMatchObject({ status: 'processing', amountReceivedMinor: 0 });
    await steer(simulator.url, `captures/${paymentId}/deny`);
    expect((await orders.getOrder(paymentId))?.payment).toMatchObject({
      status: 'canceled',
      failureCode: 'DECLINED_BY_RISK_FRAUD_FILTERS',
    });
  });
});

describe('giving money back', () => {
  it('is done once for one reference, and in parts for several', async () => {
    const { captureId } = await captured();
    const part = { captureId, refundId: 'withdrawal-1', amountMinor: minor(500), currency: 'USD' } as const;
    const refunds = await Promise.all([1, 2, 3, 4, 5].map(() => orders.refundCapture(part)));
    for (const refund of refunds)
      expect(refund).toMatchObject({
        captureId,
        claim: { claimId: 'withdrawal-1', state: 'succeeded', amountMinor: 500 },
      });
    await orders.refundCapture({ ...part, refundId: 'withdrawal-2', amountMinor: minor(799) });
    expect(await orders.getCapture(captureId)).toMatchObject({ isGivenBack: true });
  });

  it.each(['timeout_after_effect', 'error_after_effect'])('is done once after a %s', async (next) => {
    const { captureId, paymentId } = await captured();
    const whole = {
      captureId,
      refundId: `withdrawal-${paymentId}`,
      amountMinor: minor(1299),
      currency: 'USD',
    } as const;
    await steer(simulator.url, 'faults', { next, method: 'POST', path: '/v2/payments' });
    await expect(orders.refundCapture(whole)).rejects.toBeInstanceOf(ProviderOutcomeUnknown);
    expect((await orders.refundCapture(whole)).claim.state).toBe('succeeded');
  });

  it('is refused for good when there is not so much left', async () => {
    const { captureId } = await captured();
    const all = { captureId, refundId: `a-${captureId}`, amountMinor: minor(1299), currency: 'USD' } as const;
    const code = async (change: object) => orders.refundCapture({ ...all, ...change }).catch(({ code }) => code);
    expect(await code({ amountMinor: minor(1300) })).toBe('REFUND_AMOUNT_EXCEEDED');
    await orders.refundCapture(all);
    expect(await code({ refundId: `b-${captureId}`, amountMinor: minor(1) })).toBe('CAPTURE_FULLY_REFUNDED');
  });
});

describe('what PayPal says of money that goes back', () => {
  it('names the payment and the recharge', async () => {
    const order = await approved();
    const { captureId = '' } = (await orders.captureOrder(order.found)) ?? {};
    expect(await orders.getCapture(captureId)).toMatchObject({
      captureId,
      orderId: order.found.payment.paymentId,
      rechargeId: order.rechargeId,
      amountMinor: 1299,
      currency: 'USD',
      isGivenBack: false,
      createdAt: expect.stringMatching(/\.\d{3}Z$/),
    });
  });

  it.each([
    [undefined, 'open'],
    ['RESOLVED_SELLER_FAVOUR', 'won'],
    ['CANCELED_BY_BUYER', 'won'],
    ['RESOLVED_BUYER_FAVOUR', 'lost'],
    ['SOMETHING_NEW', undefined],
  ])('tells how a dispute stands: %s', async (outcome, state) => {
    const { captureId } = await captured();
    const { id } = await steer<{ id: string }>(simulator.url, `captures/${captureId}/dispute`, { value: '5.00' });
    if (outcome) await steer(simulator.url, `disputes/${id}/resolve`, { outcome });
    const dispute = await orders.getDispute(id);
    expect(dispute?.state).toBe(state);
    expect(dispute).toMatchObject({ captureIds: [captureId], amount: { currency_code: 'USD', value: '5.00' } });
    expect(await orders.disputesAbout(captureId)).toEqual([id]);
  });
});
