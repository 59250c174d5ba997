import { readdir } from 'node:fs/promises';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { eraseUser } from '../../shared/accounts/erase-user.ts';
import { creatorPartitions, sharedPartitions, userPartitions } from '../../shared/accounts/export-sections.ts';
import { exportUser } from '../../shared/accounts/export-user.ts';
import { exportUserRoute } from '../../shared/accounts/routes.ts';
import { sweepErasures } from '../../shared/accounts/sweep-erasures.ts';
import { getEarnings } from '../../shared/earnings/get-earnings.ts';
import { putCreator } from '../../shared/earnings/put-creator.ts';
import { agreeOnGuardian } from '../../shared/guardians/agree-on-guardian.ts';
import { newId } from '../../shared/identifiers.ts';
import { openBoards, readBoardList } from '../../shared/leaderboards/read-board.ts';
import { rebuildBoard } from '../../shared/leaderboards/rebuild-board.ts';
import { setVisibility } from '../../shared/leaderboards/set-visibility.ts';
import { grantCoins } from '../../shared/operations/grant-coins.ts';
import { setPayoutHold } from '../../shared/payouts/payout-holds.ts';
import { putPayoutProfile } from '../../shared/payouts/put-payout-profile.ts';
import { expireRecharge } from '../../shared/recharges/expire-recharge.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { makeCodes } from '../../shared/shop/code-batches.ts';
import { orderGoods } from '../../shared/shop/order-goods.ts';
import { settleOrder } from '../../shared/shop/settle-order.ts';
import type { RankedBoard } from '../../shared/store/board-keys.ts';
import { Contention } from '../../shared/store/contention.ts';
import { grantKey, userKey } from '../../shared/store/keys.ts';
import { creatorPayoutKey, payoutKey } from '../../shared/store/payout-keys.ts';
import { readItem } from '../../shared/store/read.ts';
import { guardianLinkKey, wardLineKey } from '../../shared/store/rule-keys.ts';
import { codeBatchKey } from '../../shared/store/shop-keys.ts';
import type { Table } from '../../shared/store/table.ts';
import { transact, updateIf } from '../../shared/store/write.ts';
import { doubtAge } from '../../shared/users/doubt-age.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { codeOf, differences, expectDone, newShop, now, stockUp, voucher } from '../shop/shop-world.ts';
import { freshBoards } from '../support/boards.ts';
import { captureLog } from '../support/capture-output.ts';
import { countingTable } from '../support/count-requests.ts';
import { register, type World, walletOf } from '../support/people.ts';
import { buyCoins, claim, closing, countGifts, next, takeCampaign, tip } from './account-world.ts';

/** Everything that was told of her, and what operators wrote about her: nothing of it may be found afterwards. */
const personal = ['1987-06-05', '2005-06-05', 'zelda', 'Zelda', 'QX'];

let world: World;
let boards: Table;

beforeAll(async () => {
  world = await newShop();
  boards = await freshBoards();
  await stockUp(world, 10);
});

async function everything(): Promise<string[]> {
  const found: string[] = [];
  for (const name of [world.ledger.name, world.catalogTable.name]) {
    let from: Record<string, unknown> | undefined;
    do {
      const page = await world.ledger.client.send(
        new ScanCommand({ TableName: name, ...(from && { ExclusiveStartKey: from }) }),
      );
      found.push(...(page.Items ?? []).map((item) => JSON.stringify(item)));
      from = page.LastEvaluatedKey;
    } while (from);
  }
  return found;
}

const traces = async () => (await everything()).filter((item) => personal.some((value) => item.includes(value)));

/** Somebody of whom everything is known that can be: she buys, gives, creates, is paid, doubted, held and comforted. */
async function live(userId: string): Promise<{ creatorId: string; payoutId: string }> {
  expectDone(await putUser(world, { userId, region: 'US', birthDate: '1987-06-05', now: next() }));
  await register(world, 'gia', now);
  expectDone(await putUser(world, { userId, region: 'US', birthDate: '1987-06-05', guardian: 'gia', now: next() }));
  await takeCampaign(world, await buyCoins(world, { userId, coins: 1_000 }));
  const unpaid = await buyCoins(world, { userId, coins: 70, state: 'pending' });
  await expireRecharge(world.ledger, unpaid, { givesBack: true, now: next() });
  await tip(world, userId, 100);
  await countGifts(world, boards, userId);
  const order = { userId, orderId: newId(now), item: voucher.code, quantity: 1, unitPrice: voucher.coins, now: next() };
  expectDone(await orderGoods(world, order));
  expectDone(await settleOrder(world.ledger, { userId, orderId: order.orderId, state: 'confirmed', now: next() }));
  await register(world, `child-of-${userId}`, now);
  for (const by of ['ward', 'guardian'] as const) {
    const ward = { userId: `child-of-${userId}`, guardianId: userId, by, agrees: true, caller: 'app', now: next() };
    expectDone(await agreeOnGuardian(world.ledger, ward));
  }
  expectDone(await setVisibility(world.ledger, { userId, visibility: 'public', now: next() }));
  const until = '2026-12-31T00:00:00.000Z';
  for (const [owner, reason] of [
    [userId, 'Zelda won'],
    ['gia', 'Gia won'],
  ] as const) {
    const codes = { count: 1, gives: { coins: 5 }, userId: owner, until, reason, batchId: newId(now), caller: 'ops' };
    expectDone(await makeCodes(world, { ...codes, now: next() }));
  }
  const grant = { userId, coins: 5, reason: 'Zelda was sad', grantId: newId(now), caller: 'ops', now: next() };
  expectDone(await grantCoins(world, grant));
  const creatorId = `by-${userId}`;
  expectDone(
    await putCreator(world, { creatorId, ownerUserId: userId, region: 'US', giftsEnabled: true, now: next() }),
  );
  const profile = {
    ...({
      creatorId,
      method: 'paypal',
      schedule: 'weekly',
      identity: { state: 'verified' },
      changedBy: 'app',
    } as const),
    destination: { type: 'email', value: 'zelda@example.com' },
    now: next(),
  } as const;
  expectDone(await putPayoutProfile(world.ledger, profile));
  const hold = { creatorId, held: true, reason: 'Zelda called us', caller: 'ops', now: next() };
  expectDone(await setPayoutHold(world.ledger, hold));
  expectDone(await setPayoutHold(world.ledger, { ...hold, held: false, now: next() }));
  const doubt = {
    userId,
    doubted: true,
    reason: 'Zelda looks young',
    actor: 'app',
    caller: 'app',
    now: next(),
  } as const;
  expectDone(await doubtAge(world.ledger, doubt));
  const payoutId = newId(now);
  const payout = {
    ...{ payoutId, creatorId, requestedAt: '2026-05-05T00:00:00.000Z', state: 'failed', version: 1 },
    destination: { type: 'email', value: 'kept@example.com' },
  };
  const put = (Item: Record<string, unknown>) => ({ put: { Item }, failure: () => 'failed' });
  // Only its destination matters here; the audit reads whole payouts, of which other tests make some.
  await transact(world.ledger, [put({ ...creatorPayoutKey({ creatorId, payoutId }) })]);
  await transact(world.ledger, [put({ ...payoutKey(payoutId), ...payout })]);
  return { creatorId, payoutId };
}

const erase = (userId: string, erasureId = newId(now)) =>
  eraseUser(world.ledger, { userId, erasureId, caller: 'app', now: next() });

describe('erasing a person', () => {
  it('is for closed accounts', async () => {
    await register(world, 'open', now);
    expect(codeOf(await erase('open'))).toBe('state_conflict');
    expect(codeOf(await erase('nobody'))).toBe('user_not_found');
  });

  it('leaves nothing personal in any table, books that balance, and payouts until their time is over', async () => {
    const { creatorId, payoutId } = await live('z1');
    expect((await traces()).length).toBeGreaterThan(8);
    expect(await closing(world, 'z1', { forfeit: true, leaveEarnings: true })).toMatchObject({ state: 'closed' });
    const before = await getEarnings(world, { creatorId: 'cy', now: next() });
    const { erasure } = expectDone(await erase('z1'));
    expect(erasure).toMatchObject({ state: 'erased', payoutsKeptUntil: '2037-01-01T00:00:00.000Z' });
    expect(await traces()).toEqual([]);
    expect(await getEarnings(world, { creatorId: 'cy', now: next() })).toEqual(before);
    expect(await readItem(world.ledger, payoutKey(payoutId))).toHaveProperty('destination');
    const run = (at: string) => ({ now: new Date(at), remainingMilliseconds: () => 60_000 });
    expect(await sweepErasures(world.ledger, run('2036-12-31T23:59:59.000Z'))).toMatchObject({ done: 0 });
    expect(await sweepErasures(world.ledger, run('2037-01-01T00:00:00.000Z'))).toMatchObject({ done: 1, failed: 0 });
    expect(await readItem(world.ledger, payoutKey(payoutId))).not.toHaveProperty('destination');
    await transact(world.ledger, [{ remove: { Key: payoutKey(payoutId) }, failure: () => 'failed' }]);
    expect(await differences(world)).toEqual([]);
    expect(codeOf(await putUser(world, { userId: 'z1', region: 'US', now: next() }))).toBe('account_closed');
    expect(await walletOf(world, 'z1')).toMatchObject({ status: 'closed', region: 'ZZ' });
    expect(creatorId).toBe('by-z1');
  });

  it('keeps where a payout went that was paid in the year after it was asked for, ten years from then', async () => {
    const { payoutId } = await live('z7');
    await closing(world, 'z7', { forfeit: true, leaveEarnings: true });
    expect(expectDone(await erase('z7')).erasure).toMatchObject({ payoutsKeptUntil: '2037-01-01T00:00:00.000Z' });
    await updateIf(world.ledger, {
      Key: payoutKey(payoutId),
      UpdateExpression: 'SET updatedAt = :paid, version = version + :one',
      ExpressionAttributeValues: { ':paid': '2027-01-02T08:00:00.000Z', ':one': 1 },
    });
    for (const year of [2037, 2038]) {
      const run = { now: new Date(`${year}-01-01T00:00:00.000Z`), remainingMilliseconds: () => 60_000 };
      expect(await sweepErasures(world.ledger, run)).toMatchObject({ failed: 0 });
      const payout = await readItem(world.ledger, payoutKey(payoutId));
      expect(payout?.destination !== undefined, String(year)).toBe(year === 2037);
    }
    await transact(world.ledger, [{ remove: { Key: payoutKey(payoutId) }, failure: () => 'failed' }]);
  });

  it('takes the person out of leaderboards, also when they are counted again', async () => {
    const board: RankedBoard = { type: 'live', liveId: 'l' };
    const shown = async () => {
      const at = new Date(Date.now() + 3_600_000 * ++looks);
      return (await readBoardList(openBoards({ ...world, boards }), board, at)).places.map(({ userId }) => userId);
    };
    let looks = 0;
    const { payoutId } = await live('z4');
    await transact(world.ledger, [{ remove: { Key: payoutKey(payoutId) }, failure: () => 'failed' }]);
    expect(await shown()).toContain('z4');
    await closing(world, 'z4', { forfeit: true, leaveEarnings: true });
    expectDone(await erase('z4'));
    expect(await shown()).not.toContain('z4');
    const wanted = { board, creatorIds: ['cy'], from: '2026-11-01T00:00:00.000Z' };
    await rebuildBoard({ ...world, boards }, wanted, { now: next(), until: new Date(Date.now() + 60_000) });
    expect(await shown()).not.toContain('z4');
    expect(codeOf(await setVisibility(world.ledger, { userId: 'z4', visibility: 'public', now: next() }))).toBe(
      'user_not_found',
    );
  });

  it('ends what binds the person to wards and guardians, from both sides', async () => {
    const { payoutId } = await live('z5');
    await transact(world.ledger, [{ remove: { Key: payoutKey(payoutId) }, failure: () => 'failed' }]);
    const ward = 'child-of-z5';
    expectDone(
      await putUser(world, { userId: ward, region: 'US', birthDate: '1995-04-12', guardian: 'z5', now: next() }),
    );
    expect((await walletOf(world, ward)).specialRules?.guardian?.userId).toBe('z5');
    expect(await readItem(world.ledger, wardLineKey({ userId: 'z5', guardianId: 'gia' }))).toBeDefined();
    await closing(world, 'z5', { forfeit: true, leaveEarnings: true });
    const link = { userId: ward, guardianId: 'z5' };
    const asked = { userId: 'gia', guardianId: 'z5', by: 'ward', agrees: true, caller: 'app', now: next() } as const;
    expect(codeOf(await agreeOnGuardian(world.ledger, asked))).toBe('guardian_not_eligible');
    expectDone(await erase('z5'));
    expect((await walletOf(world, ward)).specialRules).toBeUndefined();
    for (const key of [guardianLinkKey(link), wardLineKey(link), wardLineKey({ userId: 'z5', guardianId: 'gia' })])
      expect(await readItem(world.ledger, key)).toBeUndefined();
    expect(await readItem(world.ledger, userKey(ward))).not.toHaveProperty('guardian');
  });

  it('waits while money is still to move: payouts on hold or under way, disputes, coins that came late', async () => {
    const { creatorId, payoutId } = await live('z6');
    await closing(world, 'z6', { forfeit: true, leaveEarnings: true });
    const refused = async () => {
      const answer = await erase('z6');
      return isRefusal(answer) && answer.code === 'erasure_too_soon' ? answer.facts.waitsFor : codeOf(answer);
    };
    const hold = { creatorId, reason: 'Looked into', caller: 'ops' };
    const disputed = await buyCoins(world, { userId: 'z6', coins: 60 });
    await claim(world, disputed, 'open');
    await buyCoins(world, { userId: 'z6', coins: 40 });
    expectDone(await setPayoutHold(world.ledger, { ...hold, held: true, now: next() }));
    const states = (state: string) =>
      updateIf(world.ledger, {
        Key: payoutKey(payoutId),
        UpdateExpression: 'SET #state = :state',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':state': state },
      });
    await states('submitted');
    expect(await refused()).toEqual([
      { reason: 'coins_left', ids: [] },
      { reason: 'payments_disputed', ids: [disputed.rechargeId] },
      { reason: 'payouts_on_hold', ids: [creatorId] },
      { reason: 'payouts_under_way', ids: [payoutId] },
    ]);
    expect((await traces()).length).toBeGreaterThan(0);
    await claim(world, disputed, 'won');
    await closing(world, 'z6', { forfeit: true, leaveEarnings: true });
    expectDone(await setPayoutHold(world.ledger, { ...hold, held: false, now: next() }));
    for (const state of ['awaiting_approval', 'requested', 'submitting']) {
      await states(state);
      expect(await refused()).toEqual([{ reason: 'payouts_under_way', ids: [payoutId] }]);
    }
    await states('paid');
    expect(await refused()).toBe('done');
    await transact(world.ledger, [{ remove: { Key: payoutKey(payoutId) }, failure: () => 'failed' }]);
    expect(await differences(world)).toEqual([]);
  });

  it('is done once, and finished by the sweep where it broke off', async () => {
    const { payoutId } = await live('z2');
    await transact(world.ledger, [{ remove: { Key: payoutKey(payoutId) }, failure: () => 'failed' }]);
    await closing(world, 'z2', { forfeit: true, leaveEarnings: true });
    let writes = 0;
    const client = new Proxy(world.ledger.client, {
      get(target, name) {
        if (name !== 'send') return Reflect.get(target, name);
        return (command: { constructor: { name: string } }) => {
          if (command.constructor.name === 'TransactWriteCommand' && ++writes > 1)
            throw new Error('the lights went out');
          return target.send(command as never);
        };
      },
    });
    const broken = { ...world.ledger, client };
    const erasureId = newId(now);
    const at = next();
    await expect(eraseUser(broken, { userId: 'z2', erasureId, caller: 'app', now: at })).rejects.toThrow('lights');
    expect((await traces()).length).toBeGreaterThan(0);
    const run = { now: new Date(at.getTime() + 180_000), remainingMilliseconds: () => 60_000 };
    expect(await sweepErasures(world.ledger, run)).toEqual({ done: 1, failed: 0, complete: true });
    expect(await traces()).toEqual([]);
    expect(expectDone(await erase('z2', erasureId))).toMatchObject({ erasure: { state: 'erased' }, replayed: true });
    expect(await differences(world)).toEqual([]);
  });

  it('calls for a person when the same stands in its way for hours', async () => {
    await register(world, 'z8', now);
    const grant = { userId: 'z8', coins: 5, reason: 'Was sad', grantId: newId(now), caller: 'ops', now: next() };
    expectDone(await grantCoins(world, grant));
    await closing(world, 'z8', { forfeit: true });
    const mark = await readItem(world.ledger, grantKey(grant.grantId));
    await transact(world.ledger, [{ remove: { Key: grantKey(grant.grantId) }, failure: () => 'failed' }]);
    await expect(erase('z8')).rejects.toThrow(Contention);
    const sweptAfter = async (minutes: number) => {
      const sweptAt = new Date(next().getTime() + minutes * 60_000);
      const { lines, restore } = captureLog();
      const report = await sweepErasures(world.ledger, { now: sweptAt, remainingMilliseconds: () => 60_000 });
      restore();
      expect(report).toEqual({ done: 0, failed: 1, complete: true });
      return lines.filter((line) => line.includes('WALLET#z8')).map((line) => JSON.parse(line).message);
    };
    expect(await sweptAfter(30)).toEqual(['erasure interrupted']);
    expect(await sweptAfter(7 * 60)).toEqual(['erasure failed']);
    await transact(world.ledger, [{ put: { Item: mark ?? {} }, failure: () => 'failed' }]);
    expect(expectDone(await erase('z8'))).toMatchObject({ erasure: { state: 'erased' } });
  });
});

describe('the export of what is kept of a user', () => {
  async function exported(userId: string, limit = 100) {
    const kinds: string[] = [];
    const all: string[] = [];
    let cursor: string | undefined;
    do {
      const page = expectDone(await exportUser({ ...world, boards }, { userId, limit, cursor }));
      kinds.push(...page.items.map(({ kind }) => kind));
      all.push(...page.items.map(({ data }) => JSON.stringify(data)));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return { kinds, all };
  }

  it('has everything, in pages of any size', async () => {
    const { payoutId } = await live('z3');
    const { kinds, all } = await exported('z3');
    for (const value of [
      '1987-06-05',
      'zelda@example.com',
      'kept@example.com',
      'Zelda was sad',
      'Zelda won',
      'https://x.test/zelda',
    ])
      expect(
        all.some((data) => data.includes(value)),
        value,
      ).toBe(true);
    expect([...new Set(kinds)].toSorted()).toEqual(
      expect.arrayContaining([
        'campaign_line',
        'campaign_use',
        'code_batch',
        'creator_profile',
        'guardian_link',
        'leaderboard_score',
        'payout',
        'recharge',
        'rule_change',
        'statement_entry',
        'stock_line',
        'user',
        'visibility',
        'wallet',
        'ward_line',
      ]),
    );
    expect(all.some((data) => data.includes('Gia won'))).toBe(false);
    // What several pages name, as campaigns and leaderboards are, is on each.
    expect(new Set((await exported('z3', 1)).all)).toEqual(new Set(all));
    expect(new Set(all).size).toBe(all.length);
    expect(all.some((data) => data.includes('"pk"') || data.includes('dueBucket'))).toBe(false);
    await transact(world.ledger, [{ remove: { Key: payoutKey(payoutId) }, failure: () => 'failed' }]);
  });

  it('passes over the codes of others at one go, however small its pages', async () => {
    await register(world, 'z9', now);
    const requestsOfAll = async () => {
      const { table, usage } = countingTable(world.ledger);
      let cursor: string | undefined;
      do {
        const command = { userId: 'z9', limit: 1, cursor };
        cursor = expectDone(await exportUser({ ledger: table, boards }, command)).nextCursor;
      } while (cursor !== undefined);
      return usage().requests;
    };
    const before = await requestsOfAll();
    const madeAt = now.toISOString();
    const batches = Array.from({ length: 60 }, () => ({
      ...{ batchId: newId(now), count: 1, gives: { coins: 5 }, owner: 'gia', from: madeAt, until: madeAt },
      ...{ reason: 'Gia won', madeBy: 'ops', madeAt },
    }));
    await transact(
      world.ledger,
      batches.map((batch) => ({
        put: { Item: { ...codeBatchKey(batch.batchId), ...batch } },
        failure: () => 'failed',
      })),
    );
    expect(await requestsOfAll()).toBe(before);
  });

  it('is not for those who may only read: it says in full where payouts go, which all other answers mask', () => {
    expect(exportUserRoute.scope).toBe('economy/write');
  });

  it('refuses users that there are not, and cursors that are not its own', async () => {
    expect(codeOf(await exportUser({ ...world, boards }, { userId: 'nobody', limit: 5, cursor: undefined }))).toBe(
      'user_not_found',
    );
    const foreign = Buffer.from(JSON.stringify({ pk: 'WALLET#gia' })).toString('base64url');
    for (const cursor of ['x', foreign])
      expect(codeOf(await exportUser({ ...world, boards }, { userId: 'z3', limit: 5, cursor }))).toBe(
        'malformed_request',
      );
  });

  it('knows every item whose key names a user or a creator, whatever module makes it', async () => {
    const sample: Record<string, unknown> = {
      userId: 'the-user',
      senderId: 'the-user',
      holder: 'the-user',
      creatorId: 'the-creator',
      shard: 0,
    };
    // Whatever else a key is made of, it gets some text.
    const symbols = (name: symbol) => (name === Symbol.iterator ? () => [].values() : () => 'some');
    const of = new Proxy(sample, {
      get: (target, name) => (typeof name === 'symbol' ? symbols(name) : (target[name] ?? `some-${name}`)),
    });
    const folder = new URL('../../shared/store/', import.meta.url);
    const files = (await readdir(folder)).filter((file) => /^(.+-)?keys\.ts$/.test(file));
    const modules = await Promise.all(files.map((file) => import(/* @vite-ignore */ new URL(file, folder).pathname)));
    const named = modules
      .flatMap((module) => Object.entries(module))
      .filter(([name, value]) => typeof value === 'function' && !name.startsWith('is'))
      .map(([, make]) => {
        // What takes an id alone says in its parameter's name whose it is.
        const [, parameter = ''] = /^function \w+\((userId|creatorId)\)/.exec(String(make)) ?? [];
        const key = (make as (argument: unknown) => unknown)(parameter === '' ? of : sample[parameter]);
        const { pk, sk = '' } = typeof key === 'string' ? { pk: key } : (key as { pk?: string; sk?: string });
        return { pk: String(pk), sk: String(sk) };
      })
      .filter(({ pk, sk }) => /^[A-Z]+#/.test(pk) && /(#|^)the-(user|creator)(#|$)/.test(`${pk}#${sk}`));
    const prefixes = new Set(named.map(({ pk }) => pk.split('#')[0]));
    for (const prefix of ['WALLET', 'CREATOR', 'CAMPAIGN', 'STOCK', 'SCORES']) expect(prefixes).toContain(prefix);
    const own = [...userPartitions('the-user'), ...creatorPartitions('the-creator')];
    const known = ({ pk }: { pk: string }) => own.includes(pk) || sharedPartitions.includes(pk.split('#')[0] ?? '');
    // How much of a gift went back is told by the creator's entries too, what a creator's board has by its senders, and a guardian's line by the link.
    const told = /^(REVERSAL|BOARD)#|^WALLET#some-guardianId$/;
    expect(named.filter((key) => !known(key) && !told.test(key.pk))).toEqual([]);
  });
});
