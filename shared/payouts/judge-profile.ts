import { dayOf } from '../calendar.ts';
import type { PayoutMethodRules, PayoutRules } from '../catalog/schemas.ts';
import type { Refusal } from '../refusals.ts';
import type { Creator, PayoutProfile } from '../store/items/creator.ts';
import type { PayoutReason } from '../store/items/payout.ts';
import { payoutReason, refuseFor } from './reasons.ts';

/** A profile that may be paid to, and the rules of its method. */
export type PayableProfile = { profile: PayoutProfile; method: PayoutMethodRules };

type Question = { rules: PayoutRules; now: Date };

/**
 * Whether a creator may be paid at all, whatever the amount. The first rule that does not hold is the refusal, in this order:
 * hold, profile, identity, name, tax profile, what else the rules want shown, method, age of the destination.
 */
export function judgeProfile(creator: Creator, { rules, now }: Question): PayableProfile | Refusal {
  const { payoutProfile: profile, region } = creator;
  const problem = standingProblem(creator, now) ?? (profile && notShown(profile, rules));
  if (problem || !profile) return refuseFor('payout_not_allowed', problem ?? payoutReason('no_payout_profile'));
  const method = rules.methods[profile.method];
  if (!method || (method.regions && !method.regions.includes(region))) {
    const reason = payoutReason('method_not_offered', { method: profile.method, region });
    return refuseFor('payout_not_allowed', reason, { method: profile.method, region });
  }
  const payableFrom = endOfCoolingOff(profile, rules);
  if (payableFrom === undefined || payableFrom <= now) return { profile, method };
  const moment = payableFrom.toISOString();
  return refuseFor('payout_not_allowed', payoutReason('destination_cooling_off', { moment }), { payableFrom: moment });
}

/** What is known to stand in the way, whatever the rules in force are; looked at again just before sending. */
export function standingProblem({ payoutHold, payoutProfile }: Creator, now: Date): PayoutReason | undefined {
  if (payoutHold?.held) return payoutReason('payout_on_hold');
  if (!payoutProfile) return payoutReason('no_payout_profile');
  const { identity, nameMatch, taxProfile } = payoutProfile;
  const today = dayOf(now);
  if (identity.state === 'unverified') return payoutReason('identity_unverified');
  if (identity.state === 'rejected') return payoutReason('identity_rejected');
  if (isOver(identity.expiresOn, today)) return payoutReason('identity_expired', { day: identity.expiresOn });
  if (nameMatch === 'mismatched') return payoutReason('name_mismatch');
  if (taxProfile?.state === 'missing') return payoutReason('tax_profile_missing');
  if (isOver(taxProfile?.validUntil, today)) return payoutReason('tax_profile_expired', { day: taxProfile.validUntil });
  return undefined;
}

function isOver(lastDay: string | undefined, today: string): lastDay is string {
  return lastDay !== undefined && lastDay < today;
}

function notShown(
  { nameMatch, taxProfile }: PayoutProfile,
  { profileMustShow }: PayoutRules,
): PayoutReason | undefined {
  if (profileMustShow.includes('name_match') && !nameMatch) return payoutReason('name_unchecked');
  if (profileMustShow.includes('tax_profile') && !taxProfile) return payoutReason('tax_profile_missing');
  return undefined;
}

/** A profile from before the moment was kept has its destination since its last change at the latest. */
function endOfCoolingOff(
  { destinationSince, updatedAt }: PayoutProfile,
  { destinationCoolingOffHours: hours }: PayoutRules,
): Date | undefined {
  if (hours === 0) return undefined;
  return new Date(Date.parse(destinationSince ?? updatedAt) + hours * 3_600_000);
}
