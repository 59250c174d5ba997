import type { CatalogVersion, PayoutMethodRules } from '../catalog/schemas.ts';
import { formatDiamonds, parseDiamonds } from '../money/diamonds.ts';
import { largestAmount, type MilliDiamonds, type Minor, milliDiamonds, minor, scale } from '../money/units.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import type { Creator, PayoutProfile } from '../store/items/creator.ts';
import { judgeProfile } from './judge-profile.ts';
import { capsLeftMinor, capsOf, refuseAboveCaps } from './payout-caps.ts';
import { payoutCash } from './payout-cash.ts';
import { addUse, currentUse, type PayoutUse } from './payout-use.ts';
import { payoutReason, refuseFor } from './reasons.ts';

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
 * Whether and how much is paid. The first rule that does not hold is the refusal, in this order: the creator's hold and
 * payout profile (`judgeProfile`), something to pay, whole minor units, minimum, fee, caps of the day and week, enough diamonds.
 */
export function decidePayout(question: PayoutQuestion): PayoutPlan | Refusal {
  const { creator, terms, now } = question;
  const rules = terms.payouts.value;
  const payable = judgeProfile(creator, { rules, now });
  if (isRefusal(payable)) return payable;
  const amount = amountOf(question, payable.method);
  if (isRefusal(amount)) return amount;
  const { minimumMinor, feeBasisPoints, feeFixedMinor } = payable.method;
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
    refuseAboveCaps({ grossMinor, used, caps: capsOf(rules, creator.region) }) ??
    refuseMoreThanThere(amount, question.payable);
  if (refusal) return refusal;
  return {
    profile: payable.profile,
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
function amountOf(
  { creator, asked, payable, terms, withinCaps, now }: PayoutQuestion,
  { minimumMinor }: PayoutMethodRules,
): MilliDiamonds | Refusal {
  const { usdMinorPerDiamond } = terms.rates.value;
  const step = 1000 / greatestCommonDivisor(1000, usdMinorPerDiamond);
  if (asked !== 'all') {
    const amount = parseDiamonds(asked);
    if (amount % step === 0) return amount;
    const multipleOf = formatDiamonds(step);
    const reason = payoutReason('fraction', { step: multipleOf });
    return refuseFor('amount_not_payable', reason, { diamonds: asked, multipleOf });
  }
  if (payable < step) return refuseNothing(payable, step);
  const most = Math.min(payable, largestAmount);
  const caps = capsOf(terms.payouts.value, creator.region);
  const leftMinor = withinCaps ? capsLeftMinor(caps, currentUse(creator.payoutUse, now)) : 0;
  // With too little left for any payout, the amount stays as it is, so that the refusal is about the caps.
  if (leftMinor < Math.max(1, minimumMinor)) return milliDiamonds(roundDown(most, step));
  const leftDiamonds = scale(leftMinor, { numerator: 1000, denominator: usdMinorPerDiamond, rounding: 'down' });
  return milliDiamonds(roundDown(Math.min(most, leftDiamonds), step));
}

function roundDown(amount: number, step: number): number {
  return amount - (amount % step);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function refuseBelowMinimum(grossMinor: Minor, minimumMinor: number): Refusal | undefined {
  if (grossMinor >= minimumMinor) return undefined;
  const [gross, minimum] = [payoutCash(grossMinor), payoutCash(minimumMinor)];
  const reason = payoutReason('below_minimum', { minimum: minimum.text, gross: gross.text });
  return refuseFor('amount_not_payable', reason, { gross: gross.fact, minimum: minimum.fact });
}

function refuseFee({ grossMinor, feeMinor }: { grossMinor: Minor; feeMinor: Minor }): Refusal | undefined {
  if (feeMinor < grossMinor) return undefined;
  const [gross, fee] = [payoutCash(grossMinor), payoutCash(feeMinor)];
  const reason = payoutReason('fee_exceeds_amount', { fee: fee.text, gross: gross.text });
  return refuseFor('amount_not_payable', reason, { gross: gross.fact, fee: fee.fact });
}

/** All that there is, is not worth a cent. */
function refuseNothing(payable: number, step: number): Refusal {
  const available = formatDiamonds(payable);
  const reason = payoutReason('insufficient_diamonds', { asked: `at least ${formatDiamonds(step)}`, available });
  return refuseFor('insufficient_diamonds', reason, { asked: 'all', available });
}

function refuseMoreThanThere(amount: number, payable: number): Refusal | undefined {
  if (amount <= payable) return undefined;
  const facts = { asked: formatDiamonds(amount), available: formatDiamonds(payable) };
  return refuseFor('insufficient_diamonds', payoutReason('insufficient_diamonds', facts), facts);
}
