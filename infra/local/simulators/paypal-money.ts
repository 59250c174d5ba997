export type Money = { currency: string; value: string };

const wholeUnits = ['HUF', 'JPY', 'TWD'];
const thousandths = ['BHD', 'JOD', 'KWD', 'OMR', 'TND'];

/** PayPal takes HUF, JPY and TWD without decimals, the currencies of thousandths with three, and all others with two. */
function decimalsOf(currency: string): number {
  if (wholeUnits.includes(currency)) return 0;
  return thousandths.includes(currency) ? 3 : 2;
}

/** The integer that stands for a decimal string, or `undefined` for what PayPal would not take. */
export function unitsOf({ currency, value }: Money): bigint | undefined {
  const decimals = decimalsOf(currency);
  const match = /^(\d{1,10})(?:\.(\d+))?$/.exec(value);
  const [, whole = '', fraction = ''] = match ?? [];
  return match && fraction.length <= decimals ? BigInt(whole + fraction.padEnd(decimals, '0')) : undefined;
}

export function textOf(units: bigint, currency: string): string {
  const decimals = decimalsOf(currency);
  const digits = units.toString().padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** 2 % of the amount, as PayPal charges senders in many countries (there with a cap). */
export function feeOf(amount: Money): Money {
  const { currency } = amount;
  return { currency, value: textOf(((unitsOf(amount) ?? 0n) * 2n + 50n) / 100n, currency) };
}
