import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { closeAccount } from '../../shared/accounts/close-account.ts';
import { eraseUser } from '../../shared/accounts/erase-user.ts';
import { exportUser } from '../../shared/accounts/export-user.ts';
import { newId } from '../../shared/identifiers.ts';
import { setWalletStatus } from '../../shared/operations/set-wallet-status.ts';
import { adCountKey, adRewardKey } from '../../shared/store/reward-keys.ts';
import { listWalletEntries } from '../../shared/users/list-wallet-entries.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { freshBoards } from '../support/boards.ts';
import { type World, walletOf } from '../support/people.ts';
import { expire } from '../support/wallet-rules.ts';
import { afterLive, differences, done, fan, later, newRewards, now, view, watch } from './reward-world.ts';

const off = { ...afterLive, code: 'off', enabled: false, adMobUnits: ['1'] };
const japanese = { ...afterLive, code: 'japanese', regions: ['JP'], adMobUnits: ['2'] };
const twice = { ...afterLive, code: 'twice', perUserPerDay: 2, adMobUnits: ['3'] };
const midnight = new Date('2026-11-22T00:00:00.000Z');

let world: World;

beforeAll(async () => {
  world = await newRewards([], [afterLive, twice, off, japanese]);
});

const rewarded = { rewarded: true, replayed: false };
const again = { rewarded: true, replayed: true };
const not = (reason: string) => ({ rewarded: false, reason });

describe('an ad that was watched', () => {
  it('brings the coins of its placement, which expire, are worth nothing to creators, and stand in the statement', async () => {
    const userId = await fan(world);
    expect(await watch(world, view(userId))).toEqual(rewarded);
    expect(await watch(world, view(userId, { shownIn: { adMobUnit: '1000666186' }, network: 'admob' }))).toEqual(
      rewarded,
    );
    expect(await walletOf(world, userId)).toMatchObject({
      promo: [{ coins: 6, expiresAt: '2026-11-29T00:00:00.000Z', worthBasisPoints: 0 }],
      dueAt: '2026-11-26T00:00:00.000Z',
    });
    const { entries } = done(await listWalletEntries(world, { userId, page: { limit: 1, before: undefined } }));
    expect(entries).toMatchObject([{ type: 'reward', coins: 3, placement: 'after_live' }]);
  });

  it('is rewarded once for each transaction of its network, however often and for whomever it is told again', async () => {
    const [userId, other] = [await fan(world), await fan(world)];
    const seen = view(userId);
    const results = await Promise.all(Array.from({ length: 10 }, () => watch(world, seen)));
    expect(results.filter(({ rewarded }) => rewarded)).toHaveLength(10);
    expect(results.filter((result) => result.rewarded && !result.replayed)).toHaveLength(1);
    expect(await watch(world, { ...seen, userId: other }, later(60 * 24 * 40))).toEqual(again);
    expect((await walletOf(world, userId)).promo).toMatchObject([{ coins: 3 }]);
    expect((await walletOf(world, other)).promo).toBeUndefined();
    expect(await watch(world, { ...seen, network: 'ironsource' })).toEqual(rewarded);
  });

  it('counts against the cap of its day, which a hundred at once do not exceed, and the next day begins anew', async () => {
    const userId = await fan(world);
    const late = new Date(midnight.getTime() - 1);
    const one = (at: Date) => watch(world, view(userId, { shownIn: { placement: 'twice' } }), at);
    const results = await Promise.all(Array.from({ length: 100 }, () => one(late)));
    expect(results.filter(({ rewarded }) => rewarded)).toHaveLength(2);
    expect(results.filter((result) => !result.rewarded && result.reason === 'daily_cap_reached')).toHaveLength(98);
    expect(await one(midnight)).toEqual(rewarded);
    // A function whose clock is behind adds to the day that has begun, and not to one that is full again.
    expect(await one(late)).toEqual(rewarded);
    expect(await one(late)).toEqual(not('daily_cap_reached'));
    expect(await one(midnight)).toEqual(not('daily_cap_reached'));
  });

  it('brings nothing where a rule says no, and says why', async () => {
    const userId = await fan(world);
    const why = async (change: Parameters<typeof view>[1]) => watch(world, view(userId, change));
    expect(await why({ userId: undefined })).toEqual(not('no_user'));
    expect(await why({ userId: 'nobody' })).toEqual(not('user_not_found'));
    expect(await why({ shownIn: { placement: 'moon' } })).toEqual(not('unknown_placement'));
    // Google signs for every app: a unit that is none of ours brings nothing.
    expect(await why({ shownIn: { adMobUnit: '1000666187' } })).toEqual(not('unknown_placement'));
    expect(await why({ shownIn: { placement: 'off' } })).toEqual(not('switched_off'));
    expect(await why({ shownIn: { placement: 'japanese' } })).toEqual(not('region'));
    done(await putUser(world, { userId: 'ageless', region: 'US', now }));
    expect(await why({ userId: 'ageless' })).toEqual(not('age_restricted'));
    await setWalletStatus(world.ledger, { userId, status: 'frozen', reason: 'test', caller: 'ops', now });
    expect(await why({})).toEqual(rewarded);
  });
});

describe('rewards of somebody who leaves', () => {
  it('are exported, given up and kept in the books, and bring nothing more', async () => {
    const userId = await fan(world);
    const seen = view(userId);
    await watch(world, seen);
    const { items } = done(
      await exportUser({ ...world, boards: await freshBoards() }, { userId, limit: 100, cursor: undefined }),
    );
    expect(items).toMatchObject(
      expect.arrayContaining([
        { kind: 'ad_count', data: expect.objectContaining({ placement: 'after_live', count: 1 }) },
        { kind: 'statement_entry', data: expect.objectContaining({ flow: 'reward' }) },
        { kind: 'ad_reward', data: expect.objectContaining({ userId }) },
      ]),
    );
    const closing = { userId, requestId: newId(now), forfeit: true, waiveWithdrawal: false, leaveEarnings: false };
    done(await closeAccount(world, { ...closing, caller: 'app', now: later(5) }));
    done(await eraseUser(world.ledger, { userId, erasureId: newId(now), caller: 'app', now: later(6) }));
    expect(await watch(world, view(userId), later(7))).toEqual(not('account_closed'));
    expect(await watch(world, seen, later(7))).toEqual(again);
    expect(await differences(world)).toEqual([]);
  });
});

describe('the audit of rewarded ads', () => {
  it('is clean after all of them, and after they expired', async () => {
    expect(await differences(world)).toEqual([]);
    await expire(world, new Date('2026-12-10T00:00:00.000Z'));
    expect(await differences(world)).toEqual([]);
  });

  it("finds a day's count and a mark that were changed by hand", async () => {
    const userId = await fan(world);
    const seen = view(userId);
    await watch(world, seen);
    const count = { TableName: world.ledger.name, Key: adCountKey({ userId, placement: afterLive.code }) };
    await world.ledger.client.send(
      new UpdateCommand({
        ...count,
        UpdateExpression: 'SET #count = :none',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':none': 0 },
      }),
    );
    const uncounted = `wallet ${userId}: ads of after_live on 2026-11-21 -1`;
    expect(await differences(world)).toEqual([uncounted]);
    await world.ledger.client.send(new DeleteCommand(count));
    expect(await differences(world)).toEqual([uncounted]);
    await world.ledger.client.send(new DeleteCommand({ TableName: world.ledger.name, Key: adRewardKey(seen) }));
    expect((await differences(world)).toSorted()).toEqual([
      `ad_reward ${seen.transactionId} of unity for ${userId}: times rewarded -1`,
      uncounted,
    ]);
  });
});
