import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogDefaults, relaxedPayoutRules } from '../../shared/catalog/defaults.ts';
import type { PayoutMethodRules, PayoutRules, Switches } from '../../shared/catalog/schemas.ts';
import { firstSwitches } from '../../shared/catalog/switches.ts';
import type { Currency } from '../../shared/money/currency.ts';
import { decidePayout, type PayoutPlan, type PayoutQuestion } from '../../shared/payouts/decide-payout.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import type { Creator, PayoutProfile } from '../../shared/store/items/creator.ts';
import { PayoutReasonCode } from '../../shared/store/items/payout.ts';

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

type Change = Partial<Pick<PayoutQuestion, 'asked' | 'payable' | 'owed' | 'withinCaps'>> & {
  profile?: Partial<PayoutProfile>;
  use?: Creator['payoutUse'];
  method?: Partial<PayoutMethodRules>;
  rules?: Partial<PayoutRules>;
  switches?: Partial<Switches>;
  creator?: Partial<Creator>;
};

const payPalRules: PayoutMethodRules = { minimumMinor: 100, feeBasisPoints: 150, feeFixedMinor: 10 };

function question(change: Change = {}): PayoutQuestion {
  const { profile: changed, use, method, rules, switches, creator: who, ...asked } = change;
  const paypal = { ...payPalRules, ...method };
  const version = { version: '1', effectiveAt: '2026-01-01T00:00:00.000Z' };
  return {
    creator: { ...creator, ...who, payoutProfile: { ...profile, ...changed }, ...(use && { payoutUse: use }) },
    payable: 1_400_000,
    asked: 'all',
    terms: {
      rates: { ...version, value: catalogDefaults.rates },
      payouts: { ...version, value: { ...relaxedPayoutRules, methods: { paypal }, ...rules } },
      switches: { ...version, value: { ...firstSwitches, ...switches } },
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
  });

  it('is never rounded when it was named', () => {
    expect(refused({ asked: '1349.5' })).toMatchObject({
      code: 'amount_not_payable',
      facts: { reason: 'fraction', multipleOf: '1' },
    });
    expect(granted({ asked: '1349.000' })).toMatchObject({ grossMinor: 1349 });
  });

  it('sums up and is worth whole cents, however much there is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000_000 }), (payable) => {
        const plan = decidePayout(question({ payable }));
        if (isRefusal(plan)) return;
        expect(plan.netMinor + plan.feeMinor).toBe(plan.grossMinor);
        expect(plan.grossMinor * 1000).toBe(plan.milliDiamonds);
        expect(plan.milliDiamonds).toBeLessThanOrEqual(payable);
        expect(plan.netMinor).toBeGreaterThan(0);
      }),
    );
  });
});

describe('a debt for gifts that were taken back', () => {
  it('is stated with the payout that was made of what it left', () => {
    expect(granted({ payable: 1_400_000, owed: 250_500 })).toMatchObject({ grossMinor: 1400, owed: 250_500 });
    expect(granted()).toMatchObject({ owed: 0 });
  });

  it('is named to those who ask for what it took', () => {
    const owed = { reason: 'insufficient_diamonds', available: '0', owed: '250.5' };
    expect(refused({ payable: 0, owed: 250_500 })).toMatchObject({ code: 'insufficient_diamonds', facts: owed });
    const plan = decidePayout(question({ payable: 0, owed: 250_500 }));
    expect(isRefusal(plan) && plan.detail).toBe(
      'The payout takes at least 1 diamonds; available are 0, after 250.5 that are owed for gifts taken back.',
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

describe('the rules about who is paid', () => {
  const hold = { held: true, reason: 'Case 4711', by: 'compliance', at: '2026-11-21T10:00:00.000Z' };
  const reasonOf = (change: Change) => refused(change).facts.reason;

  it('come in the documented order, before those about the amount', () => {
    const rules: Partial<PayoutRules> = {
      methods: {},
      destinationCoolingOffHours: 72,
      profileMustShow: ['name_match', 'tax_profile'],
    };
    const all: Change = { asked: '0.5', payable: 0, rules };
    const young = { destinationSince: '2026-11-21T11:00:00.000Z' };
    const bad: Partial<PayoutProfile> = { ...young, identity: { state: 'rejected' }, nameMatch: 'mismatched' };
    const noTax: Partial<PayoutProfile> = { ...young, taxProfile: { state: 'missing' } };
    expect(reasonOf({ ...all, profile: bad, creator: { payoutHold: hold } })).toBe('payout_on_hold');
    expect(reasonOf({ ...all, profile: bad, creator: { payoutHold: { ...hold, held: false } } })).toBe(
      'identity_rejected',
    );
    expect(reasonOf({ ...all, profile: { ...noTax, nameMatch: 'mismatched' } })).toBe('name_mismatch');
    expect(reasonOf({ ...all, profile: noTax })).toBe('tax_profile_missing');
    expect(reasonOf({ ...all, profile: young })).toBe('name_unchecked');
    expect(reasonOf({ ...all, profile: { ...young, nameMatch: 'matched' } })).toBe('tax_profile_missing');
    const shown: Partial<PayoutProfile> = { ...young, nameMatch: 'matched', taxProfile: { state: 'complete' } };
    expect(reasonOf({ ...all, profile: shown })).toBe('method_not_offered');
    const { methods: _, ...offered } = rules;
    expect(reasonOf({ ...all, profile: shown, rules: offered })).toBe('destination_cooling_off');
    const old = { ...shown, destinationSince: '2026-11-18T12:00:00.000Z' };
    expect(reasonOf({ ...all, asked: '1', profile: old, rules: offered })).toBe('below_minimum');
  });

  it('come after the switch of the region, which is no fault of the profile', () => {
    const switches = { regions: { US: { payouts: false } } };
    const { code, facts } = refused({ switches, profile: { identity: { state: 'unverified' } } });
    expect([code, facts.reason]).toEqual(['payout_not_allowed', 'payouts_switched_off']);
    expect(granted({ switches, creator: { region: 'JP' } }).grossMinor).toBe(1_400);
  });

  it('count the last day of a tax profile, and no day after it', () => {
    const until = (validUntil: string) => ({ profile: { taxProfile: { state: 'complete' as const, validUntil } } });
    expect(granted(until('2026-11-21'))).toBeDefined();
    expect(reasonOf(until('2026-11-20'))).toBe('tax_profile_expired');
  });

  it('have limits of their own in some regions', () => {
    const regionCaps = { JP: { dailyMaximumMinor: 1_000, weeklyMaximumMinor: 1_200 } };
    const use = { day: '2026-11-20', dayMinor: 900, week: '2026-11-16', weekMinor: 900 };
    expect(granted({ rules: { regionCaps } }).grossMinor).toBe(1_400);
    const japanese = { rules: { regionCaps }, creator: { region: 'JP' } };
    expect(reasonOf(japanese)).toBe('day_limit_reached');
    expect(reasonOf({ ...japanese, asked: '301', use })).toBe('week_limit_reached');
    expect(granted({ ...japanese, asked: '300', use }).use.weekMinor).toBe(1_200);
    expect(granted({ ...japanese, withinCaps: true, use }).grossMinor).toBe(300);
  });
});

describe('the fee of a payout', () => {
  it.each([
    [0, 99, 100],
    [0, 100, 101],
    [150, 10, 12],
    [9_999, 0, 10_000],
    [5_000, 7, 16],
  ])('of %i basis points and %i cents lets nothing be paid below %i cents', (feeBasisPoints, feeFixedMinor, least) => {
    const method = { minimumMinor: 0, feeBasisPoints, feeFixedMinor };
    const plan = granted({ asked: String(least), payable: 20_000_000, method });
    expect(plan.netMinor).toBeGreaterThan(0);
    expect(plan.feeMinor).toBeLessThan(plan.grossMinor);
    const below = refused({ asked: String(least - 1), payable: 20_000_000, method });
    expect(below).toMatchObject({ code: 'amount_not_payable', facts: { reason: 'fee_exceeds_amount' } });
  });

  it('never leaves anything when it is all of the amount', () => {
    expect(refused({ method: { feeBasisPoints: 10_000 } }).facts.reason).toBe('fee_exceeds_amount');
    expect(refused({ asked: '0', method: { minimumMinor: 0, feeBasisPoints: 0, feeFixedMinor: 0 } }).code).toBe(
      'amount_not_payable',
    );
  });
});

describe('any decision about a payout', () => {
  const minor = fc.integer({ min: 0, max: 200_000 });
  const cap = fc.integer({ min: 50_000, max: 400_000 });
  const caps = fc.record({ dailyMaximumMinor: cap, weeklyMaximumMinor: cap });
  const anyUse = fc.record({
    day: fc.constantFrom('2026-11-20', '2026-11-21'),
    dayMinor: minor,
    week: fc.constantFrom('2026-11-09', '2026-11-16'),
    weekMinor: minor,
  });
  const anyProfile = fc.record({
    method: fc.constant('paypal' as const),
    destination: fc.constant(profile.destination),
    schedule: fc.constantFrom('none' as const, 'weekly' as const),
    identity: fc.constantFrom<PayoutProfile['identity']>(
      { state: 'verified' },
      { state: 'verified', expiresOn: '2026-11-21' },
      { state: 'verified', expiresOn: '2026-11-22' },
      { state: 'verified', expiresOn: '2026-11-20' },
      { state: 'unverified' },
    ),
    nameMatch: fc.constantFrom('matched' as const, 'matched' as const, 'matched' as const, 'mismatched' as const),
    taxProfile: fc.constantFrom<NonNullable<PayoutProfile['taxProfile']>>({ state: 'complete' }, { state: 'missing' }),
    destinationSince: fc.constantFrom('2026-11-01T00:00:00.000Z', '2026-11-21T11:00:00.000Z'),
    updatedAt: fc.constant('2026-11-21T11:00:00.000Z'),
  });
  const anyQuestion = fc.record({
    creator: fc.record({
      creatorId: fc.constant('cy'),
      ownerUserId: fc.constant('cyril'),
      region: fc.constantFrom('US', 'JP'),
      giftsEnabled: fc.boolean(),
      payoutProfile: anyProfile,
      payoutUse: anyUse,
      version: fc.nat(),
      createdAt: fc.constant('2026-01-01T00:00:00.000Z'),
      updatedAt: fc.constant('2026-01-01T00:00:00.000Z'),
    }),
    payable: fc.integer({ min: 0, max: 300_000_000 }),
    asked: fc.oneof(
      fc.constant('all'),
      fc.integer({ min: 0, max: 5_000 }).map(String),
      fc.integer({ min: 0, max: 250_000 }).map(String),
      fc.constant('1349.5'),
    ),
    withinCaps: fc.boolean(),
    method: fc.record({
      minimumMinor: fc.integer({ min: 0, max: 2_000 }),
      feeBasisPoints: fc.oneof(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 0, max: 10_000 })),
      feeFixedMinor: fc.integer({ min: 0, max: 1_000 }),
      regions: fc.constantFrom<string[]>(['US'], ['US', 'JP'], ['US', 'JP']),
    }),
    rules: fc.record({
      caps,
      regionCaps: fc.record({ JP: caps }),
      approvalAboveMinor: minor,
      destinationCoolingOffHours: fc.constantFrom(0, 72),
      profileMustShow: fc.constant<PayoutRules['profileMustShow']>(['name_match', 'tax_profile']),
    }),
  });

  it('pays within everything that there is and that the rules allow, or says why not and what to do', () => {
    let plans = 0;
    const decision = fc.property(anyQuestion, ({ creator: who, rules: { caps: defaultCaps, ...rules }, ...asked }) => {
      const whole = question({ ...asked, rules: { ...rules, ...defaultCaps } });
      const plan = decidePayout({ ...whole, creator: who });
      if (isRefusal(plan)) {
        const { reason, action } = plan.facts;
        expect([PayoutReasonCode.options.includes(reason as PayoutReasonCode), typeof action]).toEqual([
          true,
          'string',
        ]);
        expect(plan.detail).not.toMatch(/[{}]|undefined|NaN/);
        return;
      }
      plans += 1;
      const { payoutProfile: of, payoutUse: used, region } = who;
      const limits = region === 'JP' ? rules.regionCaps.JP : defaultCaps;
      expect(plan.milliDiamonds).toBeLessThanOrEqual(asked.payable);
      expect(plan.netMinor + plan.feeMinor).toBe(plan.grossMinor);
      expect(plan.netMinor).toBeGreaterThan(0);
      expect(plan.grossMinor).toBeGreaterThanOrEqual(asked.method.minimumMinor);
      expect(plan.grossMinor * 1000).toBe(plan.milliDiamonds);
      expect(plan.use.dayMinor).toBe(plan.grossMinor + (used.day === '2026-11-21' ? used.dayMinor : 0));
      expect(plan.use.weekMinor).toBe(plan.grossMinor + (used.week === '2026-11-16' ? used.weekMinor : 0));
      expect(plan.use.dayMinor).toBeLessThanOrEqual(limits.dailyMaximumMinor);
      expect(plan.use.weekMinor).toBeLessThanOrEqual(limits.weeklyMaximumMinor);
      expect(plan.approvalAboveMinor !== undefined).toBe(plan.grossMinor > rules.approvalAboveMinor);
      expect([of.identity.state, of.nameMatch, of.taxProfile.state]).toEqual(['verified', 'matched', 'complete']);
      expect(of.identity.expiresOn).not.toBe('2026-11-20');
      expect(asked.method.regions).toContain(region);
      if (rules.destinationCoolingOffHours > 0) expect(of.destinationSince).toBe('2026-11-01T00:00:00.000Z');
    });
    fc.assert(decision, { numRuns: 5_000 });
    expect(plans).toBeGreaterThan(100);
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

describe('a scheduled payout of which too little is left by the limits', () => {
  it('is refused for the limits, not for being small', () => {
    const use = { day: '2026-11-21', dayMinor: 99_950, week: '2026-11-16', weekMinor: 99_950 };
    expect(refused({ withinCaps: true, use }).facts.reason).toBe('day_limit_reached');
  });
});

describe('the approval of an operator', () => {
  it('is needed above the amount of the rules', () => {
    expect(granted({ asked: '50000', payable: 50_001_000 }).approvalAboveMinor).toBeUndefined();
    expect(granted({ asked: '50001', payable: 50_001_000 }).approvalAboveMinor).toBe(50_000);
  });
});
