import { beforeAll, describe, expect, it } from 'vitest';
import { closeAccount } from '../../shared/accounts/close-account.ts';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { agreeOnGuardian } from '../../shared/guardians/agree-on-guardian.ts';
import { presentLink } from '../../shared/guardians/present.ts';
import { decideApproval, listApprovals } from '../../shared/guardians/purchase-approvals.ts';
import type { GuardianRulesBody } from '../../shared/guardians/schemas.ts';
import { setGuardianRules } from '../../shared/guardians/set-guardian-rules.ts';
import { refuseStranger } from '../../shared/guardians/ward-of.ts';
import { newId } from '../../shared/identifiers.ts';
import { grantCoins } from '../../shared/operations/grant-coins.ts';
import { listRuleChanges } from '../../shared/operations/list-rule-changes.ts';
import { isRefusal } from '../../shared/refusals.ts';
import type { Recharge } from '../../shared/store/items/recharge.ts';
import { doubtAge } from '../../shared/users/doubt-age.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { setLimits } from '../../shared/users/set-limits.ts';
import { patiently } from '../support/patiently.ts';
import { fanWith, register, type World, walletOf } from '../support/people.ts';
import { codeOf, newRuledWorld, orderCoins, payOrder, tip } from '../support/wallet-rules.ts';

const now = new Date('2026-11-21T12:00:00.000Z');
const guardianId = 'gia';
let world: World;
let wards = 0;

beforeAll(async () => {
  const { ages } = catalogDefaults;
  world = await newRuledWorld(now, { ages: { ...ages, wardYears: { US: 14 } } });
  await register(world, guardianId, now);
  await register(world, 'gus', now);
});

/** Sixteen years old and, unless it is said, without a guardian. */
async function minor(birthDate = '2010-06-01', region = 'US'): Promise<string> {
  wards += 1;
  const userId = `ward-${wards}`;
  await putUser(world, { userId, region, birthDate, now });
  await grantCoins(world, { userId, coins: 1_000, grantId: newId(now), reason: 'test', caller: 'op', now });
  return userId;
}

async function adult(coins = 1_000): Promise<string> {
  wards += 1;
  await fanWith(world, { userId: `ward-${wards}`, coins, now });
  return `ward-${wards}`;
}

type Said = { by: 'ward' | 'guardian'; agrees?: boolean; guardian?: string; at?: Date };

async function say(userId: string, { by, agrees = true, guardian = guardianId, at = now }: Said) {
  const command = { userId, guardianId: guardian, by, agrees, caller: 'app', now: at };
  const agreed = await agreeOnGuardian(world.ledger, command);
  return isRefusal(agreed) ? agreed.code : presentLink(agreed, at).state;
}

async function linked(userId: string, rules?: GuardianRulesBody): Promise<string> {
  await say(userId, { by: 'ward' });
  await say(userId, { by: 'guardian' });
  if (rules) await allow(userId, rules);
  return userId;
}

function allow(userId: string, rules: GuardianRulesBody, guardian = guardianId) {
  return setGuardianRules(world.ledger, { userId, guardianId: guardian, ...rules, caller: 'app', now });
}

function order(userId: string, rechargeId = newId(now), at = now) {
  return orderCoins(world, { userId, rechargeId, now: at });
}

function answer(
  userId: string,
  rechargeId: string,
  decision: 'approve' | 'decline',
  { at = now, by = guardianId } = {},
) {
  return decideApproval(world.ledger, { userId, guardianId: by, rechargeId, decision, approvalHours: 24, now: at });
}

describe('a guardian who closes the account', () => {
  it('leaves a ward who buys nothing until there is another guardian', async () => {
    const guardian = await adult(0);
    const userId = await minor();
    for (const by of ['ward', 'guardian'] as const) await say(userId, { by, guardian });
    await allow(userId, { purchases: 'allowed', limits: {} }, guardian);
    const waives = { forfeit: true, waiveWithdrawal: true, leaveEarnings: true };
    await closeAccount(world, { ...waives, userId: guardian, requestId: newId(now), caller: 'app', now });
    expect(codeOf(await order(userId))).toBe('purchases_blocked');
    await say(userId, { by: 'ward', agrees: false, guardian });
    await linked(userId, { purchases: 'allowed', limits: {} });
    expect(codeOf(await order(userId))).toBe('done');
  });
});

describe('the link of a ward and a guardian', () => {
  it.each([['ward'], ['guardian']] as const)('begins when both have agreed, the %s first', async (first) => {
    const userId = await adult();
    expect(await say(userId, { by: first })).toBe('proposed');
    expect(await say(userId, { by: first })).toBe('proposed');
    expect((await walletOf(world, userId)).guards).toBeUndefined();
    expect(codeOf((await refuseStranger(world.ledger, { userId, guardianId }, now)) ?? {})).toBe('not_guardian');
    expect(await say(userId, { by: first === 'ward' ? 'guardian' : 'ward' })).toBe('active');
    expect(await refuseStranger(world.ledger, { userId, guardianId }, now)).toBeUndefined();
    expect(codeOf((await refuseStranger(world.ledger, { userId, guardianId: 'gus' }, now)) ?? {})).toBe('not_guardian');
  });

  it('begins once when both agree at the same moment, many times over', async () => {
    const userId = await adult();
    const all = Array.from({ length: 10 }, (_, i) =>
      patiently(() => say(userId, { by: i % 2 === 0 ? 'ward' : 'guardian' })),
    );
    await Promise.all(all);
    expect(await say(userId, { by: 'ward' })).toBe('active');
    const trail = await listRuleChanges(world.ledger, userId);
    expect(isRefusal(trail) ? [] : trail.changes.map(({ kind }) => kind)).toEqual(['guardian']);
  });

  it('ends when either wants, and begins again only when both agree anew', async () => {
    for (const by of ['ward', 'guardian'] as const) {
      const userId = await linked(await adult(), { purchases: 'blocked', limits: { day: 1 } });
      expect(await say(userId, { by, agrees: false })).toBe('ended');
      expect((await walletOf(world, userId)).specialRules).toBeUndefined();
      expect(codeOf(await tip(world, { userId, coins: 2, now }))).toBe('done');
      expect(codeOf(await allow(userId, { purchases: 'allowed', limits: {} }))).toBe('not_guardian');
      expect(await say(userId, { by: 'guardian' })).toBe('proposed');
      expect(await say(userId, { by: 'ward' })).toBe('active');
    }
  });

  it('needs a guardian who is registered, of age and still there, one at a time, and somebody else', async () => {
    const userId = await adult();
    const young = await minor();
    expect(await say(userId, { by: 'guardian', guardian: young })).toBe('guardian_not_eligible');
    expect(await say(userId, { by: 'guardian', guardian: 'nobody' })).toBe('guardian_not_eligible');
    await register(world, 'gone', now);
    const waives = { forfeit: true, waiveWithdrawal: true, leaveEarnings: true };
    await closeAccount(world, { ...waives, userId: 'gone', requestId: newId(now), caller: 'app', now });
    expect(await say(userId, { by: 'guardian', guardian: 'gone' })).toBe('guardian_not_eligible');
    expect(await say(userId, { by: 'ward', guardian: userId })).toBe('malformed_request');
    await linked(userId);
    await say(userId, { by: 'ward', guardian: 'gus' });
    expect(await say(userId, { by: 'guardian', guardian: 'gus' })).toBe('state_conflict');
  });

  it('is proposed by naming the guardian at the registration, which proposes nothing again that has ended', async () => {
    const userId = await minor();
    const named = { userId, region: 'US', birthDate: '2010-06-01', guardian: guardianId, now };
    await putUser(world, named);
    expect(await say(userId, { by: 'guardian' })).toBe('active');
    await putUser(world, named);
    expect((await walletOf(world, userId)).specialRules?.guardian?.userId).toBe(guardianId);
    await say(userId, { by: 'ward', agrees: false });
    await putUser(world, named);
    expect(await say(userId, { by: 'guardian' })).toBe('proposed');
  });
});

describe('a minor', () => {
  it('may gift from the age of the region on with an active guardian, and never without', async () => {
    const userId = await minor();
    expect(await tip(world, { userId, coins: 1, now })).toMatchObject({
      code: 'age_restricted',
      facts: { allowedFrom: '2028-06-01', withGuardianFrom: '2024-06-01' },
    });
    await linked(userId);
    expect(codeOf(await tip(world, { userId, coins: 1, now }))).toBe('done');
    await say(userId, { by: 'ward', agrees: false });
    expect(codeOf(await tip(world, { userId, coins: 1, now }))).toBe('age_restricted');
    expect(codeOf(await tip(world, { userId: await linked(await minor('2013-01-01')), coins: 1, now }))).toBe(
      'age_restricted',
    );
    expect(codeOf(await tip(world, { userId: await linked(await minor('2010-06-01', 'GB')), coins: 1, now }))).toBe(
      'age_restricted',
    );
  });

  it('loses the guardian on the day of coming of age, and an ordinary wallet is what is left', async () => {
    const userId = await linked(await minor('2008-11-22'), { purchases: 'blocked', limits: { day: 5 } });
    expect(codeOf(await order(userId))).toBe('purchases_blocked');
    const birthday = new Date('2026-11-22T00:00:00.000Z');
    expect(codeOf(await order(userId, newId(birthday), birthday))).toBe('done');
    expect(codeOf(await tip(world, { userId, coins: 1_000, now: birthday }))).toBe('done');
    expect((await walletOf(world, userId)).guards).toBeUndefined();
    expect(await say(userId, { by: 'ward', at: birthday })).toBe('proposed');
  });
});

describe("a guardian's caps", () => {
  it('count beside the own limits, the stricter of each, and are raised at once', async () => {
    const userId = await linked(await adult(), { purchases: 'allowed', limits: { day: 50, perGift: 40 } });
    await setLimits(world, { userId, limits: { day: 100, perGift: 30 }, caller: 'app', now });
    const refused = async (coins: number) => (await tip(world, { userId, coins, now })) as unknown;
    expect(await refused(31)).toMatchObject({ facts: { period: 'gift', setBy: 'user', limit: 30 } });
    expect(codeOf(await tip(world, { userId, coins: 30, now }))).toBe('done');
    expect(await refused(21)).toMatchObject({ facts: { period: 'day', setBy: 'guardian', limit: 50, left: 20 } });
    await allow(userId, { purchases: 'allowed', limits: { day: 60 } });
    expect(codeOf(await tip(world, { userId, coins: 30, now }))).toBe('done');
    expect(await refused(1)).toMatchObject({ facts: { period: 'day', setBy: 'guardian', limit: 60, left: 0 } });
  });

  it('are never exceeded by gifts at once while the guardian changes them', async () => {
    const userId = await linked(await adult(), { purchases: 'allowed', limits: { day: 20 } });
    const gifts = Array.from({ length: 25 }, () => tip(world, { userId, coins: 1, now }));
    await Promise.allSettled([...gifts, allow(userId, { purchases: 'allowed', limits: { day: 15 } })]);
    expect((await walletOf(world, userId)).spent['d2026-11-21'] ?? 0).toBeLessThanOrEqual(20);
  });

  it('are set by nobody else', async () => {
    const userId = await linked(await adult());
    expect(codeOf(await allow(userId, { purchases: 'allowed', limits: {} }, 'gus'))).toBe('not_guardian');
  });
});

describe('a purchase that the guardian must approve', () => {
  const withApproval = { purchases: 'approval', limits: {} } as const;

  it('is refused with a question, and goes through once it is approved, under the same key', async () => {
    const userId = await linked(await adult(), withApproval);
    const rechargeId = newId(now);
    expect(await order(userId, rechargeId)).toMatchObject({
      code: 'guardian_approval_required',
      facts: { guardianId, rechargeId, state: 'pending', expiresAt: '2026-11-22T12:00:00.000Z' },
    });
    expect(await listApprovals(world.ledger, { userId, guardianId }, now)).toMatchObject([
      { rechargeId, state: 'pending', packageId: 'us-app-1000', coins: 1_000, bonusCoins: 100, priceMinor: 1_299 },
    ]);
    expect(codeOf(await answer(userId, rechargeId, 'approve'))).toBe('done');
    const made = await Promise.all(Array.from({ length: 5 }, () => order(userId, rechargeId)));
    expect(made.map(codeOf)).toEqual(['done', 'done', 'done', 'done', 'done']);
    expect(codeOf(await order(userId))).toBe('guardian_approval_required');
    await payOrder(world, made[0] as Recharge, now);
    expect((await walletOf(world, userId)).paid).toBe(2_000);
    // The order that was made keeps its answer when the approval is over.
    const later = new Date(now.getTime() + 48 * 3_600_000);
    expect(codeOf(await order(userId, rechargeId, later))).toBe('done');
  });

  it('is not made after it was declined, or when the approval was too long ago', async () => {
    const userId = await linked(await adult(), withApproval);
    const rechargeId = newId(now);
    await order(userId, rechargeId);
    await answer(userId, rechargeId, 'decline');
    expect(await order(userId, rechargeId)).toMatchObject({ facts: { state: 'declined' } });
    await answer(userId, rechargeId, 'approve');
    const late = new Date(now.getTime() + 24 * 3_600_000);
    expect(await order(userId, rechargeId, late)).toMatchObject({ facts: { state: 'pending' } });
    const tooLate = new Date(now.getTime() + 49 * 3_600_000);
    expect(codeOf(await answer(userId, rechargeId, 'approve', { at: tooLate }))).toBe('state_conflict');
  });

  it('is approved by nobody but the guardian of now, and only when it was asked for', async () => {
    const userId = await linked(await adult(), withApproval);
    const rechargeId = newId(now);
    expect(codeOf(await answer(userId, rechargeId, 'approve'))).toBe('approval_not_found');
    await order(userId, rechargeId);
    expect(codeOf(await answer(userId, rechargeId, 'approve', { by: 'gus' }))).toBe('not_guardian');
    await say(userId, { by: 'guardian', agrees: false });
    expect(codeOf(await answer(userId, rechargeId, 'approve'))).toBe('not_guardian');
  });

  it('is what every purchase of a minor is until the guardian says something else, and blocked ones are not asked about', async () => {
    const userId = await linked(await minor());
    expect(codeOf(await order(userId))).toBe('guardian_approval_required');
    await allow(userId, { purchases: 'blocked', limits: {} });
    expect(codeOf(await order(userId))).toBe('purchases_blocked');
    await allow(userId, { purchases: 'allowed', limits: {} });
    expect(codeOf(await order(userId))).toBe('done');
  });
});

describe('somebody who may be a minor', () => {
  const doubt = (userId: string, doubted: boolean, reason: string) =>
    doubtAge(world.ledger, {
      ...{ userId, doubted, reason, caller: 'c' },
      actor: doubted ? 'app' : 'operator',
      now: doubted ? now : new Date(now.getTime() + 1_000),
    });

  it('is paused for buying and spending until an operator ends it, and all of it is kept', async () => {
    const userId = await adult();
    await doubt(userId, true, 'said to be fifteen');
    await doubt(userId, true, 'said it again');
    expect((await walletOf(world, userId)).specialRules?.ageDoubt?.reason).toBe('said to be fifteen');
    expect(codeOf(await tip(world, { userId, coins: 1, now }))).toBe('age_check_required');
    expect(codeOf(await order(userId))).toBe('age_check_required');
    await doubt(userId, false, 'passport seen');
    expect(codeOf(await tip(world, { userId, coins: 1, now }))).toBe('done');
    const trail = await listRuleChanges(world.ledger, userId);
    expect(isRefusal(trail) ? [] : trail.changes.map(({ actor, reason }) => [actor, reason])).toEqual([
      ['operator', 'passport seen'],
      ['app', 'said to be fifteen'],
    ]);
  });
});
