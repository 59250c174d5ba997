/**
 * The units of money. Each is an integer with a brand, so that coins cannot be passed where cents are wanted;
 * no floating-point number and no bare number stands for money anywhere else.
 */
declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

/** Whole coins, as fans buy and spend them. */
export type Coins = Unit<'coins'>;
/** Thousandths of a diamond: at two coins a diamond, a one-coin gift is worth 500. */
export type MilliDiamonds = Unit<'milli-diamonds'>;
/** The smallest unit of an ISO 4217 currency: cents for USD, whole yen for JPY. */
export type Minor = Unit<'minor'>;

/** The largest amount any single movement may carry: far above every limit, far below 2^53, so that sums stay exact. */
export const largestAmount = 1_000_000_000_000;

export function coins(value: number): Coins {
  return exactInteger(value, 'coins') as Coins;
}

export function milliDiamonds(value: number): MilliDiamonds {
  return exactInteger(value, 'milli-diamonds') as MilliDiamonds;
}

export function minor(value: number): Minor {
  return exactInteger(value, 'minor units') as Minor;
}

function exactInteger(value: number, name: string): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${name} must be a safe integer, not ${value}`);
  return value;
}

/** How a division of money rounds; each caller names it, because what is left over must belong to someone. */
export type Rounding = 'down' | 'up';

/** `amount × numerator ÷ denominator`, exact in between (BigInt), rounded once, as named. */
export function scale(amount: number, ratio: { numerator: number; denominator: number; rounding: Rounding }): number {
  const product = BigInt(amount) * BigInt(ratio.numerator);
  const divisor = BigInt(ratio.denominator);
  const quotient = product / divisor;
  const isExact = quotient * divisor === product;
  return Number(isExact || ratio.rounding === 'down' ? quotient : quotient + 1n);
}
