import type { Taken } from '../campaigns/campaign-use.ts';
import type { Challenge } from '../catalog/reward-schema.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { CampaignBudget } from '../store/items/campaign.ts';

type Occasion = { region: string; now: Date };

/** Why a challenge rewards nobody there and then; nothing when it is on. */
export type ClosedReason = 'switched_off' | 'not_yet' | 'over' | 'region';

export function closedBecause(
  { enabled, from, until, regions }: Challenge,
  { region, now }: Occasion,
): ClosedReason | undefined {
  const at = now.toISOString();
  if (!enabled) return 'switched_off';
  if (at < from) return 'not_yet';
  if (at >= until) return 'over';
  return regions === undefined || regions.includes(region) ? undefined : 'region';
}

const sentences: Record<ClosedReason, string> = {
  switched_off: 'is switched off',
  not_yet: 'has not begun',
  over: 'is over',
  region: "is not held in the user's region",
};

/** Refusal: `challenge_unavailable`. */
export function refuseClosed(challenge: Challenge, occasion: Occasion): Refusal | undefined {
  const reason = closedBecause(challenge, occasion);
  return reason && challengeUnavailable(challenge, reason, sentences[reason]);
}

/** Refusals in this order: `challenge_entered` (as often as a user may), `challenge_unavailable` (nothing is left). */
export function refuseTaken(challenge: Challenge, { budget, use }: Taken): Refusal | undefined {
  const { code: challengeId, coins, budgetCoins, timesPerUser } = challenge;
  if (use.times >= timesPerUser)
    return refuse('challenge_entered', `The user has had what one user may have of ${challengeId}.`, {
      challengeId,
      reason: 'limit',
      timesPerUser,
    });
  if (budget.takenCoins + coins <= budgetCoins) return undefined;
  return challengeUnavailable(challenge, 'used_up', 'has no reward left to give');
}

function challengeUnavailable({ code: challengeId }: Challenge, reason: string, sentence: string): Refusal {
  return refuse('challenge_unavailable', `The challenge ${challengeId} ${sentence}.`, { challengeId, reason });
}

export function challengeNotFound(challengeId: string): Refusal {
  return refuse('challenge_not_found', `There is no challenge ${challengeId}.`, { challengeId });
}

/** How many rewards are left for all users together. */
export function rewardsLeft({ coins, budgetCoins }: Challenge, budget: CampaignBudget | undefined): number {
  return Math.max(0, Math.floor((budgetCoins - (budget?.takenCoins ?? 0)) / coins));
}
