import type { PurchaseEntry, RedemptionEntry, ReleaseEntry, ReserveEntry } from '../store/items/wallet-entry.ts';
import type { StatementLine } from './schemas.ts';

/** The line of what was bought, set aside, given back or redeemed. */
export function describeShopping(entry: PurchaseEntry | ReserveEntry | ReleaseEntry | RedemptionEntry): StatementLine {
  const { entryId, at, flow: type } = entry;
  if (entry.flow === 'release') {
    const { paidCoins, promoCoins, repaidCoins } = entry.amounts;
    const line = { entryId, type, coins: paidCoins + promoCoins, at, reservationId: entry.reservationId };
    return repaidCoins > 0 ? { ...line, repaidCoins } : line;
  }
  const item = entry.item === undefined ? {} : { item: entry.item };
  if (entry.flow === 'redemption') return { entryId, type, coins: entry.amounts.promoCoins, at, ...item };
  const { paidCoins, promoCoins } = entry.amounts;
  const video = entry.flow === 'reserve' && entry.videoId !== undefined ? { videoId: entry.videoId } : {};
  return { entryId, type, coins: -(paidCoins + promoCoins), at, ...item, ...video };
}
