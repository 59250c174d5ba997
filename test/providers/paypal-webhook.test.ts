import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSigningIdentity, type SigningIdentity } from '../../infra/local/simulators/certificate.ts';
import { startPayPalSimulator } from '../../infra/local/simulators/paypal.ts';
import { createPayPalWebhookReader, type PayPalDelivery } from '../../shared/providers/paypal-webhook.ts';
import { WebhookRejected } from '../../shared/providers/webhook-rejected.ts';
import { startWebhookReceiver, steer } from './webhook-receiver.ts';

const webhookId = '1JE4291016473214C';
const origin = 'https://api.sandbox.paypal.com';
const certificateUrl = `${origin}/v1/notifications/certs/CERT-360caa42-fca2a594-7a8abba8`;
const now = new Date('2026-11-21T12:00:00Z');
const oneDayMs = 24 * 60 * 60 * 1000;

let identity: SigningIdentity;
let expired: SigningIdentity;
beforeAll(async () => {
  const name = 'A test';
  const yesterday = new Date(now.getTime() - oneDayMs);
  const validity = { validFrom: yesterday, validTo: new Date(now.getTime() + oneDayMs) };
  identity = await createSigningIdentity({ name, ...validity });
  expired = await createSigningIdentity({ name, validFrom: new Date(0), validTo: yesterday });
});

const item = {
  payout_item_id: 'ITEM1',
  payout_batch_id: 'BATCH1',
  transaction_id: 'TX1',
  transaction_status: 'SUCCESS',
  payout_item_fee: { currency: 'USD', value: '0.27' },
  payout_item: {
    sender_item_id: 'payout-1',
    recipient_type: 'EMAIL',
    receiver: 'cy@example.com',
    amount: { currency: 'USD', value: '13.69' },
  },
};

function bodyOf(eventType: string, resource: object = item, id = 'WH-EVENT-1'): string {
  return JSON.stringify({ id, event_version: '1.0', event_type: eventType, resource_type: 'payouts_item', resource });
}

type Claim = {
  body: string;
  time?: string;
  forWebhook?: string;
  algorithm?: string;
  certificate?: string;
  checksum?: number;
  signer?: SigningIdentity;
};

function delivered(claim: Claim): PayPalDelivery & { headers: Record<string, string> } {
  const {
    body,
    time = '2026-11-21T11:59:30Z',
    forWebhook = webhookId,
    checksum = crc32(body),
    signer = identity,
  } = claim;
  const transmissionId = randomUUID();
  const message = Buffer.from(`${transmissionId}|${time}|${forWebhook}|${checksum}`);
  const headers = {
    'paypal-transmission-id': transmissionId,
    'paypal-transmission-time': time,
    'paypal-transmission-sig': sign('sha256', message, signer.privateKey).toString('base64'),
    'paypal-cert-url': claim.certificate ?? certificateUrl,
    'paypal-auth-algo': claim.algorithm ?? 'SHA256withRSA',
  };
  return { rawBody: Buffer.from(body), headers, now };
}

function reader(fetchCertificate: (url: URL) => Promise<string | undefined> = async () => identity.certificatePem) {
  return createPayPalWebhookReader({ webhookId, certificateOrigins: [origin], fetchCertificate });
}

async function rejectionOf(delivery: PayPalDelivery, by = reader()): Promise<string | undefined> {
  try {
    await by.read(delivery);
    return undefined;
  } catch (error) {
    if (error instanceof WebhookRejected) return error.reason;
    throw error;
  }
}

const paid = bodyOf('PAYMENT.PAYOUTS-ITEM.SUCCEEDED');

describe('a genuine PayPal event', () => {
  it('is read', async () => {
    expect(await reader().read(delivered({ body: paid }))).toEqual({
      kind: 'payout_item',
      eventId: 'WH-EVENT-1',
      eventType: 'PAYMENT.PAYOUTS-ITEM.SUCCEEDED',
      item: {
        payoutItemId: 'ITEM1',
        payoutBatchId: 'BATCH1',
        senderItemId: 'payout-1',
        status: 'SUCCESS',
        amountMinor: 1369,
        currency: 'USD',
        feeMinor: 27,
        feeCurrency: 'USD',
        transactionId: 'TX1',
      },
    });
  });

  it('is read whatever the case of its headers', async () => {
    const { headers, ...rest } = delivered({ body: paid });
    const shouted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    expect(await reader().read({ ...rest, headers: shouted })).toMatchObject({ kind: 'payout_item' });
  });

  it('is verified with the checksum as an unsigned number', async () => {
    const bodies = Array.from({ length: 20 }, (_, index) =>
      bodyOf('PAYMENT.PAYOUTS-ITEM.SUCCEEDED', item, `WH-${index}`),
    );
    const large = bodies.find((body) => crc32(body) >= 2 ** 31);
    if (!large) throw new Error('one of twenty checksums has its highest bit set');
    expect(await rejectionOf(delivered({ body: large }))).toBeUndefined();
    expect(await rejectionOf(delivered({ body: large, checksum: crc32(large) | 0 }))).toBe('bad_signature');
  });

  it('is handed on unread when its type is none of ours', async () => {
    const eventType = 'PAYMENT.PAYOUTSBATCH.SUCCESS';
    const read = await reader().read(delivered({ body: bodyOf(eventType, {}) }));
    expect(read).toEqual({ kind: 'unhandled', eventId: 'WH-EVENT-1', eventType });
  });

  it.each<[string, object, object]>([
    ['CHECKOUT.ORDER.APPROVED', { id: 'ORDER1' }, { kind: 'order_approved', orderId: 'ORDER1' }],
    [
      'PAYMENT.CAPTURE.COMPLETED',
      { id: 'CAP1', supplementary_data: { related_ids: { order_id: 'ORDER1' } } },
      { kind: 'capture', captureId: 'CAP1', orderId: 'ORDER1', isDecided: true },
    ],
    [
      'PAYMENT.CAPTURE.PENDING',
      { id: 'CAP1', links: [{ rel: 'up', href: 'https://api.paypal.com/v2/checkout/orders/ORDER1' }] },
      { kind: 'capture', captureId: 'CAP1', orderId: 'ORDER1', isDecided: false },
    ],
    ['PAYMENT.CAPTURE.DENIED', { id: 'CAP1' }, { kind: 'capture', captureId: 'CAP1', isDecided: true }],
    ['PAYMENT.CAPTURE.REFUNDED', { id: 'REF1' }, { kind: 'refund', refundId: 'REF1' }],
    [
      'PAYMENT.CAPTURE.REVERSED',
      { id: 'REF1', links: [{ rel: 'up', href: 'https://api.paypal.com/v2/payments/captures/CAP1' }] },
      { kind: 'reversal', captureId: 'CAP1' },
    ],
    ['PAYMENT.CAPTURE.REVERSED', { id: 'CAP1' }, { kind: 'reversal', captureId: 'CAP1' }],
    [
      'CUSTOMER.DISPUTE.CREATED',
      { dispute_id: 'PP-D-1', status: 'OPEN' },
      { kind: 'dispute', disputeId: 'PP-D-1', isResolved: false },
    ],
    [
      'CUSTOMER.DISPUTE.RESOLVED',
      { dispute_id: 'PP-D-1', status: 'RESOLVED' },
      { kind: 'dispute', disputeId: 'PP-D-1', isResolved: true },
    ],
  ])('about a payment says what to ask about: %s', async (eventType, resource, about) => {
    const read = await reader().read(delivered({ body: bodyOf(eventType, resource) }));
    expect(read).toEqual({ kind: 'payment', eventId: 'WH-EVENT-1', eventType, about });
  });

  it.each(['2026-11-18T12:00:00Z', '2026-11-21T12:04:59Z'])('may have been sent at %s', async (time) => {
    expect(await rejectionOf(delivered({ body: paid, time }))).toBeUndefined();
  });

  it('is read although its fee or its error cannot be', async () => {
    const odd = { ...item, payout_item_fee: { currency: 'USD', value: 'free' }, errors: [] };
    const read = await reader().read(delivered({ body: bodyOf('PAYMENT.PAYOUTS-ITEM.SUCCEEDED', odd) }));
    expect(read).toMatchObject({ item: { status: 'SUCCESS', amountMinor: 1369 } });
    expect(read).not.toHaveProperty('item.feeMinor');
  });

  it('costs one request for its certificate, and the next ones none', async () => {
    let fetched = 0;
    const counting = reader(async () => {
      fetched += 1;
      return identity.certificatePem;
    });
    await counting.read(delivered({ body: paid }));
    await counting.read(delivered({ body: paid }));
    expect(fetched).toBe(1);
  });
});

describe('a PayPal event that is not to be believed', () => {
  it.each([
    'paypal-transmission-id',
    'paypal-transmission-time',
    'paypal-transmission-sig',
    'paypal-cert-url',
    'paypal-auth-algo',
  ])('lacks %s', async (name) => {
    const { headers, ...rest } = delivered({ body: paid });
    expect(await rejectionOf({ ...rest, headers: { ...headers, [name]: undefined } })).toBe('missing_signature');
  });

  it.each<[string, Claim]>([
    ['is signed for another webhook', { body: paid, forWebhook: '8PT597110X687430L' }],
    ['is signed for another body', { body: paid, checksum: crc32('{}') }],
    ['names another algorithm', { body: paid, algorithm: 'SHA1withRSA' }],
    ['has no time', { body: paid, time: 'yesterday' }],
  ])('%s', async (_what, claim) => {
    expect(await rejectionOf(delivered(claim))).toBe('bad_signature');
  });

  it('was changed, or cut short, on its way', async () => {
    const { rawBody: _genuine, ...rest } = delivered({ body: paid });
    expect(await rejectionOf({ ...rest, rawBody: paid.replace('13.69', '99.69') })).toBe('bad_signature');
    expect(await rejectionOf({ ...rest, rawBody: paid.slice(0, -1) })).toBe('bad_signature');
    expect(await rejectionOf({ ...rest, rawBody: '' })).toBe('bad_signature');
  });

  it.each(['2026-11-17T11:59:59Z', '2026-11-21T12:05:01Z'])('was sent at %s: stale', async (time) => {
    expect(await rejectionOf(delivered({ body: paid, time }))).toBe('stale');
  });

  it.each([
    'https://api.sandbox.paypal.com.evil.example/v1/notifications/certs/CERT-1',
    'https://evil.example/v1/notifications/certs/CERT-1',
    'https://evil.example/?https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1',
    'http://api.sandbox.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.sandbox.paypal.com:8443/v1/notifications/certs/CERT-1',
    'https://evil@api.sandbox.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.sandbox.paypal.com/v1/notifications/certs/../../../upload/CERT-1',
    'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1?redirect=1',
    'https://api.sandbox.paypal.com/v1/other/CERT-1',
    'https://api.paypal.com/v1/notifications/certs/CERT-1',
    'data:text/plain,certificate',
    'CERT-1',
  ])('names the certificate %s, which is never fetched', async (certificate) => {
    let fetched = 0;
    const watching = reader(async () => {
      fetched += 1;
      return identity.certificatePem;
    });
    expect(await rejectionOf(delivered({ body: paid, certificate }), watching)).toBe('bad_signature');
    expect(fetched).toBe(0);
  });

  it('is signed by a certificate that is expired', async () => {
    const delivery = delivered({ body: paid, signer: expired });
    const expiredOnly = reader(async () => expired.certificatePem);
    expect(await rejectionOf(delivery, expiredOnly)).toBe('bad_signature');
    const then = { body: paid, signer: expired, time: '2026-11-20T11:00:00Z' };
    const inTime = { ...delivered(then), now: new Date('2026-11-20T11:00:00Z') };
    expect(await rejectionOf(inTime, expiredOnly)).toBeUndefined();
  });

  it('is signed by a certificate that is unreadable, unknown or of another key', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const others = [
      expired.certificatePem,
      'no certificate',
      undefined,
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ];
    for (const pem of others) {
      expect(
        await rejectionOf(
          delivered({ body: paid }),
          reader(async () => pem),
        ),
      ).toBe('bad_signature');
    }
  });

  it('is genuine and yet unreadable', async () => {
    for (const body of [
      '[]',
      'no json',
      bodyOf('PAYMENT.PAYOUTS-ITEM.SUCCEEDED', { payout_item_id: 'ITEM1' }),
      bodyOf('CHECKOUT.ORDER.APPROVED', {}),
    ]) {
      expect(await rejectionOf(delivered({ body }))).toBe('malformed');
    }
  });
});

describe('a certificate that cannot be fetched for the moment', () => {
  it('is a fault and no forgery, so that PayPal delivers again', async () => {
    const failing = reader(async () => {
      throw new Error('connection reset');
    });
    await expect(failing.read(delivered({ body: paid }))).rejects.toThrow('connection reset');
  });
});

describe("the PayPal simulator's webhooks", () => {
  let receiver: Awaited<ReturnType<typeof startWebhookReceiver>>;
  let simulator: Awaited<ReturnType<typeof startPayPalSimulator>>;
  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    const options = { clientId: 'client', clientSecret: 'secret', webhookId, webhookUrl: () => receiver.url };
    simulator = await startPayPalSimulator(options);
  });
  afterAll(async () => {
    await simulator.close();
    await receiver.close();
  });

  it('are believed by a reader that trusts its certificates, and by no other', async () => {
    await steer(simulator.url, 'events', { type: 'PAYMENT.PAYOUTS-ITEM.FAILED', object: item });
    const [webhook] = await receiver.waitFor(1);
    if (!webhook) throw new Error('no webhook came');
    const { headers, rawBody } = webhook;
    const trusting = createPayPalWebhookReader({ webhookId, certificateOrigins: [simulator.url] });
    expect(await trusting.read({ rawBody, headers })).toMatchObject({ eventType: 'PAYMENT.PAYOUTS-ITEM.FAILED' });
    expect(await rejectionOf({ rawBody, headers })).toBe('bad_signature');
    const unknown = { ...headers, 'paypal-cert-url': `${simulator.url}/v1/notifications/certs/CERT-OTHER` };
    expect(await rejectionOf({ rawBody, headers: unknown }, trusting)).toBe('bad_signature');
  });
});
