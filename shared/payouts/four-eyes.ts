import type { Creator } from '../store/items/creator.ts';
import type { PayoutReason } from '../store/items/payout.ts';
import { payoutReason } from './reasons.ts';

/**
 * Why this operator must not be the one who approves a payout of the creator: who pays, and who says to whom or that it may be
 * paid, are two people. Profiles from before changes had a name on them stand in nobody's way.
 */
export function ownChange({ payoutProfile, payoutHold }: Creator, operator: string): PayoutReason | undefined {
  if (payoutProfile?.changedBy === operator || payoutProfile?.destinationChangedBy === operator)
    return payoutReason('own_profile_change');
  return payoutHold?.liftedBy === operator ? payoutReason('own_hold_lift') : undefined;
}
