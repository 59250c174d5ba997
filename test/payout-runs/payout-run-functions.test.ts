import type { APIGatewayProxyEventV2, Context, SQSBatchResponse } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { newId } from '../../shared/identifiers.ts';
import { listPayouts } from '../../shared/payouts/find-payouts.ts';
import { startQueue, type TestQueue } from '../support/deliver.ts';
import { granted } from '../support/payout-runs.ts';
import { credit, nextCreator, openPayoutDesk, type PayoutDesk } from '../support/payouts.ts';
import { readReport, startReports, type TestReports } from '../support/reports.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const context = { getRemainingTimeInMillis: () => 300_000 } as Context;
const names = [
  'start-payout-run',
  'schedule-payout-runs',
  'get-payout-run',
  'list-payout-runs',
  'stop-payout-run',
  'resume-payout-run',
  'work-payout-run',
  'sweep-payout-runs',
] as const;
type Name = (typeof names)[number];

let desk: PayoutDesk;
let runs: TestQueue;
let reports: TestReports;
let functions: Record<Name, Handler>;

beforeAll(async () => {
  [desk, reports, runs] = await Promise.all([openPayoutDesk(), startReports(), startQueue()]);
  const queueUrl = runs.url.replace(/\/\/[^:]+:/, '//127.0.0.1:');
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbUrl'),
    AWS_ENDPOINT_URL_SQS: new URL(queueUrl).origin,
    AWS_ENDPOINT_URL_S3: reports.url,
    LEDGER_TABLE: desk.world.ledger.name,
    CATALOG_TABLE: desk.world.catalogTable.name,
    PAYOUTS_QUEUE_URL: queueUrl,
    PAYOUT_RUNS_QUEUE_URL: queueUrl,
    REPORTS_BUCKET: reports.name,
  });
  const loaded = names.map(
    async (name) => [name, (await import(`../../functions/payout-runs/${name}.ts`)).handler] as const,
  );
  functions = Object.fromEntries(await Promise.all(loaded)) as typeof functions;
});
afterAll(async () => {
  await Promise.all([desk.close(), reports.close(), runs.close()]);
});

type Call = { body?: unknown; path?: Record<string, string>; query?: Record<string, string>; key?: string };

async function call(name: Name, { body, path, query, key }: Call) {
  const event = {
    headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
    requestContext: { requestId: 'request-1', authorizer: { jwt: { claims: { client_id: 'operations' } } } },
    isBase64Encoded: false,
    pathParameters: path,
    queryStringParameters: query,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  } as unknown as APIGatewayProxyEventV2;
  const answer = (await functions[name](event, context)) as HttpAnswer;
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
}

/** Hands what waits in the queue to the worker; messages of payouts are in it as well, and are left out. */
async function work(): Promise<void> {
  for (let messages = await runs.drain(); messages.length > 0; messages = await runs.drain()) {
    const Records = messages
      .filter((message) => 'runId' in (message as object))
      .map((message, index) => ({
        ...{ messageId: String(index), body: JSON.stringify(message) },
        attributes: { ApproximateReceiveCount: '1' },
      }));
    const answer = (await functions['work-payout-run']({ Records }, context)) as SQSBatchResponse;
    expect(answer).toEqual({ batchItemFailures: [] });
  }
}

/** Two weeks ago, so that the date that follows has come. */
const longAgo = () => new Date(Date.now() - 14 * 86_400_000);

async function dueCreator(): Promise<string> {
  const creatorId = await nextCreator(desk, { schedule: 'weekly', now: longAgo() });
  await credit(desk, { coins: 2800 });
  return creatorId;
}

describe('the functions of payout runs', () => {
  it('start a run on request, work on it, report it, and show it', async () => {
    const creatorId = await dueCreator();
    const key = newId(new Date());
    const started = await call('start-payout-run', { body: { schedule: 'weekly' }, key });
    const run = { runId: key, state: 'running', startedBy: 'operations', chunks: { total: 8, finished: 0 } };
    expect(started).toMatchObject({ status: 202, body: run });
    const replayed = await call('start-payout-run', { body: { schedule: 'weekly' }, key });
    expect(replayed).toMatchObject({ status: 200, headers: { 'idempotency-replayed': 'true' }, body: run });
    const other = await call('start-payout-run', { body: { schedule: 'weekly' }, key: newId(new Date()) });
    expect(other).toMatchObject({ status: 409, body: { code: 'payout_run_in_progress', runId: key } });

    await work();
    const path = { runId: key };
    const done = { state: 'finished', requested: 1, skipped: 0, failed: 0, chunks: { total: 8, finished: 8 } };
    expect((await call('get-payout-run', { path })).body).toMatchObject(done);
    const page = { limit: 10, before: undefined };
    const { payouts } = granted(await listPayouts(desk.world.ledger, { creatorId, page }));
    expect(payouts).toMatchObject([{ state: 'requested', milliDiamonds: 1_400_000, runId: key }]);

    expect(await functions['sweep-payout-runs']({}, context)).toMatchObject({ reports: 1, faults: 0 });
    const { report } = (await call('get-payout-run', { path })).body;
    expect(await readReport(reports, report.csvKey)).toContain(`${payouts[0]?.payoutId},${creatorId},requested,`);
    const listed = await call('list-payout-runs', { query: { schedule: 'weekly' } });
    expect(listed.body.runs.map(({ runId }: { runId: string }) => runId)).toEqual([key]);
  });

  it('start what is due by the clock, stop it and have it go on', async () => {
    await dueCreator();
    const { started } = (await functions['schedule-payout-runs']({}, context)) as { started: string[] };
    const path = { runId: started[0] ?? '' };
    const stopped = await call('stop-payout-run', { path });
    expect(stopped).toMatchObject({ status: 200, body: { state: 'stopped', startedBy: 'schedule' } });
    await work();
    expect((await call('get-payout-run', { path })).body).toMatchObject({ state: 'stopped', requested: 0 });
    expect(await call('resume-payout-run', { path })).toMatchObject({
      status: 202,
      body: { state: 'running', resumedBy: 'operations' },
    });
    await work();
    expect((await call('get-payout-run', { path })).body).toMatchObject({ state: 'finished', requested: 1 });
  });

  it('refuse what they cannot do', async () => {
    const path = { runId: newId(new Date()) };
    for (const name of ['get-payout-run', 'stop-payout-run', 'resume-payout-run'] as const)
      expect(await call(name, { path })).toMatchObject({ status: 404, body: { code: 'payout_run_not_found' } });
    const unnamed = await call('start-payout-run', { body: {}, key: newId(new Date()) });
    expect(unnamed).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
    expect(await call('list-payout-runs', { query: {} })).toMatchObject({ status: 400 });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const later = { body: { schedule: 'weekly', date: tomorrow }, key: newId(new Date()) };
    expect(await call('start-payout-run', later)).toMatchObject({ status: 400 });
  });
});
