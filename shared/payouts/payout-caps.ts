import type { PayoutCaps, PayoutRules } from '../catalog/schemas.ts';
import type { Minor } from '../money/units.ts';
import type { Refusal } from '../refusals.ts';
import { payoutCash } from './payout-cash.ts';
import type { PayoutUse } from './payout-use.ts';
import { payoutReason, refuseFor } from './reasons.ts';

/** What may be paid out a day and a week to a creator of the region, by all methods together. */
export function capsOf(rules: PayoutRules, region: string): PayoutCaps {
  return rules.regionCaps[region] ?? rules;
}

export function capsLeftMinor(
  { dailyMaximumMinor, weeklyMaximumMinor }: PayoutCaps,
  { dayMinor, weekMinor }: PayoutUse,
): number {
  return Math.max(0, Math.min(dailyMaximumMinor - dayMinor, weeklyMaximumMinor - weekMinor));
}

export function refuseAboveCaps(question: {
  grossMinor: Minor;
  used: PayoutUse;
  caps: PayoutCaps;
}): Refusal | undefined {
  const { grossMinor, used, caps } = question;
  const periods = [
    { period: 'day' as const, usedMinor: used.dayMinor, maximumMinor: caps.dailyMaximumMinor },
    { period: 'week' as const, usedMinor: used.weekMinor, maximumMinor: caps.weeklyMaximumMinor },
  ];
  const reached = periods.find(({ usedMinor, maximumMinor }) => usedMinor + grossMinor > maximumMinor);
  if (!reached) return undefined;
  const { period, usedMinor, maximumMinor } = reached;
  const [limit, usedNow, gross] = [payoutCash(maximumMinor), payoutCash(usedMinor), payoutCash(grossMinor)];
  const reason = payoutReason(`${period}_limit_reached`, {
    limit: limit.text,
    used: usedNow.text,
    gross: gross.text,
  });
  return refuseFor('payout_limit_reached', reason, {
    period,
    limit: limit.fact,
    used: usedNow.fact,
    gross: gross.fact,
  });
}
