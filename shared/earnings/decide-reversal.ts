import { scale } from '../money/units.ts';
import { nameOf, type SpendingLine } from '../recharges/spending-lines.ts';
import type { Reversal } from '../store/items/reversal.ts';
import type { GiftEntry } from '../store/items/wallet-entry.ts';

/** A part of what was spent whose coins went back. */
export type Piece = {
  entry: SpendingLine['entry'];
  /** The paid coins of the line from `fromCoins` on, counted from where the walk meets it. */
  fromCoins: number;
  coins: number;
  /** What they were worth to a creator; nothing where they bought no gift. */
  milliDiamonds: number;
};

/** Where a walk goes on: how far it has come in coins, and with which line. */
export type Walk = Pick<Reversal, 'walkedCoins' | 'cursor'>;

/** How much of a line is reversed by now, by all reversals together. */
export type Reversed = { coins: number; milliDiamonds: number };

/**
 * The next part to reverse as the walk meets a line, if there is any in it, and where the walk stands then. The first
 * `skipCoins` of the walk belong to later purchases, and what is reversed already is passed over.
 */
export function decidePiece(
  reversal: Reversal,
  { walk, line, reversed }: { walk: Walk; line: SpendingLine; reversed: Reversed },
): { piece?: Piece; walk: Walk } {
  const { entry, paidCoins } = line;
  const giftId = nameOf(entry);
  const begun = walk.cursor?.giftId === giftId ? walk.cursor.coins : 0;
  const skipped = Math.min(paidCoins - begun, Math.max(0, reversal.skipCoins - walk.walkedCoins));
  const fromCoins = begun + skipped;
  // What came back of coins that were set aside may have been reversed before it did.
  const coins = Math.max(
    0,
    Math.min(paidCoins - fromCoins, paidCoins - reversed.coins, reversal.wantedCoins - reversal.reversedCoins),
  );
  const next = {
    walkedCoins: walk.walkedCoins + skipped + coins,
    cursor: { giftId, coins: fromCoins + coins },
  };
  // Pieces of several reversals may overlap in `fromCoins`, and their fractions add up to more than the gift was worth.
  const milliDiamonds =
    entry.flow === 'gift'
      ? Math.min(diamondsOf(entry, fromCoins, coins), entry.milliDiamonds - reversed.milliDiamonds)
      : 0;
  return coins > 0 ? { piece: { entry, fromCoins, coins, milliDiamonds }, walk: next } : { walk: next };
}

/** The diamonds of a part of a gift. All parts of a gift together are worth what its paid coins were, to the milli-diamond. */
export function diamondsOf(
  gift: Pick<GiftEntry, 'amounts' | 'milliDiamonds'>,
  fromCoins: number,
  coins: number,
): number {
  const denominator = gift.amounts.paidCoins + gift.amounts.promoCoins;
  const upTo = (numerator: number) => scale(gift.milliDiamonds, { numerator, denominator, rounding: 'down' });
  return upTo(fromCoins + coins) - upTo(fromCoins);
}
