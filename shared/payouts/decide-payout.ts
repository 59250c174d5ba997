import type { CatalogVersion, PayoutRules } from '../catalog/schemas.ts';
import { type Currency, formatMinor } from '../money/currency.ts';
import { formatDiamonds, parseDiamonds } from '../money/diamonds.ts';
import { largestAmount, type MilliDiamonds, type Minor, milliDiamonds, minor, scale } from '../money/units.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import type { Creator, PayoutProfile } from '../store/items/creator.ts';
import { identityProblem } from './identity.ts';
import { addUse, currentUse, type PayoutUse } from './payout-use.ts';

/** Diamonds are worth US dollars: `usdMinorPerDiamond` of the rates. */
export const payoutCurrency: Currency = 'USD';

export type PayoutTerms = { rates: CatalogVersion<'rates'>; payouts: CatalogVersion<'payouts'> };

export type PayoutQuestion = {
  creator: Creator;
  /** What the creator has and may withdraw now, in milli-diamonds. */
  payable: number;
  terms: PayoutTerms;
  /** A diamond string of the API, or `all`. */
  asked: string;
  /** `all` means no more than the caps leave, instead of being refused: a schedule cannot ask again for less. */
  withinCaps?: boolean;
  now: Date;
};

export type PayoutPlan = {
  profile: PayoutProfile;
  milliDiamonds: MilliDiamonds;
  grossMinor: Minor;
  feeMinor: Minor;
  netMinor: Minor;
  /** What is used of the caps with this payout. */
  use: PayoutUse;
  /** Set when an operator must agree first: the amount above which that is so. */
  approvalAboveMinor: number | undefined;
};

/**
 * Whether and how much is paid. The first rule that does not hold is the refusal, in this order: payout profile, identity,
 * something to pay, whole minor units, minimum, fee, caps of the day and week, enough diamonds.
 */
export function decidePayout(question: PayoutQuestion): PayoutPlan | Refusal {
  const { creator, terms, now } = question;
  const { payoutProfile: profile } = creator;
  if (!profile) return noProfile(creator.creatorId);
  const problem = identityProblem(profile.identity, now);
  if (problem) return refuse('payout_not_allowed', problem.sentence, { reason: problem.code });
  const amount = amountOf(question);
  if (isRefusal(amount)) return amount;
  const rules = terms.payouts.value;
  const { minimumMinor, feeBasisPoints, feeFixedMinor } = rules.methods[profile.method];
  const grossMinor = minor(
    scale(amount, { numerator: terms.rates.value.usdMinorPerDiamond, denominator: 1000, rounding: 'down' }),
  );
  const feeMinor = minor(
    scale(grossMinor, { numerator: feeBasisPoints, denominator: 10_000, rounding: 'up' }) + feeFixedMinor,
  );
  const used = currentUse(creator.payoutUse, now);
  const refusal =
    refuseBelowMinimum(grossMinor, minimumMinor) ??
    refuseFee({ grossMinor, feeMinor }) ??
    refuseAboveCaps({ grossMinor, used, rules }) ??
    refuseMoreThanThere(amount, question.payable);
  if (refusal) return refusal;
  return {
    profile,
    milliDiamonds: amount,
    grossMinor,
    feeMinor,
    netMinor: minor(grossMinor - feeMinor),
    use: addUse(used, grossMinor),
    approvalAboveMinor: grossMinor > rules.approvalAboveMinor ? rules.approvalAboveMinor : undefined,
  };
}

/**
 * The diamonds to pay. `all` rounds down to diamonds that are worth whole minor units and leaves the rest where it is;
 * an amount that was named is paid exactly or not at all.
 */
function amountOf({ creator, asked, payable, terms, withinCaps, now }: PayoutQuestion): MilliDiamonds | Refusal {
  const { usdMinorPerDiamond } = terms.rates.value;
  const step = 1000 / greatestCommonDivisor(1000, usdMinorPerDiamond);
  if (asked !== 'all') {
    const amount = parseDiamonds(asked);
    if (amount % step === 0) return amount;
    return refuse(
      'amount_not_payable',
      `The amount must be a multiple of ${formatDiamonds(step)} diamonds, to be worth whole cents.`,
      {
        reason: 'fraction',
        diamonds: asked,
        multipleOf: formatDiamonds(step),
      },
    );
  }
  if (payable < step)
    return refuse('insufficient_diamonds', 'There are no diamonds to pay out.', {
      available: formatDiamonds(payable),
      asked,
    });
  const most = Math.min(payable, largestAmount);
  const left = withinCaps ? capsLeftMinor(currentUse(creator.payoutUse, now), terms.payouts.value) : undefined;
  const leftDiamonds = left && scale(left, { numerator: 1000, denominator: usdMinorPerDiamond, rounding: 'down' });
  // With nothing left, the amount stays as it is, so that the refusal is about the caps and not about the amount.
  return milliDiamonds(roundDown(leftDiamonds ? Math.min(most, leftDiamonds) : most, step));
}

function capsLeftMinor(
  { dayMinor, weekMinor }: PayoutUse,
  { dailyMaximumMinor, weeklyMaximumMinor }: PayoutRules,
): number {
  return Math.max(0, Math.min(dailyMaximumMinor - dayMinor, weeklyMaximumMinor - weekMinor));
}

function roundDown(amount: number, step: number): number {
  return amount - (amount % step);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function noProfile(creatorId: string): Refusal {
  return refuse('payout_not_allowed', `The creator ${creatorId} has no payout profile: put one first.`, {
    reason: 'no_payout_profile',
  });
}

function refuseBelowMinimum(grossMinor: Minor, minimumMinor: number): Refusal | undefined {
  if (grossMinor >= minimumMinor) return undefined;
  return refuse(
    'amount_not_payable',
    `The smallest payout is ${cash(minimumMinor)}; this one is worth ${cash(grossMinor)}.`,
    {
      reason: 'below_minimum',
      gross: { amount: grossMinor, currency: payoutCurrency },
      minimum: { amount: minimumMinor, currency: payoutCurrency },
    },
  );
}

function refuseFee({ grossMinor, feeMinor }: { grossMinor: Minor; feeMinor: Minor }): Refusal | undefined {
  if (feeMinor < grossMinor) return undefined;
  return refuse('amount_not_payable', `The fee of ${cash(feeMinor)} would leave nothing of ${cash(grossMinor)}.`, {
    reason: 'fee_exceeds_amount',
    gross: { amount: grossMinor, currency: payoutCurrency },
    fee: { amount: feeMinor, currency: payoutCurrency },
  });
}

function refuseAboveCaps({
  grossMinor,
  used,
  rules,
}: {
  grossMinor: Minor;
  used: PayoutUse;
  rules: PayoutRules;
}): Refusal | undefined {
  const caps = [
    { period: 'day', usedMinor: used.dayMinor, maximumMinor: rules.dailyMaximumMinor },
    { period: 'week', usedMinor: used.weekMinor, maximumMinor: rules.weeklyMaximumMinor },
  ];
  const reached = caps.find(({ usedMinor, maximumMinor }) => usedMinor + grossMinor > maximumMinor);
  if (!reached) return undefined;
  const { period, usedMinor, maximumMinor } = reached;
  const sentence = `At most ${cash(maximumMinor)} may be paid out a ${period}; ${cash(usedMinor)} of it is used, and this payout is worth ${cash(grossMinor)}.`;
  return refuse('payout_limit_reached', sentence, {
    reason: `${period}_limit_reached`,
    period,
    limit: { amount: maximumMinor, currency: payoutCurrency },
    used: { amount: usedMinor, currency: payoutCurrency },
    gross: { amount: grossMinor, currency: payoutCurrency },
  });
}

function refuseMoreThanThere(amount: MilliDiamonds, payable: number): Refusal | undefined {
  if (amount <= payable) return undefined;
  const [asked, available] = [formatDiamonds(amount), formatDiamonds(payable)];
  return refuse('insufficient_diamonds', `The payout takes ${asked} diamonds; ${available} are available.`, {
    available,
    asked,
  });
}

function cash(amountMinor: number): string {
  return `${formatMinor(amountMinor, payoutCurrency)} ${payoutCurrency}`;
}
