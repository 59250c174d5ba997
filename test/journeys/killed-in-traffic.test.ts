import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LocalCloud } from '../../infra/local/cloud.ts';
import { auditCloud } from '../../infra/local/print-books.ts';
import { newId } from '../../shared/identifiers.ts';
import { creatorWithProfile, eventually, fanWithThousands, withClients } from '../support/cloud.ts';

type Address = Pick<LocalCloud, 'apiUrl' | 'tokens' | 'simulators' | 'dynamodbUrl' | 'tableName'>;

let dataDirectory: string;
let running: ChildProcess | undefined;

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'tributary-'));
});

afterEach(async () => {
  await kill();
  await rm(dataDirectory, { recursive: true, force: true });
});

async function start() {
  const program = new URL('../support/cloud-process.ts', import.meta.url).pathname;
  running = spawn(process.execPath, [program, dataDirectory], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!running.stdout) throw new Error('The process has no output.');
  const [line] = await once(createInterface(running.stdout), 'line');
  return withClients(JSON.parse(String(line)) as Address);
}

async function kill(): Promise<void> {
  if (running?.exitCode !== null || running.signalCode !== null) return;
  running.kill('SIGKILL');
  await once(running, 'exit');
}

const context = { type: 'live', id: 'live-1' };

it('loses and doubles nothing when the cloud is killed in the middle of traffic and started again', async () => {
  const before = await start();
  await creatorWithProfile(before, 'cy');
  await fanWithThousands(before, 'ana', 1);
  const acknowledged: string[] = [];
  let sending = true;
  const senders = Array.from({ length: 8 }, async () => {
    while (sending) {
      const key = newId(new Date());
      const gift = { senderId: 'ana', creatorId: 'cy', gift: 'rose', quantity: 1, unitPrice: 1, context };
      const answer = await before.api.post('/v1/gifts', gift, { key }).catch(() => undefined);
      if (answer?.status === 201) acknowledged.push(key);
    }
  });
  await eventually('traffic flows', async () => acknowledged.length > 20, 60);
  await kill();
  sending = false;
  await Promise.all(senders);

  const after = await start();
  const wallet = (await after.api.get('/v1/users/ana/wallet')).body as { coins: number };
  const spent = 1000 - wallet.coins;
  expect(spent).toBeGreaterThanOrEqual(acknowledged.length);
  await eventually(
    'all gifts are credited',
    async () => {
      const earnings = (await after.api.get('/v1/creators/cy/earnings')).body.diamonds as { lifetime: string };
      return Number(earnings.lifetime) === spent / 2;
    },
    150,
  );
  for (const giftId of acknowledged)
    expect((await after.api.get(`/v1/users/ana/gifts/${giftId}`)).body).toMatchObject({ state: 'credited' });
  expect((await auditCloud(after)).differences).toEqual([]);
}, 240_000);
