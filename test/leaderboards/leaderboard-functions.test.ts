import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { putVersion } from '../../shared/catalog/catalog.ts';
import { firstSwitches } from '../../shared/catalog/switches.ts';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { newId } from '../../shared/identifiers.ts';
import { freshBoards } from '../support/boards.ts';
import { newWorld, register, type World } from '../support/people.ts';

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
const names = [
  'leaderboards/count-scores',
  'leaderboards/get-live-leaderboard',
  'leaderboards/get-creator-leaderboard',
  'leaderboards/set-visibility',
  'leaderboards/rebuild-leaderboard',
] as const;
type Name = (typeof names)[number];

let world: World;
let functions: Record<Name, Handler>;
const now = new Date();

beforeAll(async () => {
  world = await newWorld(now);
  await register(world, 'ana', now);
  const switches = { ...firstSwitches, regions: { DE: { leaderboards: false } } };
  const effectiveAt = new Date(now.getTime() - 1_000).toISOString();
  await putVersion(world.catalogTable, 'switches', { version: '2', effectiveAt, value: switches });
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbUrl'),
    LEDGER_TABLE: world.ledger.name,
    CATALOG_TABLE: world.catalogTable.name,
    BOARDS_TABLE: (await freshBoards()).name,
  });
  const loaded = names.map(async (name) => {
    const [folder, file] = name.split('/');
    return [name, (await import(`../../functions/${folder}/${file}.ts`)).handler] as const;
  });
  functions = Object.fromEntries(await Promise.all(loaded)) as typeof functions;
});

type Call = { path?: Record<string, string>; query?: Record<string, string>; body?: unknown };

async function call(name: Name, { path = {}, query = {}, body }: Call) {
  const event = {
    headers: { 'content-type': 'application/json' },
    pathParameters: path,
    queryStringParameters: query,
    requestContext: { requestId: 'r', authorizer: { jwt: { claims: { client_id: 'tester' } } } },
    isBase64Encoded: false,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  } as unknown as APIGatewayProxyEventV2;
  const { statusCode, body: text } = (await functions[name](event, context)) as HttpAnswer;
  return { status: statusCode, answer: JSON.parse(text) };
}

function record(messageId: string, body: unknown) {
  return { messageId, body: JSON.stringify(body), attributes: { ApproximateReceiveCount: '1' } };
}

describe('the functions of leaderboards, called as AWS calls them', () => {
  it('count, and give back only the message that cannot be counted', async () => {
    const source = {
      entryId: newId(now),
      at: now.toISOString(),
      given: [
        { senderId: 'ana', coins: 300, liveId: 'live-1' },
        { senderId: 'ben', coins: 200, liveId: 'live-1' },
      ],
    };
    const reversed = { senderId: 'ana', giftId: newId(now), coins: -1 };
    const messages = [
      record('good', { version: 1, creatorId: 'cy', bucket: 0, sources: [source] }),
      record('no gift', { version: 1, creatorId: 'dee', bucket: 0, sources: [{ entryId: newId(now), reversed }] }),
      record('no message', { version: 2 }),
    ];
    expect(await functions['leaderboards/count-scores']({ Records: messages }, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'no gift' }, { itemIdentifier: 'no message' }],
    });
  });

  it('show the places and what a user has', async () => {
    const query = { region: 'US', userId: 'ben' };
    const live = await call('leaderboards/get-live-leaderboard', { path: { liveId: 'live-1' }, query });
    expect(live).toMatchObject({
      status: 200,
      answer: {
        liveId: 'live-1',
        places: [
          { rank: 1, userId: 'ana', coins: 300 },
          { rank: 2, userId: 'ben', coins: 200 },
        ],
        own: { rank: 2, coins: 200 },
      },
    });
    const week = await call('leaderboards/get-creator-leaderboard', { path: { creatorId: 'cy' }, query });
    expect(week.answer.places).toEqual(live.answer.places);
  });

  it('show none where leaderboards are switched off, and refuse a week that does not begin on a Monday', async () => {
    const off = await call('leaderboards/get-live-leaderboard', {
      path: { liveId: 'live-1' },
      query: { region: 'DE' },
    });
    expect(off).toMatchObject({ status: 403, answer: { code: 'switched_off', switch: 'leaderboards' } });
    const query = { region: 'US', week: '2026-11-17' };
    const tuesday = await call('leaderboards/get-creator-leaderboard', { path: { creatorId: 'cy' }, query });
    expect(tuesday.status).toBe(400);
  });

  it('keep what users want, who must exist', async () => {
    const body = { visibility: 'anonymous' };
    const kept = await call('leaderboards/set-visibility', { path: { userId: 'ana' }, body });
    expect(kept).toMatchObject({ status: 200, answer: { userId: 'ana', visibility: 'anonymous' } });
    const nobody = await call('leaderboards/set-visibility', { path: { userId: 'nobody' }, body });
    expect(nobody).toMatchObject({ status: 404, answer: { code: 'user_not_found' } });
  });

  it('rebuild a board for an operator', async () => {
    const body = { liveId: 'live-2', creatorIds: ['cy'], from: now.toISOString().slice(0, 10) };
    const rebuilt = await call('leaderboards/rebuild-leaderboard', { body });
    expect(rebuilt).toEqual({ status: 200, answer: { state: 'finished', generation: 1 } });
  });
});
