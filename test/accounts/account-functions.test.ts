import { readFile } from 'node:fs/promises';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { closureTransitions, erasureTransitions } from '../../shared/accounts/states.ts';
import { putCreator } from '../../shared/earnings/put-creator.ts';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { newId } from '../../shared/identifiers.ts';
import { setPayoutHold } from '../../shared/payouts/payout-holds.ts';
import { expectDone } from '../shop/shop-world.ts';
import { freshBoards } from '../support/boards.ts';
import { fanWith, newWorld, type World } from '../support/people.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
const names = ['close-account', 'erase-user', 'export-user', 'sweep-erasures'] as const;
type Name = (typeof names)[number];

let world: World;
let functions: Record<Name, Handler>;
const now = new Date();

beforeAll(async () => {
  world = await newWorld(now);
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbUrl'),
    LEDGER_TABLE: world.ledger.name,
    CATALOG_TABLE: world.catalogTable.name,
    BOARDS_TABLE: (await freshBoards()).name,
  });
  const loaded = names.map(
    async (name) => [name, (await import(`../../functions/accounts/${name}.ts`)).handler] as const,
  );
  functions = Object.fromEntries(await Promise.all(loaded)) as typeof functions;
});

type Call = { userId?: string; query?: Record<string, string>; body?: unknown; key?: string };

async function call(name: Name, { userId = 'ana', query = {}, body, key }: Call = {}) {
  const event = {
    headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
    pathParameters: { userId },
    queryStringParameters: query,
    requestContext: { requestId: 'r', authorizer: { jwt: { claims: { client_id: 'app' } } } },
    isBase64Encoded: false,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  } as unknown as APIGatewayProxyEventV2;
  const { statusCode, headers, body: text } = (await functions[name](event, context)) as HttpAnswer;
  return { status: statusCode, headers, answer: JSON.parse(text) };
}

describe('the functions of accounts, called as AWS calls them', () => {
  it('close an account step by step, then erase the person, and export what is kept at any time', async () => {
    await fanWith(world, { userId: 'ana', coins: 40, now });
    const waiting = await call('close-account', { body: {}, key: newId(now) });
    expect(waiting).toMatchObject({
      status: 202,
      answer: { state: 'requested', waitsFor: [{ reason: 'coins_left', ids: [] }], paidCoins: 40, forfeitedCoins: 0 },
    });
    expect(await call('erase-user', { body: {}, key: newId(now) })).toMatchObject({
      status: 409,
      answer: { code: 'state_conflict' },
    });
    const key = newId(now);
    const closed = await call('close-account', { body: { forfeit: true }, key });
    expect(closed).toMatchObject({
      status: 202,
      answer: { state: 'closed', waitsFor: [], paidCoins: 0, forfeitedCoins: 40 },
    });
    const repeated = await call('close-account', { body: { forfeit: true }, key });
    expect([repeated.status, repeated.answer, repeated.headers?.['idempotency-replayed']]).toEqual([
      200,
      closed.answer,
      'true',
    ]);
    const erasureId = newId(now);
    const erased = await call('erase-user', { body: {}, key: erasureId });
    expect(erased).toMatchObject({ status: 202, answer: { erasureId, userId: 'ana', state: 'erased' } });
    expect(await call('erase-user', { body: {}, key: erasureId })).toMatchObject({
      status: 200,
      answer: erased.answer,
    });
    const first = await call('export-user', { query: { limit: '2' } });
    const rest = await call('export-user', { query: { cursor: first.answer.nextCursor } });
    const kinds = [...first.answer.items, ...rest.answer.items].map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['wallet', 'closure', 'erasure', 'visibility', 'statement_entry']));
    expect(kinds).not.toContain('user');
    expect(rest.answer).not.toHaveProperty('nextCursor');
  });

  it('say in a refusal what an erasure waits for, and the sweep has nothing to finish', async () => {
    await fanWith(world, { userId: 'ben', coins: 0, now });
    const creator = { creatorId: 'by-ben', ownerUserId: 'ben', region: 'US', giftsEnabled: true, now };
    expectDone(await putCreator(world, creator));
    const hold = { creatorId: 'by-ben', held: true, reason: 'Looked into', caller: 'ops', now };
    expectDone(await setPayoutHold(world.ledger, hold));
    const closed = await call('close-account', { userId: 'ben', body: {}, key: newId(now) });
    expect(closed.answer.state).toBe('closed');
    expect(await call('erase-user', { userId: 'ben', body: {}, key: newId(now) })).toMatchObject({
      status: 409,
      answer: {
        code: 'erasure_too_soon',
        userId: 'ben',
        waitsFor: [{ reason: 'payouts_on_hold', ids: ['by-ben'] }],
      },
    });
    expect(await functions['sweep-erasures']({}, context)).toMatchObject({ done: 0, failed: 0, complete: true });
  });

  it('refuse who is not there, requests without a key, and what a request may not say', async () => {
    for (const name of ['close-account', 'erase-user'] as const) {
      expect((await call(name, { userId: 'nobody', body: {}, key: newId(now) })).answer.code).toBe('user_not_found');
      expect((await call(name, { body: {} })).answer.code).toBe('idempotency_key_required');
      expect((await call(name, { body: { all: true }, key: newId(now) })).answer.code).toBe('malformed_request');
    }
    expect((await call('export-user', { userId: 'nobody' })).answer.code).toBe('user_not_found');
    expect((await call('export-user', { query: { limit: '0' } })).answer.code).toBe('malformed_request');
  });
});

it('draws the states of closing and erasing as they are', async () => {
  const page = await readFile(new URL('../../docs/account-states.md', import.meta.url), 'utf8');
  const all = [...Object.entries(closureTransitions), ...Object.entries(erasureTransitions)];
  const edges = all.flatMap(([name, { from, to }]) => from.map((state) => `${state} --> ${to}: ${name}`));
  const drawn = [...page.matchAll(/^ {4}(\w+ --> \w+: \w+)$/gm)].map(([, edge]) => edge);
  expect(drawn.toSorted()).toEqual(edges.toSorted());
});
