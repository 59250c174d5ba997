import { verify, type X509Certificate } from 'node:crypto';
import { crc32 } from 'node:zlib';
import * as z from 'zod/mini';
import { type CertificateSource, createCertificateStore } from './paypal-certificates.ts';
import { type PayPalItem, parsePayPalItem } from './paypal-item.ts';
import { type PayPalPaymentEvent, readPaymentEvent } from './paypal-payment-events.ts';
import { WebhookRejected } from './webhook-rejected.ts';

/** What the event claims. The signature covers the body by a CRC-32 only, so let the API confirm it. */
type PayPalEvent =
  | { kind: 'payout_item'; eventId: string; eventType: string; item: PayPalItem }
  | { kind: 'payment'; eventId: string; eventType: string; about: PayPalPaymentEvent }
  | { kind: 'unhandled'; eventId: string; eventType: string };

export type PayPalDelivery = {
  /** The bytes exactly as they came; the checksum in the signature is theirs. */
  rawBody: Buffer | string;
  /** The request's headers; upper and lower case are the same. */
  headers: Readonly<Record<string, string | undefined>>;
  now?: Date;
};

export type PayPalWebhookReader = {
  /**
   * Verifies a delivery from PayPal and reads its event. Throws `WebhookRejected` when it is not to be believed, and an
   * ordinary error when the certificate cannot be fetched for the moment.
   */
  read(delivery: PayPalDelivery): Promise<PayPalEvent>;
};

/** PayPal delivers again for three days (https://developer.paypal.com/api/rest/webhooks/rest/); the fourth is for clocks and queues. */
const oldestSeconds = 4 * 24 * 60 * 60;
const clockDifferenceSeconds = 5 * 60;

const event = z.object({
  id: z.string().check(z.minLength(1)),
  event_type: z.string().check(z.minLength(1)),
  resource: z.unknown(),
});

/**
 * Reads PayPal's webhooks without asking PayPal about each one: the signature is RSA over
 * `transmission id|transmission time|webhook id|CRC-32 of the body`, by a certificate that PayPal serves.
 */
export function createPayPalWebhookReader({
  webhookId,
  ...certificates
}: { webhookId: string } & CertificateSource): PayPalWebhookReader {
  const certificateAt = createCertificateStore(certificates);
  return {
    async read({ rawBody, headers, now = new Date() }) {
      const transmission = readTransmission(headers);
      checkTime(transmission.time, now);
      const certificate = await certificateAt(transmission.certificateUrl, now);
      const body = typeof rawBody === 'string' ? Buffer.from(rawBody) : rawBody;
      checkSignature({ transmission, webhookId, body, certificate });
      return readEvent(body);
    },
  };
}

type Transmission = { id: string; time: string; certificateUrl: string; signature: string };

function readTransmission(headers: PayPalDelivery['headers']): Transmission {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  function header(name: string): string {
    const value = byName.get(name);
    if (!value) throw new WebhookRejected('missing_signature', `there is no ${name} header`);
    return value;
  }
  const transmission = {
    id: header('paypal-transmission-id'),
    time: header('paypal-transmission-time'),
    certificateUrl: header('paypal-cert-url'),
    signature: header('paypal-transmission-sig'),
  };
  if (header('paypal-auth-algo') !== 'SHA256withRSA') {
    throw new WebhookRejected('bad_signature', 'the algorithm is not SHA256withRSA');
  }
  return transmission;
}

function checkTime(time: string, now: Date): void {
  const ageSeconds = (now.getTime() - Date.parse(time)) / 1000;
  if (Number.isNaN(ageSeconds)) throw new WebhookRejected('bad_signature', 'the transmission time is not a time');
  if (ageSeconds > oldestSeconds || ageSeconds < -clockDifferenceSeconds) {
    throw new WebhookRejected('stale', `it was sent at ${time}, and it is ${now.toISOString()}`);
  }
}

function checkSignature(claim: {
  transmission: Transmission;
  webhookId: string;
  body: Buffer;
  certificate: X509Certificate;
}): void {
  const { transmission, webhookId, body, certificate } = claim;
  const message = Buffer.from(`${transmission.id}|${transmission.time}|${webhookId}|${crc32(body)}`);
  const { publicKey } = certificate;
  const signature = Buffer.from(transmission.signature, 'base64');
  if (publicKey.asymmetricKeyType !== 'rsa' || !verify('sha256', message, publicKey, signature)) {
    throw new WebhookRejected('bad_signature', 'the signature does not match the body and this webhook');
  }
}

function readEvent(body: Buffer): PayPalEvent {
  try {
    const { id: eventId, event_type: eventType, resource } = event.parse(JSON.parse(body.toString('utf8')));
    if (eventType.startsWith('PAYMENT.PAYOUTS-ITEM.'))
      return { kind: 'payout_item', eventId, eventType, item: parsePayPalItem(resource) };
    const about = readPaymentEvent(eventType, resource);
    return about ? { kind: 'payment', eventId, eventType, about } : { kind: 'unhandled', eventId, eventType };
  } catch (error) {
    throw new WebhookRejected('malformed', 'the event does not have the shape of a PayPal event', { cause: error });
  }
}
