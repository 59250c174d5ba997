import type * as z from 'zod/mini';
import { formatDiamonds } from '../money/diamonds.ts';
import type { PayoutProfile } from '../store/items/creator.ts';
import type { Payout } from '../store/items/payout.ts';
import type { StoredPayoutProfile } from './put-payout-profile.ts';
import { actionOf } from './reasons.ts';
import type { PayoutAnswer, PayoutProfileAnswer } from './schemas.ts';

export function presentPayout(payout: Payout): z.input<typeof PayoutAnswer> {
  const { milliDiamonds, owedMilliDiamonds, grossMinor, feeMinor, netMinor, currency, ...others } = payout;
  const { destination, reason, ...shown } = others;
  return {
    ...shown,
    diamonds: formatDiamonds(milliDiamonds),
    ...(owedMilliDiamonds !== undefined && { owed: formatDiamonds(owedMilliDiamonds) }),
    gross: { amount: grossMinor, currency },
    fee: { amount: feeMinor, currency },
    net: { amount: netMinor, currency },
    ...(reason && { reason: { ...reason, action: actionOf(reason.code) } }),
    ...(destination && { destination: maskDestination(destination) }),
  };
}

/** `cy@example.com` → `c•••@example.com`; of an id, the last four characters. */
function maskDestination({ type, value }: PayoutProfile['destination']): PayoutProfile['destination'] {
  if (type !== 'email') return { type, value: `•••${value.slice(-4)}` };
  const at = value.lastIndexOf('@');
  return { type, value: `${value.slice(0, 1)}•••${value.slice(at)}` };
}

/** Who changed it is not for the app to know. */
export function presentProfile(stored: StoredPayoutProfile): z.input<typeof PayoutProfileAnswer> {
  const { creatorId, method, destination, schedule, identity, taxProfile, updatedAt, nextPayoutAt } = stored;
  return {
    creatorId,
    method,
    destination: maskDestination(destination),
    destinationSince: stored.destinationSince ?? updatedAt,
    schedule,
    identity,
    nameMatch: stored.nameMatch ?? 'unchecked',
    ...(taxProfile && { taxProfile }),
    ...(nextPayoutAt !== undefined && { nextPayoutAt }),
    updatedAt,
  };
}
