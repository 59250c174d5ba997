import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a handler gets: `params` are the parts of the path that its pattern names with a colon. */
export type SimulatorRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  params: Record<string, string>;
  headers: IncomingMessage['headers'];
  body: Buffer;
};

/** A body that is no string is sent as JSON. `unanswered` leaves the caller waiting, as a provider that hangs does. */
export type SimulatorReply = { status: number; body: unknown; headers?: Record<string, string> } | { unanswered: true };

export type SimulatorRoute = {
  method: 'GET' | 'POST' | 'PUT';
  /** For example `/v1/payment_intents/:id`. */
  path: string;
  handle(request: SimulatorRequest): SimulatorReply | Promise<SimulatorReply>;
};

export type SimulatorServer = { url: string; close(): Promise<void> };

const largestBodyBytes = 16 * 1024 * 1024;

/** Serves routes on the loopback interface. A handler that throws answers 500 and leaves the simulator standing. */
export async function startSimulatorServer({
  port = 0,
  routes,
  notFound,
}: {
  port?: number | undefined;
  routes: SimulatorRoute[];
  notFound: (request: SimulatorRequest) => SimulatorReply;
}): Promise<SimulatorServer> {
  const compiled = routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error('simulator:', error);
      write(response, { status: 500, body: { message: 'The simulator failed', error: String(error) } });
    });
  });

  // A client that takes up an idle connection just when it is closed would see a fault that nobody made.
  server.keepAliveTimeout = 0;

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://simulator');
    const body = await readBody(incoming);
    if (body === undefined) return write(response, { status: 413, body: { message: 'The body is too large' } });
    const request = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      params: {},
      headers: incoming.headers,
      body,
    };
    for (const { route, pattern } of compiled) {
      const match = route.method === request.method ? pattern.exec(url.pathname) : null;
      if (match) return write(response, await route.handle({ ...request, params: { ...match.groups } }));
    }
    write(response, notFound(request));
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= largestBodyBytes) chunks.push(chunk);
  }
  return bytes <= largestBodyBytes ? Buffer.concat(chunks) : undefined;
}

function write(response: ServerResponse, reply: SimulatorReply): void {
  if ('unanswered' in reply || response.headersSent || response.destroyed) return;
  const isText = typeof reply.body === 'string';
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(reply.status, { 'content-type': type, ...reply.headers });
  response.end(isText ? reply.body : JSON.stringify(reply.body));
}
