import { beforeAll, describe, expect, it } from 'vitest';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { newId } from '../../shared/identifiers.ts';
import { grantCoins } from '../../shared/operations/grant-coins.ts';
import { setTier } from '../../shared/operations/set-tier.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { purchaseItem } from '../../shared/shop/purchase-item.ts';
import type { Limits } from '../../shared/store/items/wallet-rules.ts';
import { getWallet } from '../../shared/users/get-wallet.ts';
import { setLimits } from '../../shared/users/set-limits.ts';
import { takeBreak } from '../../shared/users/take-break.ts';
import { countRequests } from '../support/count-requests.ts';
import { fanWith, type World, walletOf } from '../support/people.ts';
import { codeOf, creditAndPrune, newRuledWorld, orderCoins, tip } from '../support/wallet-rules.ts';

const now = new Date('2026-11-21T12:00:00.000Z');
const caps = { day: 1_000, week: 2_000, month: 3_000 };
let world: World;
let fans = 0;

beforeAll(async () => {
  world = await newRuledWorld(now, {
    spending: {
      ...catalogDefaults.spending,
      default: caps,
      tiers: { trusted: { day: 5_000 }, restricted: { perGift: 10, day: 50 } },
    },
  });
});

async function fan(coins = 10_000): Promise<string> {
  fans += 1;
  await fanWith(world, { userId: `fan-${fans}`, coins, now });
  return `fan-${fans}`;
}

function limit(userId: string, limits: Limits, at = now) {
  return setLimits(world, { userId, limits, caller: 'app', now: at });
}

function hoursLater(hours: number): Date {
  return new Date(now.getTime() + hours * 3_600_000);
}

async function limitsOf(userId: string, at = now) {
  const wallet = await getWallet(world, { userId, now: at });
  if (isRefusal(wallet)) throw new Error(wallet.code);
  return wallet.limits;
}

async function spentOn(userId: string, counter = 'd2026-11-21') {
  return (await walletOf(world, userId)).spent[counter] ?? 0;
}

describe("a user's own limits", () => {
  it('let nothing through that is more than what is left, and say which one it is and when it begins anew', async () => {
    const userId = await fan();
    await limit(userId, { perGift: 60, day: 100, week: 150, month: 1_000 });
    expect(codeOf(await tip(world, { userId, coins: 60, now }))).toBe('done');
    expect(await tip(world, { userId, coins: 61, now })).toMatchObject({
      code: 'spending_limit_reached',
      facts: { period: 'gift', setBy: 'user', limit: 60, left: 60, price: 61 },
    });
    expect(await tip(world, { userId, coins: 41, now })).toMatchObject({
      code: 'spending_limit_reached',
      facts: { period: 'day', setBy: 'user', limit: 100, left: 40, price: 41, freeAt: '2026-11-22T00:00:00.000Z' },
    });
    expect(codeOf(await tip(world, { userId, coins: 40, now }))).toBe('done');
    expect(await limitsOf(userId)).toEqual({
      perGift: { coins: 60, left: 60, setBy: 'user' },
      day: { coins: 100, left: 0, setBy: 'user', startsAgainAt: '2026-11-22T00:00:00.000Z' },
      week: { coins: 150, left: 50, setBy: 'user', startsAgainAt: '2026-11-23T00:00:00.000Z' },
      month: { coins: 1_000, left: 900, setBy: 'user', startsAgainAt: '2026-12-01T00:00:00.000Z' },
    });
  });

  it('are never exceeded by one coin by a hundred gifts at once, each of them under the limit', async () => {
    const userId = await fan();
    await limit(userId, { day: 100 });
    const results = await Promise.allSettled(Array.from({ length: 100 }, () => tip(world, { userId, coins: 3, now })));
    const sent = results.filter((result) => result.status === 'fulfilled' && codeOf(result.value) === 'done').length;
    expect(await spentOn(userId)).toBe(sent * 3);
    expect(await spentOn(userId)).toBeLessThanOrEqual(99);
    // What met a conflict on every attempt was told to come back; it finds room as long as there is some.
    for (let more = sent; more < 33; more++) expect(codeOf(await tip(world, { userId, coins: 3, now }))).toBe('done');
    expect(codeOf(await tip(world, { userId, coins: 2, now }))).toBe('spending_limit_reached');
    expect(codeOf(await tip(world, { userId, coins: 1, now }))).toBe('done');
  });

  it('hold to the last millisecond of the day, and begin anew with the next', async () => {
    const userId = await fan();
    await limit(userId, { day: 10 });
    const last = new Date('2026-11-21T23:59:59.999Z');
    const next = new Date('2026-11-22T00:00:00.000Z');
    expect(codeOf(await tip(world, { userId, coins: 10, now: last }))).toBe('done');
    expect(codeOf(await tip(world, { userId, coins: 1, now: last }))).toBe('spending_limit_reached');
    expect(codeOf(await tip(world, { userId, coins: 10, now: next }))).toBe('done');
    // A request of the day before that comes late finds that day's counter, though the outbox was pruned meanwhile.
    for (const at of [1, 2]) await limit(userId, { day: 10 + at }, next);
    await creditAndPrune(world, userId, next);
    expect(codeOf(await tip(world, { userId, coins: 1, now: last }))).toBe('spending_limit_reached');
    expect(codeOf(await tip(world, { userId, coins: 1, now: next }))).toBe('spending_limit_reached');
  });

  it('are not forgotten for late requests of the day before by what is bought in the next', async () => {
    const userId = await fan();
    const last = new Date('2026-11-30T23:59:59.999Z');
    const next = new Date('2026-12-01T00:00:00.000Z');
    expect(codeOf(await tip(world, { userId, coins: caps.day, now: last }))).toBe('done');
    const purchase = { purchaseId: newId(next), userId, item: 'sticker_sunny_day', unitPrice: 50, now: next };
    expect(codeOf(await purchaseItem(world, purchase))).toBe('done');
    expect(codeOf(await tip(world, { userId, coins: 1, now: last }))).toBe('spending_limit_reached');
    expect(await spentOn(userId, 'd2026-11-30')).toBe(caps.day);
  });

  it('are raised only after 24 hours, shown as pending until then, and can be used at once after that', async () => {
    const userId = await fan();
    await limit(userId, { day: 10 });
    await limit(userId, { day: 50 });
    const pending = { coins: 50, from: '2026-11-22T12:00:00.000Z' };
    expect((await limitsOf(userId)).day).toMatchObject({ coins: 10, pending });
    expect(codeOf(await tip(world, { userId, coins: 11, now }))).toBe('spending_limit_reached');
    // The same again, and less, begin no other wait; more does.
    await limit(userId, { day: 50 }, hoursLater(1));
    expect((await limitsOf(userId)).day).toMatchObject({ pending });
    await limit(userId, { day: 40 }, hoursLater(2));
    expect((await limitsOf(userId)).day).toMatchObject({ pending: { ...pending, coins: 40 } });
    expect(codeOf(await tip(world, { userId, coins: 11, now: new Date(hoursLater(24).getTime() - 1) }))).toBe(
      'spending_limit_reached',
    );
    expect((await limitsOf(userId, hoursLater(24))).day).toMatchObject({ coins: 40, left: 40 });
    expect(codeOf(await tip(world, { userId, coins: 40, now: hoursLater(24) }))).toBe('done');
    expect(codeOf(await tip(world, { userId, coins: 1, now: hoursLater(24) }))).toBe('spending_limit_reached');
  });

  it('are lowered at once, also while a raise waits, which ends with it', async () => {
    const userId = await fan();
    await limit(userId, { day: 10 });
    await limit(userId, { day: 500 });
    await limit(userId, { day: 5 });
    expect((await limitsOf(userId, hoursLater(48))).day).toMatchObject({ coins: 5, left: 5 });
    await limit(userId, { day: 5, week: 7 }, hoursLater(48));
    expect((await limitsOf(userId, hoursLater(48))).week).toMatchObject({ coins: 7 });
  });

  it('are removed after 24 hours, and the wallet is ordinary again with its next gift', async () => {
    const userId = await fan();
    await limit(userId, { day: 10 });
    await limit(userId, {});
    expect((await limitsOf(userId)).day).toMatchObject({ coins: 10, pending: { from: '2026-11-22T12:00:00.000Z' } });
    expect(codeOf(await tip(world, { userId, coins: 500, now: hoursLater(24) }))).toBe('done');
    const wallet = await walletOf(world, userId);
    expect([wallet.guards, wallet.specialRules]).toEqual([undefined, undefined]);
    expect(await limitsOf(userId, hoursLater(25))).toEqual({});
  });

  it('count what was spent before they were set, and promotional coins like any others', async () => {
    const userId = await fan(50);
    await tip(world, { userId, coins: 30, now });
    await grantCoins(world, { userId, grantId: newId(now), coins: 100, reason: 'test', caller: 'op', now });
    await limit(userId, { day: 40 });
    expect(codeOf(await tip(world, { userId, coins: 11, now }))).toBe('spending_limit_reached');
    expect(codeOf(await tip(world, { userId, coins: 10, now }))).toBe('done');
  });

  it('change nothing of a gift that is repeated after they are used up', async () => {
    const userId = await fan();
    await limit(userId, { day: 10 });
    const giftId = newId(now);
    await tip(world, { userId, coins: 10, now, giftId });
    expect(await tip(world, { userId, coins: 10, now, giftId })).toMatchObject({ replayed: true });
  });
});

describe("the platform's caps", () => {
  it('hold for ordinary wallets on the fast path: a hundred gifts at once stop at the coin, one request each', async () => {
    const userId = await fan();
    await tip(world, { userId, coins: 900, now });
    const counted = countRequests(world);
    const results = await Promise.all(Array.from({ length: 100 }, () => tip(counted.world, { userId, coins: 3, now })));
    expect(results.filter((result) => codeOf(result) === 'done')).toHaveLength(33);
    expect(counted.requests().requests).toBe(100);
    expect(await spentOn(userId)).toBe(999);
    const [refused] = results.filter(isRefusal);
    expect(refused).toMatchObject({
      code: 'spending_limit_reached',
      facts: { period: 'day', setBy: 'platform', limit: 1_000, left: 1, price: 3, freeAt: '2026-11-22T00:00:00.000Z' },
    });
  });

  it('hold for the first gift of a day, and for one that is above them alone', async () => {
    const userId = await fan();
    expect(codeOf(await tip(world, { userId, coins: 1_001, now }))).toBe('spending_limit_reached');
    expect(await spentOn(userId)).toBe(0);
    expect(codeOf(await tip(world, { userId: 'nobody', coins: 1_001, now }))).toBe('user_not_found');
  });

  it('hold for weeks and months too, and name the one that lasts longest', async () => {
    const userId = await fan();
    for (const day of ['16', '17', '23', '24']) {
      const at = new Date(`2026-11-${day}T12:00:00.000Z`);
      const coins = day === '24' ? 1 : 1_000;
      expect(codeOf(await tip(world, { userId, coins, now: at }))).toBe(
        day === '24' ? 'spending_limit_reached' : 'done',
      );
    }
    const refused = await tip(world, { userId, coins: 1, now: new Date('2026-11-24T12:00:00.000Z') });
    expect(refused).toMatchObject({ facts: { period: 'month', freeAt: '2026-12-01T00:00:00.000Z' } });
    expect(codeOf(await tip(world, { userId, coins: 1, now: new Date('2026-12-01T00:00:00.000Z') }))).toBe('done');
  });

  it('are those of the tier that an operator set, until the default again', async () => {
    const userId = await fan();
    const tier = (name: string) => setTier(world, { userId, tier: name, reason: 'known', caller: 'op', now });
    expect(codeOf(await tier('unheard_of'))).toBe('malformed_request');
    await tier('trusted');
    expect(codeOf(await tip(world, { userId, coins: 4_000, now }))).toBe('done');
    await tier('restricted');
    expect(codeOf(await tip(world, { userId, coins: 1, now }))).toBe('spending_limit_reached');
    await tier('default');
    expect((await walletOf(world, userId)).guards).toBeUndefined();
    expect(codeOf(await tip(world, { userId, coins: 1, now }))).toBe('spending_limit_reached');
  });

  it('cost an ordinary gift nothing', async () => {
    const userId = await fan();
    await tip(world, { userId, coins: 1, now });
    const counted = countRequests(world);
    await tip(counted.world, { userId, coins: 1, now });
    expect(counted.requests()).toEqual({ requests: 1, writeUnits: 1, readUnits: 0 });
  });
});

describe('a break', () => {
  const until = '2026-11-24T12:00:00.000Z';
  const rest = (userId: string, change: object = {}) =>
    takeBreak(world, { userId, type: 'cool_off', until, caller: 'app', now, ...change });

  it('stops spending and buying until its time, and not a millisecond longer', async () => {
    const userId = await fan();
    await rest(userId);
    expect(await tip(world, { userId, coins: 1, now })).toMatchObject({ code: 'spending_paused', facts: { until } });
    const order = (at: Date) => orderCoins(world, { userId, rechargeId: newId(at), now: at });
    expect(codeOf(await order(now))).toBe('spending_paused');
    const last = new Date(Date.parse(until) - 1);
    expect(codeOf(await tip(world, { userId, coins: 1, now: last }))).toBe('spending_paused');
    expect(codeOf(await tip(world, { userId, coins: 1, now: new Date(until) }))).toBe('done');
    expect((await walletOf(world, userId)).specialRules).toBeUndefined();
    expect(codeOf(await order(new Date(until)))).toBe('done');
  });

  it('can be made longer and not shorter, and a self-exclusion is for long', async () => {
    const userId = await fan();
    await rest(userId);
    expect(await rest(userId, { until: '2026-11-23T12:00:00.000Z' })).toMatchObject({ code: 'state_conflict' });
    expect(codeOf(await rest(userId, { until: '2026-11-25T12:00:00.000Z' }))).toBe('done');
    expect(codeOf(await rest(userId, { until: '2027-11-25T12:00:00.000Z' }))).toBe('malformed_request');
    expect(codeOf(await rest(userId, { type: 'self_exclusion' }))).toBe('malformed_request');
    expect(codeOf(await rest(userId, { type: 'self_exclusion', until: '2027-11-25T12:00:00.000Z' }))).toBe('done');
    expect(await tip(world, { userId, coins: 1, now })).toMatchObject({
      code: 'spending_paused',
      facts: { break: 'self_exclusion', until: '2027-11-25T12:00:00.000Z' },
    });
    expect(await getWallet(world, { userId, now })).toMatchObject({
      break: { coolOffUntil: '2026-11-25T12:00:00.000Z', selfExcludedUntil: '2027-11-25T12:00:00.000Z' },
    });
  });
});
