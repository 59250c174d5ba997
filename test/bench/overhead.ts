import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bundles } from './bundles.ts';
import { appId } from './fans.ts';
import { lambdaEnvironment } from './function-environment.ts';
import { openGiftPath } from './gift-path.ts';
import type { Ground } from './ground.ts';
import { median } from './statistics.ts';

export type Overhead = {
  handlerP50Ms: number;
  bareP50Ms: number;
  /** The median of the rounds' ratios of medians. */
  ratioP50: number;
  /** What the function writes to its log, metrics included. */
  logBytesPerGift: number;
};

const localDirectory = fileURLToPath(new URL('../../.local', import.meta.url));

/** Wallets of each contender; each takes three gifts a round. */
const fans = 50;
const giftsPerRound = 3 * fans;

export async function measureOverhead(ground: Ground, { bare, functions }: Bundles, rounds: number): Promise<Overhead> {
  const creatorId = appId('number', 'creator', 0);
  const path = await openGiftPath(ground, { counting: false, creatorIds: [creatorId] });
  mkdirSync(localDirectory, { recursive: true });
  const logFile = join(localDirectory, 'bench-gift.log');
  const log = openSync(logFile, 'w');
  const child = fork(
    fileURLToPath(new URL('overhead-process.ts', import.meta.url)),
    [functions.get('gifts/send-gift') ?? '', bare, creatorId, String(rounds), String(fans)],
    {
      stdio: ['ignore', log, 'inherit', 'ipc'],
      env: lambdaEnvironment({
        AWS_ENDPOINT_URL_DYNAMODB: ground.dynamodbUrl,
        LEDGER_TABLE: path.world.ledger.name,
        CATALOG_TABLE: path.world.catalogTable.name,
      }),
    },
  );
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The process that measures the gift function ended with ${code}.`);
  });
  const [measured] = (await Promise.race([once(child, 'message'), ended])) as [
    { handlerP50Ms: number; bareP50Ms: number; ratios: number[] },
  ];
  ended.catch(() => undefined);
  closeSync(log);
  const { ratios, ...medians } = measured;
  const logBytesPerGift = statSync(logFile).size / ((rounds + 1) * giftsPerRound);
  return { ...medians, ratioP50: median(ratios), logBytesPerGift };
}
