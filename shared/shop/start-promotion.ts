import { millisecondsPerDay } from '../calendar.ts';
import type { Shop } from '../catalog/shop-schema.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { Promotion, Reservation } from '../store/items/reservation.ts';
import { parseWallet } from '../store/items/wallet.ts';
import { dueBucketOf, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import { transact } from '../store/write.ts';
import { spendableCoins } from '../users/balances.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { findReservation } from './find-reservation.ts';
import type { ShopStores } from './purchase-item.ts';
import { reserveCoins, setAside } from './reservation-writes.ts';
import type { PromotionBody } from './schemas.ts';
import { decidePayment } from './wallet-change.ts';

export type StartPromotion = PromotionBody & { promotionId: string; now: Date };

export type Started = { promotion: Promotion; walletCoins: number; replayed: boolean };

const hourMilliseconds = 3_600_000;

/**
 * Sets the budget of a promotion aside, once per key for ever. Refusals in this order: `malformed_request` (the bounds of
 * the catalogue), and those of the wallet; what was started before is answered before any of them.
 * @throws Contention when the wallet changed on every attempt.
 */
export async function startPromotion(
  { ledger, catalog }: ShopStores,
  command: StartPromotion,
): Promise<Started | Refusal> {
  const { userId, promotionId, videoId, budget, endsAt, now } = command;
  const [{ value, version }, { value: rules }] = await Promise.all([
    catalog.current('shop', now),
    catalog.current('spending', now),
  ]);
  return untilUnchanged(`The wallet of promotion ${promotionId}`, async () => {
    const item = await readItem(ledger, walletKey(userId));
    if (!item) return userNotFound(userId);
    const wallet = parseWallet(item);
    const earlier = await findReservation(ledger, { userId, reservationId: promotionId });
    if (earlier) return replay(earlier, command, spendableCoins(wallet, now));
    const refusal = refuseBounds(command, value.promotion);
    if (refusal) return refusal;
    const payment = decidePayment(wallet, { price: budget, what: 'The promotion', rules, now });
    if (isRefusal(payment)) return payment;
    const waitsUntil = Date.parse(endsAt) + value.promotion.lateReportHours * hourMilliseconds;
    const promotion: Promotion = {
      reservationId: promotionId,
      userId,
      ...setAside(payment),
      purpose: 'promotion',
      state: 'running',
      videoId,
      endsAt,
      createdAt: now.toISOString(),
      catalogVersion: version,
      dueBucket: dueBucketOf({ kind: 'reservation', id: promotionId }),
      dueAt: new Date(waitsUntil).toISOString(),
    };
    const written = await transact(ledger, reserveCoins(wallet, { reservation: promotion, payment }));
    if (!written.committed) return changedMeanwhile;
    return { promotion, walletCoins: spendableCoins(payment.change, now), replayed: false };
  });
}

function refuseBounds({ budget, endsAt, now }: StartPromotion, rules: Shop['promotion']): Refusal | undefined {
  const { minimumCoins, maximumCoins, longestDays } = rules;
  if (budget < minimumCoins || budget > maximumCoins)
    return refuse('malformed_request', `The budget must be between ${minimumCoins} and ${maximumCoins} coins.`, {
      minimumCoins,
      maximumCoins,
    });
  const milliseconds = Date.parse(endsAt) - now.getTime();
  if (milliseconds > 0 && milliseconds <= longestDays * millisecondsPerDay) return undefined;
  return refuse('malformed_request', `A promotion must end in the next ${longestDays} days.`, { longestDays });
}

function replay(earlier: Reservation, command: StartPromotion, walletCoins: number): Started | Refusal {
  if (
    earlier.purpose === 'promotion' &&
    earlier.videoId === command.videoId &&
    earlier.coins === command.budget &&
    earlier.endsAt === command.endsAt
  )
    return { promotion: earlier, walletCoins, replayed: true };
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to another promotion or order of this user: use a new key for a new promotion.',
    { promotionId: command.promotionId },
  );
}
