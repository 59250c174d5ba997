import { isRefusal, type Refusal } from '../refusals.ts';
import { Contention } from '../store/contention.ts';
import type { GiftOrder } from './gift-orders.ts';
import { findSent, type GiftStores, type Sent, sendGift } from './send-gift.ts';

/** An order that came too late, and was not carried out before. */
export const orderExpired = 'order_expired';

export type Billed = Sent | Refusal | typeof orderExpired;

/** An order is carried out within this time only: whoever asks has long given up waiting, and will not show the gift. */
const carriedOutForSeconds = 30;

/** By then whatever began in that time has ended: the function's time-out and a request on its way lie between. */
const decidedAfterSeconds = 60;

/**
 * Sends the gift of an order, as `sendGift` does. An order that comes late is answered with what became of it, and carried out no
 * more: so whoever got no answer learns by asking again, and is told the same from then on.
 * @throws Contention also while it is not certain yet that nothing became of the order.
 */
export async function billGift(stores: GiftStores, { command, orderedAt }: GiftOrder, now: Date): Promise<Billed> {
  const ageSeconds = (now.getTime() - orderedAt.getTime()) / 1_000;
  if (ageSeconds <= carriedOutForSeconds) return sendGift(stores, command, now);
  const found = await findSent(stores.ledger, command);
  if (found) return found;
  if (ageSeconds > decidedAfterSeconds) return orderExpired;
  throw new Contention(`The order of gift ${command.giftId} may still be carried out.`);
}

export function isSent(billed: Billed): billed is Sent {
  return billed !== orderExpired && !isRefusal(billed);
}
