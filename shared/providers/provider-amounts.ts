import { type Currency, decimalsOf, formatMinor, isCurrency, parseMinor } from '../money/currency.ts';
import { type Minor, minor } from '../money/units.ts';
import type { ProviderName } from './payment.ts';

/**
 * Currencies that Stripe counts in another unit than ISO 4217's minor unit, with the decimals that Stripe uses
 * (https://docs.stripe.com/currencies#special-cases): ISK and UGX stay two-decimal values whose decimals are always 00,
 * and MGA, with two decimals in ISO 4217, is on its list of zero-decimal currencies. IDR, HUF and TWD are two-decimal
 * for payments, as in ISO 4217. The entries stand ready for currencies that we do not price in yet.
 */
const stripeDecimals: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 };

/**
 * Currencies that PayPal takes in whole units only, though ISO 4217 gives them decimals
 * (https://developer.paypal.com/api/rest/reference/currency-codes/; its third one, JPY, has none in ISO 4217 either).
 */
const wholeUnitsAtPayPal: ReadonlySet<string> = new Set(['HUF', 'TWD']);

/**
 * Currencies in which PayPal takes payments (the same page; BRL and MYR only for accounts in Brazil and Malaysia). None of
 * them has three decimals.
 */
const takenByPayPal: ReadonlySet<Currency> = new Set<Currency>([
  ...(['AUD', 'BRL', 'CAD', 'CHF', 'CZK', 'DKK', 'EUR', 'GBP', 'HKD', 'HUF', 'ILS', 'JPY'] as const),
  ...(['MXN', 'MYR', 'NOK', 'NZD', 'PHP', 'PLN', 'SEK', 'SGD', 'THB', 'TWD', 'USD'] as const),
]);

/**
 * The least that Stripe takes, in minor units (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). What
 * it really compares with is the currency of the account's bank, after conversion; currencies that are not listed go by that
 * alone.
 */
const leastAtStripe: { [Code in Currency]?: number } = {
  ...{ AED: 200, AUD: 50, BGN: 100, BRL: 50, CAD: 50, CHF: 50, CZK: 1_500, DKK: 250, EUR: 50, GBP: 30, HKD: 400 },
  ...{ HUF: 17_500, INR: 50, JPY: 50, MXN: 1_000, MYR: 200, NOK: 300, NZD: 50, PLN: 200, RON: 200, SEK: 300 },
  ...{ SGD: 50, THB: 1_000, USD: 50 },
};

/** An amount that a provider has no way to express; sending a rounded one instead would be sending other money. */
export class AmountNotRepresentable extends RangeError {
  constructor(detail: string) {
    super(detail);
    this.name = 'AmountNotRepresentable';
  }
}

/** The integer that Stripe expects for an amount. Throws `AmountNotRepresentable`. */
export function toStripeAmount({ amountMinor, currency }: { amountMinor: Minor; currency: Currency }): number {
  const decimals = decimalsOf(currency);
  // Stripe takes three-decimal currencies only when the last digit is 0 (https://docs.stripe.com/currencies#three-decimal).
  if (decimals === 3 && amountMinor % 10 !== 0) {
    throw new AmountNotRepresentable(`Stripe takes ${currency} in steps of 10 minor units, not ${amountMinor}`);
  }
  return shiftDecimals(amountMinor, (stripeDecimals[currency] ?? decimals) - decimals);
}

/**
 * The amount in minor units of an integer that Stripe reports. An amount in a currency that we do not price in stays in
 * Stripe's unit: no order of ours can agree with it, and whoever compares must look at the currency first anyway.
 */
export function fromStripeAmount({ amount, currency }: { amount: number; currency: string }): Minor {
  if (!isCurrency(currency)) return minor(amount);
  const decimals = decimalsOf(currency);
  return minor(shiftDecimals(amount, decimals - (stripeDecimals[currency] ?? decimals)));
}

/** The decimal string that PayPal expects for an amount. Throws `AmountNotRepresentable`. */
export function toPayPalValue({ amountMinor, currency }: { amountMinor: Minor; currency: Currency }): string {
  const value = formatMinor(amountMinor, currency);
  if (!wholeUnitsAtPayPal.has(currency)) return value;
  const [whole = '', fraction = ''] = value.split('.');
  if (/[1-9]/.test(fraction)) throw new AmountNotRepresentable(`PayPal takes whole ${currency} only, not ${value}`);
  return whole;
}

/** As `toPayPalValue`, for what a buyer is to pay: PayPal takes payments in fewer currencies than it can write. */
export function toPayPalCharge({ amountMinor, currency }: { amountMinor: Minor; currency: Currency }): string {
  if (!takenByPayPal.has(currency)) throw new AmountNotRepresentable(`PayPal takes no payments in ${currency}`);
  return toPayPalValue({ amountMinor, currency });
}

/** The steps, in minor units, in which a provider takes and gives back amounts of a currency. */
export function amountStep(provider: ProviderName, currency: Currency): number {
  if (provider === 'stripe' && decimalsOf(currency) === 3) return 10;
  return provider === 'paypal' && wholeUnitsAtPayPal.has(currency) ? 10 ** decimalsOf(currency) : 1;
}

/** Steps that suit every provider that lets us set the price: they are powers of ten, so that the coarsest holds the others. */
export function commonAmountStep(currency: Currency): number {
  return Math.max(amountStep('stripe', currency), amountStep('paypal', currency));
}

/** Whether a provider takes exactly this amount. The app stores charge their own price of a product. */
export function canCharge(provider: ProviderName, price: { amountMinor: Minor; currency: Currency }): boolean {
  try {
    if (provider === 'stripe' && toStripeAmount(price) < (leastAtStripe[price.currency] ?? 1)) return false;
    if (provider === 'paypal') toPayPalCharge(price);
    return true;
  } catch (error) {
    if (error instanceof AmountNotRepresentable) return false;
    throw error;
  }
}

/** The amount in minor units of a decimal string that PayPal reports. Throws `AmountNotRepresentable`. */
export function fromPayPalValue({ value, currency }: { value: string; currency: Currency }): Minor {
  const amount = parseMinor(value, currency);
  if (amount === undefined) throw new AmountNotRepresentable(`"${value}" is no exact amount of ${currency}`);
  return amount;
}

/**
 * The amount in minor units of a price that Apple reports, in thousandths of the currency's major unit whatever the
 * currency (https://developer.apple.com/documentation/appstoreserverapi/price). Throws `AmountNotRepresentable`. A price in a
 * currency that is not known here stays in Apple's unit, since no order can be paid with it.
 */
export function fromAppleMilliunits({ milliunits, currency }: { milliunits: number; currency: string }): Minor {
  if (!isCurrency(currency)) return minor(milliunits);
  return minor(shiftDecimals(milliunits, decimalsOf(currency) - 3));
}

/**
 * The amount in minor units of Google's `Money`: whole units of the currency and billionths of one. Throws
 * `AmountNotRepresentable`. Of a currency that is not known here only the whole units count: no order can be paid with it.
 */
export function fromGoogleMoney({ units, nanos, currency }: { units: number; nanos: number; currency: string }): Minor {
  if (!isCurrency(currency)) return minor(units);
  const decimals = decimalsOf(currency);
  return minor(shiftDecimals(units, decimals) + shiftDecimals(nanos, decimals - 9));
}

/** Moves the decimal point of an integer; throws when a digit would be lost. */
function shiftDecimals(units: number, places: number): number {
  const shifted = places >= 0 ? units * 10 ** places : units / 10 ** -places;
  if (!Number.isSafeInteger(shifted))
    throw new AmountNotRepresentable(`${units} cannot be shifted by ${places} places`);
  return shifted;
}
