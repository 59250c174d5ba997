import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Body = Record<string, unknown>;

/** Stands before a PayPal and changes what it says of batches that are asked for; the rest goes through as it is. */
export async function startPayPalProxy(
  payPalUrl: string,
  changed: (batch: Body) => Body,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const sent = await text(request);
    const answer = await fetch(new URL(url, payPalUrl), {
      method,
      headers: {
        authorization: headers.authorization ?? '',
        'content-type': headers['content-type'] ?? 'application/json',
      },
      ...(method !== 'GET' && { body: sent }),
    });
    const body = (await answer.json()) as Body;
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify('items' in body ? changed(body) : body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
