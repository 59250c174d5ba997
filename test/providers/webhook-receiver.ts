import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ReceivedWebhook = {
  headers: Record<string, string>;
  rawBody: Buffer;
  event: { id: string; type?: string };
};

/** An HTTP server that stands where the webhook function stands, and keeps what it gets. */
export async function startWebhookReceiver() {
  const received: ReceivedWebhook[] = [];
  const statuses: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const rawBody = Buffer.concat(chunks);
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      received.push({ headers, rawBody, event: JSON.parse(rawBody.toString('utf8')) });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    /** The statuses of the next answers; after them, 200 again. */
    answerNext: (...next: number[]) => void statuses.push(...next),
    async waitFor(count: number, timeoutMs = 5000): Promise<ReceivedWebhook[]> {
      const deadline = Date.now() + timeoutMs;
      while (received.length < count) {
        if (Date.now() > deadline) throw new Error(`${received.length} of ${count} webhooks came in ${timeoutMs} ms`);
        await pause(10);
      }
      return received;
    },
    async close(): Promise<void> {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

export type WebhookReceiver = Awaited<ReturnType<typeof startWebhookReceiver>>;

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Uses a simulator's control surface; throws when the control is refused. */
export async function steer<Answer = unknown>(simulatorUrl: string, path: string, body: unknown = {}): Promise<Answer> {
  const response = await fetch(`${simulatorUrl}/_control/${path}`, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}

export async function look<Answer>(simulatorUrl: string, path: string): Promise<Answer> {
  return (await (await fetch(`${simulatorUrl}/_control/${path}`)).json()) as Answer;
}
