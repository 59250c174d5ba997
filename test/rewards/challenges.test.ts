import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { listBudgets } from '../../shared/campaigns/list-budgets.ts';
import { newId } from '../../shared/identifiers.ts';
import { AuditProgress } from '../../shared/ledger/audit/audit-progress.ts';
import { setWalletStatus } from '../../shared/operations/set-wallet-status.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { listChallenges } from '../../shared/rewards/list-challenges.ts';
import { budgetOfChallenge, campaignBudgetKey, campaignLineKey } from '../../shared/store/campaign-keys.ts';
import { walletKey } from '../../shared/store/keys.ts';
import { queryAll, readItem } from '../../shared/store/read.ts';
import type { Item } from '../../shared/store/table.ts';
import { listWalletEntries } from '../../shared/users/list-wallet-entries.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { takeBreak } from '../../shared/users/take-break.ts';
import { type World, walletOf } from '../support/people.ts';
import { tip } from '../support/wallet-rules.ts';
import { differences, done, duet, enter, fan, later, newRewards, now, refusalOf, withRewards } from './reward-world.ts';

const often = { ...duet, code: 'often', timesPerUser: 3 } as const;
const worthy = { ...duet, code: 'worthy', worthBasisPoints: 5_000 } as const;
const scarce = { ...duet, code: 'scarce', budgetCoins: 215 } as const;
const tasked = { ...duet, code: 'tasked', task: { taskId: 'duet', count: 3 } } as const;
const off = { ...duet, code: 'off', enabled: false } as const;
const japanese = { ...duet, code: 'japanese', regions: ['JP'] };

let world: World;

beforeAll(async () => {
  world = await newRewards([duet, often, worthy, scarce, tasked, off, japanese]);
});

/** What a creator gets, in milli-diamonds, when all 20 coins are given. */
async function diamondsOfTip(userId: string): Promise<number | undefined> {
  done(await tip(world, { userId, coins: 20, now: later(1) }));
  return Object.values((await walletOf(world, userId)).outbox)[0]?.milliDiamonds;
}

describe('an entry in a challenge', () => {
  it('brings the published coins, which expire, are worth nothing to creators, and stand in the statement', async () => {
    const userId = await fan(world);
    const { entry, walletCoins } = done(await enter(world, userId));
    expect(walletCoins).toBe(20);
    expect(await walletOf(world, userId)).toMatchObject({
      guards: ['promo'],
      promo: [{ coins: 20, expiresAt: '2026-12-22T00:00:00.000Z', worthBasisPoints: 0 }],
    });
    const { entries } = done(await listWalletEntries(world, { userId, page: { limit: 5, before: undefined } }));
    expect(entries).toEqual([
      { entryId: entry.entryId, type: 'reward', coins: 20, at: now.toISOString(), challengeId: 'first_duet' },
    ]);
    expect(await diamondsOfTip(userId)).toBe(0);
  });

  it('is worth to creators what its challenge says', async () => {
    const userId = await fan(world);
    done(await enter(world, userId, { challengeId: 'worthy' }));
    expect(await diamondsOfTip(userId)).toBe(5_000);
  });

  it('is rewarded once when it comes ten times at once, and is answered so later, whatever became of the challenge', async () => {
    const userId = await fan(world);
    const entryId = newId(now);
    const change = { challengeId: 'often', entryId, proofId: 'live-1' };
    const results = await Promise.all(Array.from({ length: 10 }, () => enter(world, userId, change)));
    expect(results.map(done).filter(({ replayed }) => !replayed)).toHaveLength(1);
    const over = await enter(world, userId, { ...change, now: new Date('2026-12-05T00:00:00.000Z') });
    expect(done(over).replayed).toBe(true);
    expect(refusalOf(await enter(world, userId, { ...change, proofId: 'live-2' }))).toBe('idempotency_key_reused');
    expect((await walletOf(world, userId)).promo).toMatchObject([{ coins: 20 }]);
  });

  it('is rewarded once for each proof, also under new keys, and as often as one user may', async () => {
    const userId = await fan(world);
    const same = await Promise.all(
      Array.from({ length: 5 }, () => enter(world, userId, { challengeId: 'often', proofId: 'live-1' })),
    );
    expect(same.map(refusalOf).toSorted()).toEqual([...Array(4).fill('challenge_entered (proof)'), 'done']);
    const others = await Promise.all(Array.from({ length: 8 }, () => enter(world, userId, { challengeId: 'often' })));
    expect(others.filter((result) => !isRefusal(result))).toHaveLength(2);
    expect(refusalOf(await enter(world, userId, { challengeId: 'often' }))).toBe('challenge_entered (limit)');
    // All expire on the same day, and are one lot.
    expect((await walletOf(world, userId)).promo).toMatchObject([{ coins: 60 }]);
  });

  it('takes no more than the budget holds, of a hundred who enter at once', async () => {
    const userIds = await Promise.all(Array.from({ length: 100 }, () => fan(world)));
    const results = await Promise.all(userIds.map((userId) => enter(world, userId, { challengeId: 'scarce' })));
    const rewarded = results.filter((result) => !isRefusal(result));
    expect(rewarded).toHaveLength(10);
    expect(results.filter((result) => refusalOf(result) === 'challenge_unavailable (used_up)')).toHaveLength(90);
    const { challenges } = done(await listChallenges(world, { userId: userIds[0] ?? '', now }));
    expect(challenges.find(({ challengeId }) => challengeId === 'scarce')).toMatchObject({ rewardsLeft: 0 });
    const { campaigns } = await listBudgets(world, now);
    expect(campaigns.find(({ code }) => code === 'scarce')).toMatchObject({
      kind: 'challenge',
      budgetCoins: 215,
      reservedCoins: 0,
      spentCoins: 200,
      leftCoins: 15,
    });
  });

  it('is refused by a challenge that is off, not on yet, over, held elsewhere, unknown, or not finished', async () => {
    const userId = await fan(world);
    const by = async (change: Parameters<typeof enter>[2]) => refusalOf(await enter(world, userId, change));
    expect(await by({ challengeId: 'off' })).toBe('challenge_unavailable (switched_off)');
    expect(await by({ challengeId: 'japanese' })).toBe('challenge_unavailable (region)');
    expect(await by({ challengeId: 'moon' })).toBe('challenge_not_found');
    expect(await by({ challengeId: 'tasked' })).toBe('challenge_unfinished');
    expect(await by({ challengeId: 'tasked', count: 2 })).toBe('challenge_unfinished');
    expect(await by({ now: new Date('2026-11-30T23:59:59.999Z') })).toBe('done');
    const early = await withRewards(world, later(60), [{ ...duet, from: '2026-11-22T00:00:00.000Z' }]);
    expect(refusalOf(await enter(early, userId, { now: later(61) }))).toBe('challenge_unavailable (not_yet)');
    const another = await fan(world);
    const late = { challengeId: 'often', now: new Date('2026-12-01T00:00:00.000Z') };
    expect(refusalOf(await enter(await newWindow(), another, late))).toBe('challenge_unavailable (over)');
    expect(done(await enter(world, another, { challengeId: 'tasked', count: 3 })).entry.amounts.promoCoins).toBe(20);
  });

  it('is refused to who is unknown, of unknown age, too young, on a break or gone, and given to a frozen wallet', async () => {
    const people = [
      ['ageless', {}],
      ['young', { birthDate: '2015-01-01' }],
    ] as const;
    for (const [userId, known] of people) {
      done(await putUser(world, { userId, region: 'US', ...known, now }));
      expect(refusalOf(await enter(world, userId))).toBe('age_restricted');
    }
    expect(refusalOf(await enter(world, 'nobody'))).toBe('user_not_found');
    const resting = await fan(world);
    const until = later(3 * 24 * 60).toISOString();
    done(await takeBreak(world, { userId: resting, type: 'cool_off', until, caller: 'app', now }));
    expect(refusalOf(await enter(world, resting))).toBe('spending_paused');
    const frozen = await fan(world);
    await setWalletStatus(world.ledger, { userId: frozen, status: 'frozen', reason: 'test', caller: 'ops', now });
    expect(refusalOf(await enter(world, frozen))).toBe('done');
    const gone = await fan(world);
    await world.ledger.client.send(
      new UpdateCommand({
        TableName: world.ledger.name,
        Key: { pk: `WALLET#${gone}`, sk: 'HEAD' },
        UpdateExpression: 'SET #status = :closed',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':closed': 'closed' },
      }),
    );
    expect(refusalOf(await enter(world, gone))).toBe('account_closed');
  });
});

async function itemsOf(pk: string): Promise<Item[]> {
  const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } };
  const items: Item[] = [];
  for await (const item of queryAll(world.ledger, query)) items.push(item);
  return items;
}

/** The same challenges as in the beginning, however late it is asked for. */
async function newWindow(): Promise<World> {
  return withRewards(world, later(120), [often]);
}

describe('the list of challenges', () => {
  it('shows those that are on where the user is, what is left of them, and the own entries', async () => {
    const userId = await fan(world);
    done(await enter(world, userId, { challengeId: 'often', proofId: 'live-7' }));
    const { challenges } = done(await listChallenges(world, { userId, now }));
    expect(challenges.map(({ challengeId }) => challengeId)).toEqual([
      'first_duet',
      'often',
      'worthy',
      'scarce',
      'tasked',
    ]);
    expect(challenges[1]).toMatchObject({
      coins: 20,
      entriesLeft: 2,
      entries: [{ proofId: 'live-7', coins: 20, rewardedAt: now.toISOString() }],
    });
    expect(challenges[3]).toMatchObject({ entriesLeft: 1, entries: [] });
    expect(challenges[4]).toMatchObject({ task: { taskId: 'duet', count: 3 } });
    expect(refusalOf(await listChallenges(world, { userId: 'nobody', now }))).toBe('user_not_found');
  });
});

describe('the audit of challenges', () => {
  it('leaves an entry that comes while it reads, and whose two items it may see apart, to the next one', async () => {
    const userId = await fan(world);
    done(await enter(world, userId, { challengeId: 'often', proofId: 'live-8' }));
    const line = campaignLineKey({ code: budgetOfChallenge('often'), userId, id: 'live-8' });
    const [wallet, part] = await Promise.all([itemsOf(walletKey(userId).pk), readItem(world.ledger, line)]);
    const suspected = (items: Item[], settledBefore: Date) => {
      const progress = new AuditProgress({ startedAt: now.toISOString(), settledBefore: settledBefore.toISOString() });
      progress.judge([items]);
      return progress.differences().suspected.filter(({ subject }) => subject.kind === 'campaign_part').length;
    };
    for (const items of [wallet, [part ?? {}]])
      expect([suspected(items, now), suspected(items, later(1))]).toEqual([0, 1]);
  });

  it('is clean after all of them, and finds a budget that was changed by hand', async () => {
    // The account that was closed by hand is not what this is about: its wallet balances.
    expect(await differences(world)).toEqual([]);
    const code = budgetOfChallenge('scarce');
    await world.ledger.client.send(
      new UpdateCommand({
        TableName: world.ledger.name,
        Key: campaignBudgetKey(code),
        UpdateExpression: 'SET takenCoins = takenCoins - :coins',
        ExpressionAttributeValues: { ':coins': 20 },
      }),
    );
    expect(await differences(world)).toEqual([`campaign ${code}: coins taken -20`]);
  });
});
