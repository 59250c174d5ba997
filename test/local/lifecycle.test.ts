import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findJava } from '../../infra/local/java.ts';
import { type FixtureCloud, fixtureAppFile, startFixture } from './fixture/start.ts';

const dataDirectory = mkdtempSync(join(tmpdir(), 'tributary-data-'));

afterAll(() => {
  rmSync(dataDirectory, { recursive: true, force: true });
});

/** Whether something answers at the address. */
async function answers(url: string): Promise<boolean> {
  return await fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    () => true,
    () => false,
  );
}

describe('a function', () => {
  let fixture: FixtureCloud;
  beforeAll(async () => {
    fixture = await startFixture({ environment: { ADDED: 'by the test' } });
  });
  afterAll(async () => {
    await fixture.close();
  });

  it('sees its own environment, with local endpoints, and nothing of this process', async () => {
    process.env.LEAKED = 'from the test';
    const result = await fixture.cloud.invoke('look-around', {});
    expect(result).toMatchObject({
      ok: true,
      payload: {
        environment: {
          ADDED: 'by the test',
          AWS_ENDPOINT_URL_DYNAMODB: fixture.cloud.dynamodbUrl,
          AWS_ENDPOINT_URL_SQS: fixture.cloud.sqsUrl,
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
          FUNCTION_ITSELF: 'look-around',
          LEDGER_TABLE: fixture.cloud.tableName,
          STRIPE_API_URL: fixture.cloud.simulators.stripe,
        },
        other: 'plain',
        stripe: { apiKey: expect.stringMatching(/^sk_test_local/), webhookSecret: fixture.cloud.webhookSecrets.stripe },
        visibilityTimeout: '2',
      },
    });
    const { environment } = (result as unknown as { payload: { environment: object } }).payload;
    for (const name of ['LEAKED', 'HOME', 'PATH']) expect(environment).not.toHaveProperty(name);
  });

  it('can be invoked by its construct path, and by its physical name', async () => {
    const { environment } = (await payloadOf('look-around')) as { environment: Record<string, string> };
    expect(await payloadOf(environment.AWS_LAMBDA_FUNCTION_NAME ?? '')).toHaveProperty('environment');
    await expect(fixture.cloud.invoke('no-such-function', {})).rejects.toThrow('look-around');
  });

  it('that fails answers the error as Lambda does', async () => {
    expect(await fixture.cloud.invoke('misbehave', { body: 'throw' })).toMatchObject({
      ok: false,
      error: { errorType: 'RangeError', errorMessage: 'the secret detail' },
    });
    expect(await fixture.cloud.invoke('misbehave', { body: 'hang' })).toMatchObject({
      ok: false,
      error: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 1.00 seconds' },
    });
  });

  it('that times out does not take down what else it is doing', async () => {
    const [hanging, working] = await Promise.all([
      fixture.cloud.invoke('misbehave', { body: 'hang' }),
      fixture.cloud.invoke('misbehave', { body: '' }),
    ]);
    expect([hanging.ok, working.ok]).toEqual([false, true]);
  });

  async function payloadOf(name: string): Promise<unknown> {
    const result = await fixture.cloud.invoke(name, {});
    if (!result.ok) throw new Error(result.error.errorMessage);
    return result.payload;
  }
});

describe('a data folder', () => {
  it('keeps tables and their streams, which are read again from the start', async () => {
    const first = await startFixture({ dataDirectory });
    const item = { pk: { S: 'kept' }, sk: { S: 'HEAD' } };
    await first.dynamodb.send(new PutItemCommand({ TableName: first.cloud.tableName, Item: item }));
    await first.noteOf('relayed kept');
    await first.close();

    const second = await startFixture({ dataDirectory });
    expect(await second.noteOf('relayed kept')).toBe('1');
    await vi.waitFor(async () => expect(await second.countOf('attempts kept')).toBe(2), { timeout: 10_000 });
    await second.close();
  });
});

describe('after its end, a local cloud', () => {
  it('leaves nothing running when it was closed', async () => {
    const { cloud, close } = await startFixture();
    const urls = [cloud.apiUrl, cloud.dynamodbUrl, cloud.sqsUrl, cloud.simulators.stripe, cloud.simulators.paypal];
    expect(await Promise.all(urls.map(answers))).toEqual(urls.map(() => true));
    await close();
    expect(await Promise.all(urls.map(answers))).toEqual(urls.map(() => false));
  });

  it('leaves nothing running when it could not start', async () => {
    const taken = await startFixture();
    const port = Number(new URL(taken.cloud.apiUrl).port);
    await expect(startFixture({ port })).rejects.toThrow(
      `Port ${port} is in use: stop what listens there or choose another with PORT=${port + 1} npm start.`,
    );
    await expect(startFixture({ appFile: join(dataDirectory, 'missing-app.ts') })).rejects.toThrow();
    await taken.close();
    expect(emulatorsOf(process.pid)).toEqual([]);
  });

  it('leaves nothing running within seconds when its process was killed', async () => {
    const cloudFile = fileURLToPath(new URL('../../infra/local/cloud.ts', import.meta.url));
    const script = `
      import { startLocalCloud } from ${JSON.stringify(cloudFile)};
      const cloud = await startLocalCloud({ appFile: ${JSON.stringify(fixtureAppFile)} });
      console.log(cloud.dynamodbUrl);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [dynamodbUrl = ''] = await new Promise<string[]>((resolve) =>
      createInterface({ input: child.stdout }).once('line', (line) => resolve([line])),
    );
    expect(await answers(dynamodbUrl)).toBe(true);
    child.kill('SIGKILL');
    await vi.waitFor(async () => expect(await answers(dynamodbUrl)).toBe(false), { timeout: 5_000 });
  });
});

describe('Java', () => {
  it('that is missing is told in a sentence', async () => {
    await expect(findJava({ PATH: dataDirectory })).rejects.toThrow(
      "Tributary's local cloud needs Java 17 or newer for DynamoDB Local: install a JRE " +
        '(Debian: apt-get install openjdk-17-jre-headless) and run npm start again.',
    );
  });

  it('is found on the PATH', async () => {
    await expect(findJava()).resolves.toMatch(/java$/);
  });
});

/** Emulator guards that the process has started and that still run. */
function emulatorsOf(parent: number): string[] {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('DynamoDBLocal'));
}
