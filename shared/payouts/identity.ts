import { dayOf } from '../calendar.ts';
import type { PayoutProfile } from '../store/items/creator.ts';
import type { PayoutReason } from '../store/items/payout.ts';

/** Why nobody of this identity may be paid at `now`; nothing when they may. */
export function identityProblem({ state, expiresOn }: PayoutProfile['identity'], now: Date): PayoutReason | undefined {
  if (state === 'unverified')
    return { code: 'identity_unverified', sentence: 'The identity of the creator has not been verified.' };
  if (state === 'rejected')
    return { code: 'identity_rejected', sentence: "The verification of the creator's identity was rejected." };
  if (expiresOn !== undefined && expiresOn < dayOf(now))
    return {
      code: 'identity_expired',
      sentence: `The verification of the creator's identity expired on ${expiresOn}.`,
    };
  return undefined;
}
