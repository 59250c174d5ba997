import { createHash } from 'node:crypto';

/**
 * The id of the payout that a creator gets for one date of the schedule. It is made from the two, so that however often a
 * run is stopped and started, there is one payout for the date; it has the shape of a UUIDv7 of that date.
 */
export function scheduledPayoutId({ creatorId, dueAt }: { creatorId: string; dueAt: string }): string {
  const time = Date.parse(dueAt).toString(16).padStart(12, '0');
  const hash = createHash('sha256').update(`${creatorId}#${dueAt}`).digest('hex');
  // RFC 9562: version 7 in the first digit of the third group, variant 10 in the first two bits of the fourth.
  const variant = ((Number.parseInt(hash.slice(3, 4), 16) & 0b0011) | 0b1000).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`;
}
