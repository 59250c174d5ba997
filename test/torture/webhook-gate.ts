import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProviderName } from '../../shared/providers/payment.ts';

/** Who sends webhooks: Stripe Connect has an address of its own. */
export type Sender = ProviderName | 'stripe-connect';

/** One webhook as it came over HTTP. */
export type Delivery = { provider: Sender; rawBody: string; headers: Record<string, string> };

/** The address that the simulators send their webhooks to, with the provider as its path. */
export async function startGate(receive: (delivery: Delivery) => Promise<number>) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const provider = request.url?.slice(1) as Sender;
    const status = await receive({ provider, headers, rawBody: Buffer.concat(chunks).toString('utf8') });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
