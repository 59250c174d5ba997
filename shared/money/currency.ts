import { type Minor, minor } from './units.ts';

/**
 * Decimals of each currency that we price in or that the storefronts of the App Store charge, from ISO 4217 (List One,
 * "minor unit").
 * A currency that is not here cannot be used: a guess would be wrong by a factor of a hundred.
 */
const decimals = {
  AED: 2,
  AUD: 2,
  BGN: 2,
  BHD: 3,
  BRL: 2,
  CAD: 2,
  CHF: 2,
  CLP: 0,
  CNY: 2,
  COP: 2,
  CZK: 2,
  DKK: 2,
  EGP: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  HUF: 2,
  IDR: 2,
  ILS: 2,
  INR: 2,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  KZT: 2,
  MXN: 2,
  MYR: 2,
  NGN: 2,
  NOK: 2,
  NZD: 2,
  OMR: 3,
  PEN: 2,
  PHP: 2,
  PKR: 2,
  PLN: 2,
  QAR: 2,
  RON: 2,
  RUB: 2,
  SAR: 2,
  SEK: 2,
  SGD: 2,
  THB: 2,
  TRY: 2,
  TWD: 2,
  TZS: 2,
  USD: 2,
  VND: 0,
  ZAR: 2,
} as const;

export type Currency = keyof typeof decimals;

export const currencies = Object.keys(decimals) as [Currency, ...Currency[]];

export function isCurrency(code: string): code is Currency {
  return Object.hasOwn(decimals, code);
}

export function decimalsOf(currency: Currency): number {
  return decimals[currency];
}

/** `(1299, 'USD')` → `"12.99"`; `(160, 'JPY')` → `"160"`. */
export function formatMinor(amount: number, currency: Currency): string {
  const places = decimals[currency];
  const sign = amount < 0 ? '-' : '';
  const digits = String(Math.abs(amount)).padStart(places + 1, '0');
  return places === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** `("12.99", 'USD')` → `1299`; `undefined` when the text is not an exact amount of that currency. */
export function parseMinor(text: string, currency: Currency): Minor | undefined {
  const match = /^(-?)(\d{1,13})(?:\.(\d+))?$/.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  const places = decimals[currency];
  if (/[1-9]/.test(fraction.slice(places))) return undefined;
  const amount = Number(whole + fraction.slice(0, places).padEnd(places, '0'));
  return Number.isSafeInteger(amount) ? minor(sign === '-' && amount !== 0 ? -amount : amount) : undefined;
}
