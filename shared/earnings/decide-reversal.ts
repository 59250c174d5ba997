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
  if (coins <= 0) return { walk: next };
  return {
    piece: { entry, fromCoins, coins, milliDiamonds: worthOf(line, { fromCoins, coins, reversed }) },
    walk: next,
  };
}

/** Pieces of several reversals may overlap in `fromCoins`, and their fractions add up to more than the paid coins were worth. */
function worthOf(
  { entry, paidCoins }: SpendingLine,
  { fromCoins, coins, reversed }: { fromCoins: number; coins: number; reversed: Reversed },
): number {
  if (entry.flow !== 'gift') return 0;
  const left = Math.max(0, diamondsOf(entry, 0, paidCoins) - reversed.milliDiamonds);
  return Math.min(diamondsOf(entry, fromCoins, coins), left);
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
