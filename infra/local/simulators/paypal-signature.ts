import { randomUUID, sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { createSigningIdentity } from './certificate.ts';
import type { SimulatorRoute } from './simulator-server.ts';

const oneDayMs = 24 * 60 * 60 * 1000;

export type PayPalSigner = {
  /** Serves the certificate at the address that the signatures name. */
  route: SimulatorRoute;
  /** The headers of a transmission of this body. */
  headersFor(body: string): Record<string, string>;
};

/** Signs webhooks as PayPal does, with a key and a certificate of its own that last a year. */
export async function createPayPalSigner({
  webhookId,
  url,
}: {
  webhookId: string;
  url: () => string;
}): Promise<PayPalSigner> {
  const now = Date.now();
  const { privateKey, certificatePem } = await createSigningIdentity({
    name: 'Simulated PayPal webhooks',
    validFrom: new Date(now - oneDayMs),
    validTo: new Date(now + 365 * oneDayMs),
  });
  const path = `/v1/notifications/certs/CERT-${randomUUID()}`;
  return {
    route: { method: 'GET', path, handle: () => ({ status: 200, body: certificatePem }) },
    headersFor(body) {
      const id = randomUUID();
      const time = `${new Date().toISOString().slice(0, 19)}Z`;
      const message = Buffer.from(`${id}|${time}|${webhookId}|${crc32(body)}`);
      return {
        'paypal-transmission-id': id,
        'paypal-transmission-time': time,
        'paypal-transmission-sig': sign('sha256', message, privateKey).toString('base64'),
        'paypal-cert-url': url() + path,
        'paypal-auth-algo': 'SHA256withRSA',
        'paypal-auth-version': 'v2',
      };
    },
  };
}
