import { scale } from '../money/units.ts';
import type { Reversal } from '../store/items/reversal.ts';
import type { GiftEntry } from '../store/items/wallet-entry.ts';

/** A part of one gift whose coins went back. */
export type Piece = {
  gift: GiftEntry;
  /** The paid coins of the gift from `fromCoins` on, counted from where the walk meets it. */
  fromCoins: number;
  coins: number;
  milliDiamonds: number;
};

/** Where a walk goes on: how far it has come in coins, and with which gift. */
export type Walk = Pick<Reversal, 'walkedCoins' | 'cursor'>;

/** How much of a gift is reversed by now, by all reversals together. */
export type Reversed = { coins: number; milliDiamonds: number };

/**
 * The next part to reverse as the walk meets `gift`, if there is any in it, and where the walk stands then. The first
 * `skipCoins` of the walk belong to later purchases, and what is reversed already is passed over.
 */
export function decidePiece(
  reversal: Reversal,
  { walk, gift, reversed }: { walk: Walk; gift: GiftEntry; reversed: Reversed },
): { piece?: Piece; walk: Walk } {
  const { paidCoins } = gift.amounts;
  const begun = walk.cursor?.giftId === gift.entryId ? walk.cursor.coins : 0;
  const skipped = Math.min(paidCoins - begun, Math.max(0, reversal.skipCoins - walk.walkedCoins));
  const fromCoins = begun + skipped;
  const coins = Math.min(
    paidCoins - fromCoins,
    paidCoins - reversed.coins,
    reversal.wantedCoins - reversal.reversedCoins,
  );
  const next = {
    walkedCoins: walk.walkedCoins + skipped + coins,
    cursor: { giftId: gift.entryId, coins: fromCoins + coins },
  };
  // Pieces of several reversals may overlap in `fromCoins`, and their fractions add up to more than its paid coins were worth.
  const left = Math.max(0, diamondsOf(gift, 0, paidCoins) - reversed.milliDiamonds);
  const diamonds = diamondsOf(gift, fromCoins, coins);
  return coins > 0
    ? { piece: { gift, fromCoins, coins, milliDiamonds: Math.min(diamonds, left) }, walk: next }
    : { walk: next };
}

/**
 * The diamonds of a part of a gift's paid coins. All parts of a gift together are worth what its paid coins were, to the
 * milli-diamond: what the gift says of its promotional coins, or else as much for each coin.
 */
export function diamondsOf(
  { amounts: { paidCoins, promoCoins }, milliDiamonds, promoMilliDiamonds }: PaidGift,
  fromCoins: number,
  coins: number,
): number {
  const [whole, denominator] =
    promoMilliDiamonds === undefined
      ? [milliDiamonds, paidCoins + promoCoins]
      : [milliDiamonds - promoMilliDiamonds, paidCoins];
  const upTo = (numerator: number) => scale(whole, { numerator, denominator, rounding: 'down' });
  return upTo(fromCoins + coins) - upTo(fromCoins);
}

type PaidGift = Pick<GiftEntry, 'amounts' | 'milliDiamonds' | 'promoMilliDiamonds'>;
