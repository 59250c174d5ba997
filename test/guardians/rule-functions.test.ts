import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { newId } from '../../shared/identifiers.ts';
import { fanWith, register, type World } from '../support/people.ts';
import { newRuledWorld, orderCoins } from '../support/wallet-rules.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
const names = [
  'users/set-limits',
  'users/take-break',
  'users/report-age-doubt',
  'users/expire-lots',
  'operations/set-tier',
  'operations/set-age-doubt',
  'operations/list-rule-changes',
  'guardians/agree-on-guardian',
  'guardians/set-guardian-rules',
  'guardians/get-ward-wallet',
  'guardians/list-ward-entries',
  'guardians/list-approvals',
  'guardians/decide-approval',
] as const;
type Name = (typeof names)[number];

let world: World;
let functions: Record<Name, Handler>;
const now = new Date();
const link = { userId: 'ana', guardianId: 'gia' };

beforeAll(async () => {
  world = await newRuledWorld(now);
  await fanWith(world, { userId: 'ana', coins: 100, now });
  await register(world, 'gia', now);
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbUrl'),
    LEDGER_TABLE: world.ledger.name,
    CATALOG_TABLE: world.catalogTable.name,
  });
  const [folder, file] = [(name: Name) => name.split('/')[0], (name: Name) => name.split('/')[1]];
  const loaded = names.map(
    async (name) => [name, (await import(`../../functions/${folder(name)}/${file(name)}.ts`)).handler] as const,
  );
  functions = Object.fromEntries(await Promise.all(loaded)) as typeof functions;
});

async function call(name: Name, path: Record<string, string>, body?: unknown) {
  const event = {
    headers: { 'content-type': 'application/json' },
    pathParameters: path,
    queryStringParameters: {},
    requestContext: { requestId: 'r', authorizer: { jwt: { claims: { client_id: 'tester' } } } },
    isBase64Encoded: false,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  } as unknown as APIGatewayProxyEventV2;
  const { statusCode, body: answer } = (await functions[name](event, context)) as HttpAnswer;
  return { status: statusCode, body: JSON.parse(answer) as Record<string, unknown> };
}

describe('the functions of rules and guardians', () => {
  it('link a guardian, who sees the wallet, the statement and what waits for approval', async () => {
    for (const [by, state] of [
      ['ward', 'proposed'],
      ['guardian', 'active'],
    ])
      expect(await call('guardians/agree-on-guardian', link, { by, agrees: true })).toMatchObject({
        status: 200,
        body: { ...link, state },
      });
    const rules = { purchases: 'approval', limits: { day: 50 } };
    expect(await call('guardians/set-guardian-rules', link, rules)).toEqual({
      status: 200,
      body: { ...link, ...rules },
    });
    expect(await call('guardians/get-ward-wallet', link)).toMatchObject({
      status: 200,
      body: { coins: 100, guardian: { userId: 'gia' }, limits: { day: { coins: 50, left: 50, setBy: 'guardian' } } },
    });
    expect(await call('guardians/list-ward-entries', link)).toMatchObject({
      body: { entries: [{ type: 'recharge', coins: 100 }] },
    });
    const stranger = { userId: 'ana', guardianId: 'cyril' };
    for (const name of [
      'guardians/get-ward-wallet',
      'guardians/list-ward-entries',
      'guardians/list-approvals',
    ] as const)
      expect(await call(name, stranger)).toMatchObject({ status: 403, body: { code: 'not_guardian' } });
    const rechargeId = newId(now);
    await orderCoins(world, { userId: 'ana', rechargeId, now });
    expect(await call('guardians/list-approvals', link)).toMatchObject({
      status: 200,
      body: { approvals: [{ rechargeId, state: 'pending', price: { amount: 1_299, currency: 'USD' } }] },
    });
    const approved = await call('guardians/decide-approval', { ...link, rechargeId }, { decision: 'approve' });
    expect(approved).toMatchObject({ status: 200, body: { rechargeId, state: 'approved' } });
  });

  it('set limits and breaks, and refuse what is none', async () => {
    const limited = await call('users/set-limits', { userId: 'ana' }, { perGift: 5 });
    expect(limited).toMatchObject({ status: 200, body: { limits: { perGift: { coins: 5, setBy: 'user' } } } });
    expect((await call('users/set-limits', { userId: 'ana' }, { perGift: -1 })).status).toBe(400);
    expect((await call('users/set-limits', { userId: 'nobody' }, {})).status).toBe(404);
    const until = new Date(now.getTime() + 3_600_000).toISOString();
    const rested = await call('users/take-break', { userId: 'ana' }, { type: 'cool_off', until });
    expect(rested).toMatchObject({ status: 200, body: { break: { coolOffUntil: until } } });
  });

  it('doubt an age and end it, set a tier, and show operators how it all came to be', async () => {
    const path = { userId: 'ana' };
    expect(await call('users/report-age-doubt', path, { reason: 'looks young' })).toMatchObject({
      body: { ageDoubted: true },
    });
    const ended = await call('operations/set-age-doubt', path, { doubted: false, reason: 'passport seen' });
    expect(ended).toEqual({ status: 200, body: { ...path, doubted: false } });
    const tiered = await call('operations/set-tier', path, { tier: 'trusted', reason: 'known for years' });
    expect(tiered).toEqual({ status: 200, body: { ...path, tier: 'trusted' } });
    const { body } = await call('operations/list-rule-changes', path);
    const changes = body.changes as { kind: string; caller: string; reason?: string }[];
    expect(changes.map(({ kind }) => kind).toSorted()).toEqual(
      ['age_doubt', 'age_doubt', 'break', 'guardian', 'guardian_rules', 'limits', 'tier'].toSorted(),
    );
    expect(new Set(changes.map(({ caller }) => caller))).toEqual(new Set(['tester']));
  });

  it('look for promotional coins that have expired', async () => {
    expect(await functions['users/expire-lots']({}, context)).toMatchObject({ failed: 0, complete: true });
  });
});
