import { type Refusal, refuse } from '../refusals.ts';
import type { CodeBatch, RedemptionCode } from '../store/items/code.ts';

/** Nobody learns from the answer whether a code that is not theirs exists. */
export function codeNotFound(): Refusal {
  return refuse('code_not_found', 'There is no such code for this user: check how it is written.');
}

/** Why a code that a user has cannot be redeemed, if it cannot. */
export function refuseCode(
  { owner, from, until, redeemed }: RedemptionCode,
  batch: CodeBatch | undefined,
  { userId, now }: { userId: string; now: Date },
): Refusal | undefined {
  if (owner !== undefined && owner !== userId) return codeNotFound();
  if (redeemed) return notRedeemable('redeemed', 'The code was redeemed before.');
  if (!batch || batch.revokedAt !== undefined) return notRedeemable('revoked', 'The code is not valid any more.');
  const at = now.toISOString();
  if (at < from) return notRedeemable('not_yet', `The code can be redeemed from ${from} on.`, { from });
  if (at >= until) return notRedeemable('expired', `The code could be redeemed until ${until}.`, { until });
  return undefined;
}

function notRedeemable(reason: string, detail: string, facts: Record<string, unknown> = {}): Refusal {
  return refuse('code_not_redeemable', detail, { reason, ...facts });
}
