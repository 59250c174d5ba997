import { idOfName } from '../named-id.ts';

/**
 * The id of the payout that a creator gets for one date of the schedule. It is made from the two, so that however often a
 * run is stopped and started, there is one payout for the date; it has the shape of a UUIDv7 of that date.
 */
export function scheduledPayoutId({ creatorId, dueAt }: { creatorId: string; dueAt: string }): string {
  return idOfName(`${creatorId}#${dueAt}`, new Date(dueAt));
}
