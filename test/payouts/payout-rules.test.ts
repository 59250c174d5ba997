import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listPayouts } from '../../shared/payouts/find-payouts.ts';
import { actionOf } from '../../shared/payouts/reasons.ts';
import { isRefusal } from '../../shared/refusals.ts';
import type { Payout, PayoutReasonCode } from '../../shared/store/items/payout.ts';
import { runUntilDone, startRun } from '../support/payout-runs.ts';
import {
  ask,
  auditFindings,
  credit,
  hold,
  nextCreator,
  openPayoutDesk,
  type PayoutDesk,
  publishRules,
  putProfile,
  readPayout,
  submit,
  switchPayouts,
} from '../support/payouts.ts';

/** A Saturday, and the two Mondays after it on which weekly schedules come due. */
const saturday = new Date('2026-11-21T12:00:00.000Z');
const sunday = new Date('2026-11-22T12:00:00.000Z');
const monday = new Date('2026-11-23T06:00:00.000Z');
const nextMonday = new Date('2026-11-30T06:00:00.000Z');

let desk: PayoutDesk;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
beforeEach(async () => {
  await publishRules(desk);
});
afterAll(async () => {
  expect(await auditFindings(desk)).toEqual([]);
  await desk.close();
});

const names = { legal: 'Cyril Example', atDestination: 'EXAMPLE, Cyril' };
const weekly = { schedule: 'weekly', now: saturday } as const;
const elsewhere = { type: 'email', value: 'new@example.com' } as const;

type Rule = {
  reason: PayoutReasonCode;
  /** Makes what the rule forbids; the creator has a weekly schedule and no diamonds so far. */
  forbid(): Promise<unknown>;
  /** Does what the reason asks for; nothing where time alone does it. */
  mend?(): Promise<unknown>;
  coins?: number;
};

const rules: Record<string, Rule> = {
  'payouts are switched off in the region': {
    reason: 'payouts_switched_off',
    forbid: () => switchPayouts(desk, false),
    mend: () => switchPayouts(desk, true),
  },
  'payouts are on hold': {
    reason: 'payout_on_hold',
    forbid: () => hold(desk, { held: true }),
    mend: () => hold(desk, { held: false }),
  },
  'nobody has verified the identity': {
    reason: 'identity_unverified',
    forbid: () => putProfile(desk, { ...weekly, identity: { state: 'unverified' } }),
    mend: () => putProfile(desk, weekly),
  },
  'the identity was rejected': {
    reason: 'identity_rejected',
    forbid: () => putProfile(desk, { ...weekly, identity: { state: 'rejected' } }),
    mend: () => putProfile(desk, weekly),
  },
  'the identity has expired': {
    reason: 'identity_expired',
    forbid: () => putProfile(desk, { ...weekly, identity: { state: 'verified', expiresOn: '2026-11-20' } }),
    mend: () => putProfile(desk, { ...weekly, identity: { state: 'verified', expiresOn: '2026-12-31' } }),
  },
  'the names differ': {
    reason: 'name_mismatch',
    forbid: () => putProfile(desk, { ...weekly, names: { ...names, atDestination: 'Maria Sample' } }),
    mend: () => putProfile(desk, { ...weekly, names }),
  },
  'the rules want names and there are none': {
    reason: 'name_unchecked',
    forbid: () => publishRules(desk, { profileMustShow: ['name_match'] }),
    mend: () => putProfile(desk, { ...weekly, names }),
  },
  'the tax profile is missing': {
    reason: 'tax_profile_missing',
    forbid: () => putProfile(desk, { ...weekly, taxProfile: { state: 'missing' } }),
    mend: () => putProfile(desk, { ...weekly, taxProfile: { state: 'complete' } }),
  },
  'the rules want a tax profile and nobody has spoken of one': {
    reason: 'tax_profile_missing',
    forbid: () => publishRules(desk, { profileMustShow: ['tax_profile'] }),
    mend: () => putProfile(desk, { ...weekly, taxProfile: { state: 'complete', validUntil: '2026-12-31' } }),
  },
  'the tax profile has expired': {
    reason: 'tax_profile_expired',
    forbid: () => putProfile(desk, { ...weekly, taxProfile: { state: 'complete', validUntil: '2026-11-20' } }),
    mend: () => putProfile(desk, { ...weekly, taxProfile: { state: 'complete', validUntil: '2026-12-31' } }),
  },
  'the method is not offered in the region': {
    reason: 'method_not_offered',
    forbid: () => publishRules(desk, { methods: { paypal: { ...free, regions: ['GB', 'JP'] } } }),
    mend: () => publishRules(desk, { methods: { paypal: { ...free, regions: ['GB', 'US'] } } }),
  },
  'the method is not offered at all': {
    reason: 'method_not_offered',
    forbid: () => publishRules(desk, { methods: {} }),
    mend: () => publishRules(desk),
  },
  'the destination is new': {
    reason: 'destination_cooling_off',
    async forbid() {
      await publishRules(desk, { destinationCoolingOffHours: 72 });
      await putProfile(desk, { ...weekly, destination: elsewhere, now: sunday });
    },
  },
  'the amount is below the minimum': {
    reason: 'below_minimum',
    coins: 20,
    forbid: async () => {},
    mend: () => credit(desk, { coins: 2800 }, saturday),
  },
  'the fee is as high as the amount': {
    reason: 'fee_exceeds_amount',
    forbid: () => publishRules(desk, { methods: { paypal: { ...free, feeFixedMinor: 1400 } } }),
    mend: () => publishRules(desk, { methods: { paypal: { ...free, feeFixedMinor: 1399 } } }),
  },
  'the limit of the day is reached': {
    reason: 'day_limit_reached',
    forbid: () => publishRules(desk, { regionCaps: { US: { dailyMaximumMinor: 50, weeklyMaximumMinor: 500_000 } } }),
    mend: () => publishRules(desk, { regionCaps: { JP: { dailyMaximumMinor: 50, weeklyMaximumMinor: 500_000 } } }),
  },
  'the limit of the week is reached': {
    reason: 'week_limit_reached',
    forbid: () => publishRules(desk, { regionCaps: { US: { dailyMaximumMinor: 100_000, weeklyMaximumMinor: 50 } } }),
    mend: () => publishRules(desk),
  },
  'there are no diamonds': {
    reason: 'insufficient_diamonds',
    coins: 0,
    forbid: async () => {},
    mend: () => credit(desk, { coins: 2800 }, saturday),
  },
};

const free = { minimumMinor: 100, feeBasisPoints: 0, feeFixedMinor: 0 };

async function creatorThatBreaks({ forbid, coins = 2800 }: Rule): Promise<void> {
  await nextCreator(desk, weekly);
  if (coins > 0) await credit(desk, { coins }, saturday);
  await forbid();
}

/** A run of that moment over everybody who is due. */
async function runOn(now: Date): Promise<void> {
  await runUntilDone(desk, await startRun(desk, { now }), { now });
}

async function payoutsOf(creatorId: string): Promise<Payout[]> {
  const listed = await listPayouts(desk.world.ledger, { creatorId, page: { limit: 10, before: undefined } });
  if (isRefusal(listed)) throw new Error(listed.detail);
  return listed.payouts;
}

describe.each(Object.entries(rules))('when %s', (_case, rule) => {
  it('a payout is refused with the reason and what to do, and granted once that is done', async () => {
    await creatorThatBreaks(rule);
    const refused = await ask(desk, { now: monday });
    if (!isRefusal(refused)) throw new Error('granted');
    expect(refused.facts).toMatchObject({ reason: rule.reason, action: actionOf(rule.reason) });
    await rule.mend?.();
    const granted = await ask(desk, { now: new Date('2026-11-25T12:00:00.000Z') });
    expect(granted).toMatchObject({ state: 'requested' });
  });

  it('a run skips the creator with the reason, and the next one pays', async () => {
    await creatorThatBreaks(rule);
    await runOn(monday);
    expect(await payoutsOf(desk.creatorId)).toMatchObject([{ state: 'skipped', reason: { code: rule.reason } }]);
    await rule.mend?.();
    await runOn(nextMonday);
    const [latest, skipped] = await payoutsOf(desk.creatorId);
    expect([latest?.state, latest?.reason, skipped?.state]).toEqual(['requested', undefined, 'skipped']);
  });
});

describe('a new destination', () => {
  const anHour = 3_600_000;
  const set = saturday.getTime();

  beforeEach(async () => {
    await publishRules(desk, { destinationCoolingOffHours: 72 });
    await nextCreator(desk, { now: saturday });
    await credit(desk, { coins: 28_000 }, saturday);
  });

  /** Whether it could be paid so many hours after the first destination was set. */
  async function payableAfter(hours: number, before = 0): Promise<boolean> {
    return !isRefusal(await ask(desk, { asked: '100', now: new Date(set + hours * anHour - before) }));
  }

  it('is paid from the moment on that the refusal names, the first one as any other', async () => {
    const refused = await ask(desk, { now: new Date(set + 72 * anHour - 1) });
    expect(refused).toMatchObject({ code: 'payout_not_allowed', facts: { payableFrom: '2026-11-24T12:00:00.000Z' } });
    expect((refused as { detail: string }).detail).toContain('2026-11-24T12:00:00.000Z');
    expect(await payableAfter(72)).toBe(true);
  });

  it('waits no longer for changes of anything else', async () => {
    const later = new Date(set + 71 * anHour);
    await putProfile(desk, {
      schedule: 'weekly',
      identity: { state: 'verified', expiresOn: '2030-01-01' },
      now: later,
    });
    await putProfile(desk, { schedule: 'weekly', names, taxProfile: { state: 'complete' }, now: later });
    expect(await payableAfter(72)).toBe(true);
  });

  it('waits from the last change on, when it was changed there and back', async () => {
    await putProfile(desk, { destination: elsewhere, now: new Date(set + 30 * anHour) });
    await putProfile(desk, { now: new Date(set + 31 * anHour) });
    expect(await payableAfter(72)).toBe(false);
    expect(await payableAfter(31 + 72, 1)).toBe(false);
    expect(await payableAfter(31 + 72)).toBe(true);
  });
});

describe('just before a payout is sent', () => {
  let payoutId: string;
  beforeEach(async () => {
    await nextCreator(desk);
    await credit(desk, { coins: 2800 });
    const payout = await ask(desk);
    if (isRefusal(payout)) throw new Error(payout.detail);
    payoutId = payout.payoutId;
  });

  it.each<[PayoutReasonCode, () => Promise<void>]>([
    ['payout_on_hold', () => hold(desk, { held: true })],
    ['name_mismatch', () => putProfile(desk, { names: { ...names, atDestination: 'Maria Sample' } })],
    ['tax_profile_missing', () => putProfile(desk, { taxProfile: { state: 'missing' } })],
    [
      'destination_changed',
      async () => {
        await putProfile(desk, { destination: elsewhere });
        await putProfile(desk, { now: new Date(Date.now() + 1) });
      },
    ],
  ])('it is stopped for %s, and its diamonds are back', async (reason, change) => {
    await change();
    await submit(desk, payoutId);
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'blocked', reason: { code: reason } });
    await hold(desk, { held: false });
    await putProfile(desk);
    expect(await ask(desk)).toMatchObject({ state: 'requested', milliDiamonds: 1_400_000 });
  });

  it('changes of anything else do not stop it', async () => {
    await putProfile(desk, { schedule: 'monthly', names, taxProfile: { state: 'complete' } });
    await submit(desk, payoutId);
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitted' });
  });
});
