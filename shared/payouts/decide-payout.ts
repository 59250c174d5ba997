import type { CatalogVersion, PayoutMethodRules } from '../catalog/schemas.ts';
import { isOn } from '../catalog/switches.ts';
import { formatDiamonds, milliDiamondsPerUsdMinor, parseDiamonds, worthOf } from '../money/diamonds.ts';
import { largestAmount, type MilliDiamonds, type Minor, milliDiamonds, minor, scale } from '../money/units.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import type { Creator, PayoutProfile } from '../store/items/creator.ts';
import { judgeProfile } from './judge-profile.ts';
import { capsLeftMinor, capsOf, refuseAboveCaps } from './payout-caps.ts';
import { payoutCash } from './payout-cash.ts';
import { addUse, currentUse, type PayoutUse } from './payout-use.ts';
import { payoutReason, refuseFor } from './reasons.ts';

export type PayoutTerms = {
  rates: CatalogVersion<'rates'>;
  payouts: CatalogVersion<'payouts'>;
  switches: CatalogVersion<'switches'>;
};

export type PayoutQuestion = {
  creator: Creator;
  /** What the creator has and may withdraw now, in milli-diamonds. */
  payable: number;
  /** What was deducted before, because the creator owes it. */
  owed?: number;
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
  /** What the creator owed, and could therefore not be paid. */
  owed: MilliDiamonds;
  /** Set when an operator must agree first: the amount above which that is so. */
  approvalAboveMinor: number | undefined;
};

/**
 * Whether and how much is paid. The first rule that does not hold is the refusal, in this order: the region's switch, the
 * creator's hold and payout profile (`judgeProfile`), something to pay, whole minor units, minimum, fee, caps of the day and week, enough diamonds.
 */
export function decidePayout(question: PayoutQuestion): PayoutPlan | Refusal {
  const { creator, terms, now } = question;
  const rules = terms.payouts.value;
  if (!isOn(terms.switches.value, 'payouts', creator.region))
    return refuseFor('payout_not_allowed', payoutReason('payouts_switched_off', { region: creator.region }));
  const payable = judgeProfile(creator, { rules, now });
  if (isRefusal(payable)) return payable;
  const amount = amountOf(question, payable.method);
  if (isRefusal(amount)) return amount;
  const { minimumMinor, feeBasisPoints, feeFixedMinor } = payable.method;
  const grossMinor = worthOf(amount);
  const feeMinor = minor(
    scale(grossMinor, { numerator: feeBasisPoints, denominator: 10_000, rounding: 'up' }) + feeFixedMinor,
  );
  const used = currentUse(creator.payoutUse, now);
  const refusal =
    refuseBelowMinimum(grossMinor, minimumMinor) ??
    refuseFee({ grossMinor, feeMinor }) ??
    refuseAboveCaps({ grossMinor, used, caps: capsOf(rules, creator.region) }) ??
    refuseMoreThanThere(amount, question);
  if (refusal) return refusal;
  return {
    profile: payable.profile,
    milliDiamonds: amount,
    grossMinor,
    feeMinor,
    netMinor: minor(grossMinor - feeMinor),
    use: addUse(used, grossMinor),
    owed: milliDiamonds(question.owed ?? 0),
    approvalAboveMinor: grossMinor > rules.approvalAboveMinor ? rules.approvalAboveMinor : undefined,
  };
}

/**
 * The diamonds to pay. `all` rounds down to diamonds that are worth whole minor units and leaves the rest where it is;
 * an amount that was named is paid exactly or not at all.
 */
function amountOf(
  { creator, asked, payable, owed, terms, withinCaps, now }: PayoutQuestion,
  { minimumMinor }: PayoutMethodRules,
): MilliDiamonds | Refusal {
  if (asked !== 'all') {
    const amount = parseDiamonds(asked);
    if (amount % milliDiamondsPerUsdMinor === 0) return amount;
    const multipleOf = formatDiamonds(milliDiamondsPerUsdMinor);
    const reason = payoutReason('fraction', { step: multipleOf });
    return refuseFor('amount_not_payable', reason, { diamonds: asked, multipleOf });
  }
  if (payable < milliDiamondsPerUsdMinor) return refuseNothing({ payable, owed });
  const most = Math.min(payable, largestAmount);
  const caps = capsOf(terms.payouts.value, creator.region);
  const leftMinor = withinCaps ? capsLeftMinor(caps, currentUse(creator.payoutUse, now)) : 0;
  // With too little left for any payout, the amount stays as it is, so that the refusal is about the caps.
  if (leftMinor < Math.max(1, minimumMinor)) return wholeMinor(most);
  return wholeMinor(Math.min(most, leftMinor * milliDiamondsPerUsdMinor));
}

function wholeMinor(amount: number): MilliDiamonds {
  return milliDiamonds(amount - (amount % milliDiamondsPerUsdMinor));
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

type There = { payable: number; owed?: number | undefined };

/** All that there is, is not worth a cent. */
function refuseNothing(there: There): Refusal {
  const asked = `at least ${formatDiamonds(milliDiamondsPerUsdMinor)}`;
  return refuseDiamonds({ asked, fact: 'all' }, there);
}

function refuseMoreThanThere(amount: number, there: There): Refusal | undefined {
  if (amount <= there.payable) return undefined;
  const asked = formatDiamonds(amount);
  return refuseDiamonds({ asked, fact: asked }, there);
}

/** Says of a debt what it took, so that nobody looks for diamonds that they see among the available ones. */
function refuseDiamonds({ asked, fact }: { asked: string; fact: string }, { payable, owed = 0 }: There): Refusal {
  const available = formatDiamonds(payable);
  const debt = owed > 0 ? `, after ${formatDiamonds(owed)} that are owed for gifts taken back` : '';
  const reason = payoutReason('insufficient_diamonds', { asked, available: `${available}${debt}` });
  return refuseFor('insufficient_diamonds', reason, {
    ...{ asked: fact, available },
    ...(owed > 0 && { owed: formatDiamonds(owed) }),
  });
}
