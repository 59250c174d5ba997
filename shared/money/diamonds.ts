import { type MilliDiamonds, type Minor, milliDiamonds, minor, scale } from './units.ts';

/**
 * What a diamond is worth, in US cents, at all times: the value of a gift is fixed when it is sent, by how many diamonds its
 * coins make. A rate that changes is a number of coins a diamond that changes, for gifts from then on.
 */
export const usdMinorPerDiamond = 1;

/** What is worth one US cent. */
export const milliDiamondsPerUsdMinor = milliDiamonds(1000 / usdMinorPerDiamond);

/** The US cents that diamonds are worth; what is less than one stays in diamonds. */
export function worthOf(amount: number): Minor {
  return minor(scale(amount, { numerator: 1, denominator: milliDiamondsPerUsdMinor, rounding: 'down' }));
}

/** `1349500` → `"1349.5"`: diamonds as the decimal string the API speaks, without trailing zeros. */
export function formatDiamonds(amount: number): string {
  const sign = amount < 0 ? '-' : '';
  const whole = Math.trunc(Math.abs(amount) / 1000);
  const thousandths = String(Math.abs(amount) % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '');
  return thousandths === '' ? `${sign}${whole}` : `${sign}${whole}.${thousandths}`;
}

/** What a diamond string must look like: up to three decimals, no sign, no exponent. */
export const diamondsPattern = /^(0|[1-9]\d{0,11})(\.\d{1,3})?$/;

/** `"1349.5"` → `1349500`. The string has passed `diamondsPattern`. */
export function parseDiamonds(text: string): MilliDiamonds {
  const [whole = '0', fraction = ''] = text.split('.');
  return milliDiamonds(Number(whole) * 1000 + Number(fraction.padEnd(3, '0')));
}
