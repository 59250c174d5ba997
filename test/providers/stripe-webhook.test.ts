import { readFileSync } from 'node:fs';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { readStripeEvent, type StripeDelivery, stripeEventTypes } from '../../shared/providers/stripe-webhook.ts';
import { WebhookRejected, type WebhookRejection } from '../../shared/providers/webhook-rejected.ts';

const webhookSecret = 'whsec_test_secret';
const nowSeconds = 1_795_000_000;

const intent = {
  id: 'pi_1',
  object: 'payment_intent',
  amount: 1299,
  amount_received: 1299,
  currency: 'usd',
  status: 'succeeded',
  metadata: { rechargeId: 'r1', userId: 'ana' },
  last_payment_error: null,
};

function eventOf(type: string, object: object = intent): string {
  return JSON.stringify(
    { id: 'evt_1', object: 'event', type, created: nowSeconds - 5, data: { object } },
    undefined,
    2,
  );
}

function signed(rawBody: string, timestamp = nowSeconds, secret = webhookSecret): StripeDelivery {
  const signatureHeader = Stripe.webhooks.generateTestHeaderString({ payload: rawBody, secret, timestamp });
  return { rawBody, signatureHeader, webhookSecret, nowSeconds };
}

function rejectionOf(delivery: StripeDelivery): WebhookRejection | undefined {
  try {
    readStripeEvent(delivery);
    return undefined;
  } catch (error) {
    if (error instanceof WebhookRejected) return error.reason;
    throw error;
  }
}

describe('a genuine Stripe event', () => {
  const paid = eventOf('payment_intent.succeeded');

  it('is read, from a string or from bytes', () => {
    const payment = {
      paymentId: 'pi_1',
      status: 'succeeded',
      amountMinor: 1299,
      amountReceivedMinor: 1299,
      currency: 'USD',
      rechargeId: 'r1',
      userId: 'ana',
    };
    expect(readStripeEvent(signed(paid))).toMatchObject({ kind: 'payment_succeeded', eventId: 'evt_1', payment });
    expect(readStripeEvent({ ...signed(paid), rawBody: Buffer.from(paid) })).toEqual(readStripeEvent(signed(paid)));
  });

  it('tells when it was made, not when it came', () => {
    const refund = {
      object: 'refund',
      id: 're_1',
      amount: 500,
      currency: 'usd',
      payment_intent: 'pi_1',
      status: 'pending',
    };
    const read = readStripeEvent(signed(eventOf('refund.created', refund)));
    const at = new Date((nowSeconds - 5) * 1000).toISOString();
    expect(read).toMatchObject({ kind: 'claim', claims: [{ claim: { claimId: 're_1', state: 'pending', at } }] });
  });

  it('tells why a payment failed', () => {
    const failed = { ...intent, status: 'requires_payment_method', last_payment_error: { code: 'card_declined' } };
    const read = readStripeEvent(signed(eventOf('payment_intent.payment_failed', failed)));
    expect(read).toMatchObject({ kind: 'payment_failed', payment: { failureCode: 'card_declined' } });
  });

  it('is read when it is of a payment that something else made in the same account', () => {
    const read = readStripeEvent(
      signed(eventOf('payment_intent.succeeded', { ...intent, metadata: {}, currency: 'isk' })),
    );
    expect(read).toMatchObject({ payment: { currency: 'ISK' } });
    expect(read).not.toHaveProperty('payment.rechargeId');
  });

  it('is handed on unread when its type is none of ours', () => {
    const read = readStripeEvent(signed(eventOf('customer.created', { id: 'cus_1' })));
    expect(read).toEqual({ kind: 'unhandled', eventId: 'evt_1', type: 'customer.created' });
  });

  it.each([-300, 0, 300])('may be signed %i s from now', (seconds) => {
    expect(rejectionOf(signed(paid, nowSeconds + seconds))).toBeUndefined();
  });

  it('may carry signatures of two secrets while one replaces the other', () => {
    const [time, signature] = signed(paid).signatureHeader?.split(',') ?? [];
    const other = 'v1=0000000000000000000000000000000000000000000000000000000000000000';
    expect(rejectionOf({ ...signed(paid), signatureHeader: `${time},${other},${signature}` })).toBeUndefined();
  });
});

describe('a Stripe event that is not to be believed', () => {
  const paid = eventOf('payment_intent.succeeded');
  const genuine = signed(paid);
  const header = genuine.signatureHeader ?? '';

  it.each<[string, WebhookRejection, StripeDelivery]>([
    ['without a signature', 'missing_signature', { ...genuine, signatureHeader: undefined }],
    ['with an empty signature', 'missing_signature', { ...genuine, signatureHeader: '' }],
    ['signed with another secret', 'bad_signature', signed(paid, nowSeconds, 'whsec_other')],
    ['with another amount', 'bad_signature', { ...genuine, rawBody: paid.replaceAll('1299', '9999') }],
    ['cut short', 'bad_signature', { ...genuine, rawBody: paid.slice(0, -10) }],
    ['without a body', 'bad_signature', { ...genuine, rawBody: '' }],
    ['serialized anew', 'bad_signature', { ...genuine, rawBody: JSON.stringify(JSON.parse(paid)) }],
    [
      'with a signature of a scheme that is not v1',
      'bad_signature',
      { ...genuine, signatureHeader: header.replace('v1=', 'v0=') },
    ],
    [
      'with a later time than was signed',
      'bad_signature',
      { ...genuine, signatureHeader: header.replace(/t=\d+/, `t=${nowSeconds + 1}`) },
    ],
    ['with two times', 'bad_signature', { ...genuine, signatureHeader: `t=${nowSeconds},${header}` }],
    ['without a time', 'bad_signature', { ...genuine, signatureHeader: header.replace(/t=\d+,/, '') }],
    [
      'with a time that is no number',
      'bad_signature',
      { ...genuine, signatureHeader: header.replace(/t=\d+/, 't=now') },
    ],
    ['signed too long ago', 'stale', signed(paid, nowSeconds - 301)],
    ['signed in the future', 'stale', signed(paid, nowSeconds + 301)],
    ['signed, but no JSON', 'malformed', signed('{"id": ')],
    ['signed, but no event', 'malformed', signed('{"id": "evt_1"}')],
    ['signed, but a thin event', 'malformed', signed('{"object": "v2.core.event", "id": "evt_1"}')],
    ['signed, but without a payment in it', 'malformed', signed(eventOf('payment_intent.succeeded', { id: 'pi_1' }))],
    ['with bytes that are no text', 'malformed', { ...genuine, rawBody: Buffer.of(0x7b, 0xff, 0x7d) }],
  ])('%s: %s', (_what, reason, delivery) => {
    expect(rejectionOf(delivery)).toBe(reason);
  });

  it('is not believed for lack of a secret', () => {
    expect(rejectionOf({ ...signed(paid, nowSeconds, 'x'), webhookSecret: '' })).toBe('bad_signature');
  });
});

describe('the kinds of events that mean something here', () => {
  it('are all among those that the API guide says to subscribe to', () => {
    const guide = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
    const row = guide.split('\n').find((line) => line.startsWith('| events to subscribe to')) ?? '';
    const patterns = [...row.matchAll(/`([a-z_.]+\*?)`/g)].map(([, pattern = '']) => pattern);
    const isNamed = (type: string) =>
      patterns.some((pattern) => pattern === type || (pattern.endsWith('*') && type.startsWith(pattern.slice(0, -1))));
    expect(stripeEventTypes.filter((type) => !isNamed(type))).toEqual([]);
  });
});
