import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogDefaults, relaxedPayoutRules } from '../../shared/catalog/defaults.ts';
import type { PayoutMethodRules, PayoutRules } from '../../shared/catalog/schemas.ts';
import type { Currency } from '../../shared/money/currency.ts';
import { decidePayout, type PayoutPlan, type PayoutQuestion } from '../../shared/payouts/decide-payout.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import type { Creator, PayoutProfile } from '../../shared/store/items/creator.ts';

const now = new Date('2026-11-21T12:00:00.000Z');

const profile: PayoutProfile = {
  method: 'paypal',
  destination: { type: 'email', value: 'cy@example.com' },
  schedule: 'none',
  identity: { state: 'verified' },
  updatedAt: '2026-01-01T00:00:00.000Z',
};

const creator: Creator = {
  creatorId: 'cy',
  ownerUserId: 'cyril',
  region: 'US',
  giftsEnabled: true,
  payoutProfile: profile,
  version: 1,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};

type Change = Partial<Pick<PayoutQuestion, 'asked' | 'payable' | 'withinCaps'>> & {
  profile?: Partial<PayoutProfile>;
  use?: Creator['payoutUse'];
  usdMinorPerDiamond?: number;
  method?: Partial<PayoutMethodRules>;
  rules?: Partial<PayoutRules>;
  creator?: Partial<Creator>;
};

const payPalRules: PayoutMethodRules = { minimumMinor: 100, feeBasisPoints: 150, feeFixedMinor: 10 };

function question(change: Change = {}): PayoutQuestion {
  const { profile: changed, use, usdMinorPerDiamond = 1, method, rules, creator: who, ...asked } = change;
  const paypal = { ...payPalRules, ...method };
  const version = { version: '1', effectiveAt: '2026-01-01T00:00:00.000Z' };
  return {
    creator: { ...creator, ...who, payoutProfile: { ...profile, ...changed }, ...(use && { payoutUse: use }) },
    payable: 1_400_000,
    asked: 'all',
    terms: {
      rates: { ...version, value: { ...catalogDefaults.rates, usdMinorPerDiamond } },
      payouts: { ...version, value: { ...relaxedPayoutRules, methods: { paypal }, ...rules } },
    },
    now,
    ...asked,
  };
}

function granted(change?: Change): PayoutPlan {
  const plan = decidePayout(question(change));
  if (isRefusal(plan)) throw new Error(plan.detail);
  return plan;
}

function refused(change?: Change): Pick<Refusal, 'code' | 'facts'> {
  const plan = decidePayout(question(change));
  return isRefusal(plan) ? { code: plan.code, facts: plan.facts } : { code: 'malformed_request', facts: { ...plan } };
}

const usd: { currency: Currency } = { currency: 'USD' };

describe('the amount of a payout', () => {
  it('is the value of the diamonds less 1.5 %, rounded up, and 10 cents', () => {
    expect(granted()).toMatchObject({ milliDiamonds: 1_400_000, grossMinor: 1400, feeMinor: 31, netMinor: 1369 });
    expect(granted({ asked: '1401', payable: 1_401_000 })).toMatchObject({
      grossMinor: 1401,
      feeMinor: 32,
      netMinor: 1369,
    });
  });

  it('leaves what is not worth a whole cent', () => {
    expect(granted({ payable: 1_349_999 })).toMatchObject({ milliDiamonds: 1_349_000, grossMinor: 1349 });
    expect(granted({ payable: 1_349_999, usdMinorPerDiamond: 4 })).toMatchObject({
      milliDiamonds: 1_349_750,
      grossMinor: 5399,
    });
    expect(granted({ payable: 1_349_999, usdMinorPerDiamond: 3 })).toMatchObject({
      milliDiamonds: 1_349_000,
      grossMinor: 4047,
    });
  });

  it('is never rounded when it was named', () => {
    expect(refused({ asked: '1349.5' })).toMatchObject({
      code: 'amount_not_payable',
      facts: { reason: 'fraction', multipleOf: '1' },
    });
    expect(granted({ asked: '1349.5', usdMinorPerDiamond: 2 })).toMatchObject({ grossMinor: 2699 });
  });

  it('sums up and is worth whole cents at any rate', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3_000_000 }),
        fc.integer({ min: 1, max: 30 }),
        (payable, usdMinorPerDiamond) => {
          const plan = decidePayout(question({ payable, usdMinorPerDiamond }));
          if (isRefusal(plan)) return;
          expect(plan.netMinor + plan.feeMinor).toBe(plan.grossMinor);
          expect(plan.grossMinor * 1000).toBe(plan.milliDiamonds * usdMinorPerDiamond);
          expect(plan.milliDiamonds).toBeLessThanOrEqual(payable);
          expect(plan.netMinor).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe('a payout is refused', () => {
  it('without a payout profile', () => {
    const { payoutProfile: _, ...without } = creator;
    expect(decidePayout({ ...question(), creator: without })).toMatchObject({
      code: 'payout_not_allowed',
      facts: { reason: 'no_payout_profile' },
    });
  });

  it.each([
    ['unverified', undefined, 'identity_unverified'],
    ['rejected', undefined, 'identity_rejected'],
    ['verified', '2026-11-20', 'identity_expired'],
  ] as const)('when the identity is %s (until %s)', (state, expiresOn, reason) => {
    const identity = { state, ...(expiresOn && { expiresOn }) };
    expect(refused({ profile: { identity } })).toMatchObject({ code: 'payout_not_allowed', facts: { reason } });
  });

  it('not yet on the last day of the identity', () => {
    expect(granted({ profile: { identity: { state: 'verified', expiresOn: '2026-11-21' } } })).toBeDefined();
  });

  it('below the minimum', () => {
    expect(granted({ asked: '100' }).grossMinor).toBe(100);
    expect(refused({ asked: '99' })).toMatchObject({
      code: 'amount_not_payable',
      facts: { reason: 'below_minimum', minimum: { amount: 100, ...usd }, gross: { amount: 99, ...usd } },
    });
    expect(refused({ asked: '0' })).toMatchObject({ facts: { reason: 'below_minimum' } });
  });

  it('when the fee leaves nothing', () => {
    expect(refused({ asked: '10', method: { minimumMinor: 1 } })).toMatchObject({
      code: 'amount_not_payable',
      facts: { reason: 'fee_exceeds_amount', fee: { amount: 11, ...usd } },
    });
    expect(granted({ asked: '12', method: { minimumMinor: 1 } }).netMinor).toBe(1);
  });

  it('above what is left of the day, and of the week', () => {
    const use = { day: '2026-11-21', dayMinor: 99_000, week: '2026-11-16', weekMinor: 99_000 };
    expect(granted({ asked: '1000', use }).use).toEqual({ ...use, dayMinor: 100_000, weekMinor: 100_000 });
    expect(refused({ asked: '1001', use })).toMatchObject({ code: 'payout_limit_reached', facts: { period: 'day' } });
    const week = { day: '2026-11-20', dayMinor: 99_000, week: '2026-11-16', weekMinor: 499_000 };
    expect(refused({ asked: '1001', use: week })).toMatchObject({
      code: 'payout_limit_reached',
      facts: { period: 'week' },
    });
    const over = { day: '2026-11-15', dayMinor: 99_000, week: '2026-11-09', weekMinor: 499_000 };
    expect(granted({ asked: '1400', use: over }).use).toEqual({
      day: '2026-11-21',
      dayMinor: 1400,
      week: '2026-11-16',
      weekMinor: 1400,
    });
  });

  it('when it takes more than there is, or there is nothing', () => {
    expect(refused({ asked: '1401' })).toMatchObject({
      code: 'insufficient_diamonds',
      facts: { asked: '1401', available: '1400' },
    });
    expect(refused({ payable: 500 })).toMatchObject({ code: 'insufficient_diamonds', facts: { available: '0.5' } });
  });

  it('for the first reason in the documented order', () => {
    const identity = { state: 'unverified' } as const;
    const use = { day: '2026-11-21', dayMinor: 100_000, week: '2026-11-16', weekMinor: 100_000 };
    expect(refused({ asked: '0.5', use, payable: 0, profile: { identity } }).facts.reason).toBe('identity_unverified');
    expect(refused({ asked: '0.5', use, payable: 0 }).facts.reason).toBe('fraction');
    expect(refused({ asked: '1', use, payable: 0 }).facts.reason).toBe('below_minimum');
    expect(refused({ asked: '100', use, payable: 0 }).facts.reason).toBe('day_limit_reached');
    expect(refused({ asked: '100', payable: 0 }).code).toBe('insufficient_diamonds');
  });
});

describe('a scheduled payout', () => {
  const use = { day: '2026-11-21', dayMinor: 99_000, week: '2026-11-16', weekMinor: 99_000 };

  it('takes no more than the limits leave', () => {
    expect(granted({ withinCaps: true, use })).toMatchObject({ grossMinor: 1000, milliDiamonds: 1_000_000 });
    expect(refused({ use })).toMatchObject({ code: 'payout_limit_reached' });
  });

  it('is refused for the limits when they leave nothing', () => {
    const used = { ...use, dayMinor: 100_000 };
    expect(refused({ withinCaps: true, use: used })).toMatchObject({ code: 'payout_limit_reached' });
  });
});

describe('the approval of an operator', () => {
  it('is needed above the amount of the rules', () => {
    expect(granted({ asked: '50000', payable: 50_001_000 }).approvalAboveMinor).toBeUndefined();
    expect(granted({ asked: '50001', payable: 50_001_000 }).approvalAboveMinor).toBe(50_000);
  });
});
