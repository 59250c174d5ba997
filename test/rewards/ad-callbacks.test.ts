import { createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import type { Context } from 'aws-lambda';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { closeServer, listen } from '../../infra/local/ports.ts';
import { readAdMobCallback } from '../../shared/providers/admob-callback.ts';
import { openAdMobKeys } from '../../shared/providers/admob-keys.ts';
import type { World } from '../support/people.ts';
import { walletOf } from '../support/people.ts';
import { type AdMobSimulator, startAdMob } from './admob-simulator.ts';
import { afterLive, fan, newRewards } from './reward-world.ts';

type Answer = { statusCode: number; body: string };
type Handler = (event: unknown, context: Context) => Promise<Answer>;

const context = { getRemainingTimeInMillis: () => 60_000 } as Context;
const keys = { current: 'c'.repeat(64), previous: 'p'.repeat(64) };

let world: World;
let admob: AdMobSimulator;
let receiveAd: Handler;
let receiveAdMob: Handler;
const secrets = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify({ Name: 'ad-signing', SecretString: JSON.stringify(keys) }));
});

beforeAll(async () => {
  const unlimited = { ...afterLive, perUserPerDay: 100 };
  [world, admob] = await Promise.all([newRewards([], [unlimited]), startAdMob()]);
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbUrl'),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: await listen(secrets, 0),
    LEDGER_TABLE: world.ledger.name,
    CATALOG_TABLE: world.catalogTable.name,
    AD_SIGNING_SECRET_ID: 'ad-signing',
    ADMOB_KEYS_URL: admob.keysUrl,
  });
  // The entry files read their environment when they are loaded, as on Lambda.
  const [ad, adMob] = await Promise.all([
    import('../../functions/rewards/receive-ad-reward.ts'),
    import('../../functions/rewards/receive-admob-reward.ts'),
  ]);
  receiveAd = ad.handler as unknown as Handler;
  receiveAdMob = adMob.handler as unknown as Handler;
});

afterAll(async () => {
  await Promise.all([admob.close(), closeServer(secrets)]);
});

function request(change: object) {
  return { headers: {}, rawQueryString: '', requestContext: { requestId: 'r' }, isBase64Encoded: false, ...change };
}

async function answerOf(answering: Promise<Answer>): Promise<string> {
  const { statusCode, body } = await answering;
  const { reason = 'received' } = JSON.parse(body);
  return `${statusCode} ${reason}`;
}

async function coinsOf(userId: string): Promise<number> {
  return ((await walletOf(world, userId)).promo ?? []).reduce((sum, { coins }) => sum + coins, 0);
}

describe("the webhook for the app's own server", () => {
  let messages = 0;
  const seen = (userId: string, change: object = {}) =>
    JSON.stringify({ userId, placement: 'after_live', network: 'unity', transactionId: `h-${++messages}`, ...change });

  type Signing = { key?: string; ageSeconds?: number; id?: string };
  function post(body: string, { key = keys.current, ageSeconds = 0, id = 'msg_1' }: Signing = {}) {
    const timestamp = String(Math.floor(Date.now() / 1000) - ageSeconds);
    const signature = new Webhook(key).sign(id, new Date(Number(timestamp) * 1_000), body);
    return {
      body,
      headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,AAAA ${signature}` },
    };
  }

  it('rewards what is signed with the current secret or the one before, once', async () => {
    const userId = await fan(world);
    const body = seen(userId);
    for (let delivery = 0; delivery < 3; delivery++)
      expect(await answerOf(receiveAd(request(post(body)), context))).toBe('200 received');
    expect(await coinsOf(userId)).toBe(3);
    const other = post(seen(userId), { key: keys.previous });
    const encoded = { ...other, body: Buffer.from(other.body).toString('base64'), isBase64Encoded: true };
    expect(await answerOf(receiveAd(request(encoded), context))).toBe('200 received');
    expect(await coinsOf(userId)).toBe(6);
  });

  it('believes nothing that is unsigned, signed by others, changed, stale or something else, and pays nothing for it', async () => {
    const userId = await fan(world);
    const by = (event: object) => answerOf(receiveAd(request(event), context));
    const genuine = post(seen(userId));
    expect(await by({ body: genuine.body })).toBe('400 missing_signature');
    expect(await by(post(seen(userId), { key: 'e'.repeat(64) }))).toBe('400 bad_signature');
    expect(await by({ ...genuine, body: genuine.body.replace('unity', 'other') })).toBe('400 bad_signature');
    const headers = { ...genuine.headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1000) + 1) };
    expect(await by({ ...genuine, headers })).toBe('400 bad_signature');
    expect(await by({ ...genuine, headers: { ...genuine.headers, 'webhook-signature': 'v1,' } })).toBe(
      '400 bad_signature',
    );
    for (const ageSeconds of [310, -310]) expect(await by(post(seen(userId), { ageSeconds }))).toBe('400 stale');
    expect(await by(post(seen(userId, { coins: 1_000 })))).toBe('400 malformed');
    expect(await by(post('{'))).toBe('400 malformed');
    expect(await coinsOf(userId)).toBe(0);
  });

  it('answers 200 to what is genuine and brings nothing', async () => {
    const userId = await fan(world);
    for (const body of [seen('nobody'), seen(userId, { placement: 'moon' })])
      expect(await answerOf(receiveAd(request(post(body)), context))).toBe('200 received');
    expect(await coinsOf(userId)).toBe(0);
  });
});

describe("AdMob's callback", () => {
  let transactions = 0;
  const callback = (userId: string, change: Record<string, string> = {}) => ({
    ad_network: '5450213213286189855',
    ad_unit: '1000666186',
    reward_amount: '1000000',
    reward_item: 'Key Doubler',
    timestamp: String(Date.now()),
    transaction_id: `a${++transactions}`,
    user_id: userId,
    ...change,
  });
  const by = (rawQueryString: string) => answerOf(receiveAdMob(request({ rawQueryString }), context));

  it('is rewarded once, with what the placement says and not what AdMob says', async () => {
    const userId = await fan(world);
    const query = admob.query(callback(userId, { custom_data: '{"level":7}&über=ja' }));
    for (let delivery = 0; delivery < 6; delivery++) expect(await by(query)).toBe('200 received');
    expect(await coinsOf(userId)).toBe(3);
    expect(await by(admob.query(callback(userId, { ad_unit: '1234567890' })))).toBe('200 received');
    const { user_id: _user, ...anonymous } = callback(userId);
    expect(await by(admob.query(anonymous))).toBe('200 received');
    expect(await coinsOf(userId)).toBe(3);
  });

  it('is not believed unsigned, changed, stale, or by a key that Google does not have', async () => {
    const userId = await fan(world);
    const query = admob.query(callback(userId));
    expect(await by('')).toBe('400 missing_signature');
    expect(await by(query.replace(/&signature=.*/, ''))).toBe('400 missing_signature');
    expect(await by(query.replace('reward_amount=1000000', 'reward_amount=1000001'))).toBe('400 bad_signature');
    expect(await by(`user_id=eve&${query}`)).toBe('400 bad_signature');
    expect(await by(`${query}&user_id=eve`)).toBe('400 missing_signature');
    expect(await by(query.replace(/key_id=\d+/, 'key_id=1'))).toBe('400 bad_signature');
    expect(await by(admob.query(callback(userId, { timestamp: String(Date.now() - 3_700_000) })))).toBe('400 stale');
    expect(await by(admob.query(callback(userId, { timestamp: String(Date.now() + 400_000) })))).toBe('400 stale');
    expect(await by(admob.query(callback(userId, { timestamp: 'now' })))).toBe('400 malformed');
    expect(await by(`${query.replace('Key', '%zz')}`)).toBe('400 malformed');
    expect(await coinsOf(userId)).toBe(0);
  });

  it('is not believed when somebody had their own app sign our parameters within a text of theirs', async () => {
    const userId = await fan(world);
    const ours = Object.entries(callback(userId)).map((pair) => pair.join('='));
    // Their unit comes first, and then a text that their app chose; encoded otherwise, it reads as our unit.
    const signed = `ad_network=1&ad_unit=666&custom_data=x&${ours.join('&')}`;
    const theirs = encodeURIComponent('1&ad_unit=666&custom_data=x&ad_network=5450213213286189855');
    const encoded = `ad_network=${theirs}&${ours.slice(1).join('&')}`;
    expect(decodeURIComponent(encoded)).toBe(signed);
    expect(await by(`${encoded}&${admob.signatureOf(signed)}`)).toBe('400 malformed');
    expect(await coinsOf(userId)).toBe(0);
  });

  it('is checked with keys that are kept, and fetched anew for one that is new, but not for each that is made up', async () => {
    const [start, find] = [admob.requests(), openAdMobKeys(admob.keysUrl)];
    const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21) + seconds * 1000);
    const known = /key_id=(\d+)$/.exec(admob.signatureOf(''))?.[1] ?? '';
    const found = await Promise.all(Array.from({ length: 5 }, () => find(known, at(0))));
    expect(found.every((key) => key?.asymmetricKeyDetails?.namedCurve === 'prime256v1')).toBe(true);
    for (let made = 1; made <= 5; made++) expect(await find(String(made), at(1))).toBeUndefined();
    expect(admob.requests() - start).toBe(1);
    admob.changeKey();
    const next = String(Number(known) + 1);
    expect(await find(next, at(61))).toBeDefined();
    expect(await find(known, at(3_600))).toBeDefined();
    expect(admob.requests() - start).toBe(2);
    await find(known, at(12 * 3_600 + 61));
    expect(admob.requests() - start).toBe(3);
    await expect(openAdMobKeys(`${admob.keysUrl.replace('http', 'https')}`)(known, at(0))).rejects.toThrow(
      "AdMob's keys could not be read",
    );
  });

  it('that Google really sent is read', async () => {
    // One that a receiver published, with the key that Google had then: there is a blank in what is signed, and none in the query.
    const signature = 'MEUCIBAEW1jAC72wybEVSeexWF4LESQ7Nkoypy3y1swVDAUvAiEAhKsB68Myzr0N3_dEHFTeeRRlFYFkmyPGW6I5hSEkIGw';
    const rawQuery =
      'ad_network=4970775877303683148&ad_unit=1000666186&reward_amount=1&reward_item=Key%20Doubler&timestamp=1584354656623' +
      '&transaction_id=19808b2d2660df761d5a3259a3d6fbc6&user_id=GbgZbUuAyUgbyTZYQUA2eGNLsjh1' +
      `&signature=${signature}&key_id=3335741209`;
    const base64 =
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+nzvoGqvDeB9+SzE6igTl7TyK4JBbglwir9oTcQta8NuG26ZpZFxt+F2NDk7asTE6/2Yc8i1ATcGIqtuS5hv0Q==';
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    const view = await readAdMobCallback({ rawQuery, keys: async () => key, now: new Date(1_584_354_657_000) });
    expect(view).toEqual({
      network: 'admob',
      transactionId: '19808b2d2660df761d5a3259a3d6fbc6',
      userId: 'GbgZbUuAyUgbyTZYQUA2eGNLsjh1',
      shownIn: { adMobUnit: '1000666186' },
    });
  });
});
