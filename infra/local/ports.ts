import type { Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';

/** Everything local listens on the loopback interface only: tokens and data are for this machine. */
export const loopbackHost = '127.0.0.1';

/** Says in one sentence what the person who started the cloud can do; the command line prints it without a stack. */
export class StartError extends Error {
  override name = 'StartError';
}

/** Binds a server to the port (0 = any free one) and answers its URL. */
export async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => reject(explain(error, port));
    server.once('error', onError);
    server.listen({ port, host: loopbackHost }, () => {
      server.off('error', onError);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has an address once it listens.');
  return `http://${loopbackHost}:${address.port}`;
}

/**
 * Finds a port for a program that can't choose one by itself. Nothing holds the port afterwards, so such a program
 * must be started at once, and again on another port when it finds this one taken.
 */
export async function findFreePort(): Promise<number> {
  const probe = createServer();
  const url = await listen(probe, 0);
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return Number(new URL(url).port);
}

/** Stops a server that speaks HTTP, and ends the connections that clients keep open. */
export async function closeServer(server: HttpServer): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    const other = port < 65_535 ? port + 1 : port - 1;
    return new StartError(
      `Port ${port} is in use: stop what listens there or choose another with PORT=${other} npm start.`,
    );
  }
  if (error.code === 'EACCES') {
    return new StartError(`Port ${port} needs special rights: choose one above 1023 with PORT=4000 npm start.`);
  }
  return error;
}
