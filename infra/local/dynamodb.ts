import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { localClientConfig } from './credentials.ts';
import { findJava } from './java.ts';
import { findFreePort, loopbackHost } from './ports.ts';

export interface DynamoDbLocal {
  url: string;
  close(): Promise<void>;
}

export interface DynamoDbLocalOptions {
  /** Keeps the tables and their streams in this folder; without it they live in memory. */
  dataDirectory?: string;
  /** Hears about it when the emulator ends although nobody closed it. */
  onUnexpectedExit?: (error: Error) => void;
}

/** Two or three seconds are usual on two cores; a machine that compiles or tests at the same time needs more. */
const startTimeoutMs = 60_000;
/** The emulator needs its own folder as working directory, where its native SQLite lies. */
const emulatorDirectory = join(
  dirname(createRequire(import.meta.url).resolve('amplify-dynamodb-simulator/package.json')),
  'emulator',
);
const guardFile = fileURLToPath(new URL('./java-guard.sh', import.meta.url));

/** Starts Amazon's DynamoDB Local on a free port and waits until it answers. */
export async function startDynamoDbLocal(options: DynamoDbLocalOptions = {}): Promise<DynamoDbLocal> {
  const java = await findJava();
  const attempts = 3;
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(java, options);
    } catch (error) {
      // Between finding a free port and Java's binding it another program may have taken it.
      if (attempt === attempts || !(error instanceof Error) || !error.message.includes('Address already in use')) {
        throw error;
      }
    }
  }
}

async function startOnce(java: string, options: DynamoDbLocalOptions): Promise<DynamoDbLocal> {
  const port = await findFreePort();
  const emulator = spawnEmulator({ java, port, dataDirectory: options.dataDirectory });
  const url = `http://${loopbackHost}:${port}`;
  try {
    await Promise.race([
      waitUntilItAnswers(url, emulator.ended),
      emulator.ended.then((error) => Promise.reject(error)),
    ]);
  } catch (error) {
    await emulator.stop();
    throw error;
  }
  let closing = false;
  void emulator.ended.then((error) => {
    if (!closing) options.onUnexpectedExit?.(error);
  });
  return {
    url,
    async close() {
      closing = true;
      await emulator.stop();
    },
  };
}

function spawnEmulator({
  java,
  port,
  dataDirectory,
}: {
  java: string;
  port: number;
  dataDirectory?: string | undefined;
}) {
  if (dataDirectory !== undefined) mkdirSync(dataDirectory, { recursive: true });
  const storage = dataDirectory === undefined ? ['-inMemory'] : ['-dbPath', resolve(dataDirectory)];
  // The serial collector and the first compiler tier start fastest and leave the second core to the functions.
  const machine = [
    '-Xmx512m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Djava.library.path=./DynamoDBLocal_lib',
  ];
  const server = ['-jar', 'DynamoDBLocal.jar', '-port', String(port), '-sharedDb', '-disableTelemetry', ...storage];
  // Detached, so that Ctrl-C in the terminal reaches the cloud alone and it can close its parts in order.
  const guard = spawn('sh', [guardFile, java, ...machine, ...server], {
    cwd: emulatorDirectory,
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let lastWords = '';
  guard.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-2_000);
  });
  const ended = new Promise<Error>((resolveEnded) => {
    guard.once('error', resolveEnded);
    guard.once('close', (code) =>
      resolveEnded(new Error(`DynamoDB Local ended with code ${code}. ${lastWords.trim()}`)),
    );
  });
  return {
    ended,
    async stop() {
      guard.stdin.end();
      await ended;
    },
  };
}

async function waitUntilItAnswers(url: string, ended: Promise<Error>): Promise<void> {
  const client = new DynamoDBClient({ ...localClientConfig(url), maxAttempts: 1 });
  const deadline = Date.now() + startTimeoutMs;
  let running = true;
  void ended.then(() => {
    running = false;
  });
  try {
    while (running) {
      try {
        await client.send(new ListTablesCommand({}));
        return;
      } catch (error) {
        if (Date.now() > deadline) throw new Error('DynamoDB Local did not answer in time.', { cause: error });
        await delay(40);
      }
    }
  } finally {
    client.destroy();
  }
}
