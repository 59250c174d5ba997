import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Currency, currencies, decimalsOf } from '../../shared/money/currency.ts';
import { largestAmount, minor } from '../../shared/money/units.ts';
import {
  AmountNotRepresentable,
  amountStep,
  canCharge,
  fromPayPalValue,
  fromStripeAmount,
  toPayPalValue,
  toStripeAmount,
} from '../../shared/providers/provider-amounts.ts';

const anyCurrency = fc.constantFrom(...currencies);
const anyAmount = fc.integer({ min: 0, max: largestAmount }).map(minor);

describe('amounts at Stripe', () => {
  it.each([
    ['USD', 1299, 1299],
    ['JPY', 160, 160],
    ['IDR', 1_700_000, 1_700_000],
    ['KWD', 5120, 5120],
    ['HUF', 17_550, 17_550],
  ] as const)('counts %s %i as %i', (currency, amount, atStripe) => {
    expect(toStripeAmount({ amountMinor: minor(amount), currency })).toBe(atStripe);
    expect(fromStripeAmount({ amount: atStripe, currency })).toBe(amount);
  });

  it('refuses thousandths that Stripe would refuse', () => {
    expect(() => toStripeAmount({ amountMinor: minor(5124), currency: 'KWD' })).toThrow(AmountNotRepresentable);
  });

  it.each([
    ['KWD', 5120, true],
    ['KWD', 5124, false],
    ['IDR', 1_700_000, true],
    ['USD', 50, true],
    ['USD', 49, false],
    ['JPY', 49, false],
    ['HUF', 17_499, false],
    ['KWD', 0, false],
  ] as const)('can be charged or not: %s %i %s', (currency, amount, expected) => {
    expect(canCharge('stripe', { amountMinor: minor(amount), currency })).toBe(expected);
  });

  it('keeps the number of a currency that we do not price in', () => {
    expect(fromStripeAmount({ amount: 500, currency: 'ISK' })).toBe(500);
  });

  it('gives every amount back as it was sent', () => {
    fc.assert(
      fc.property(anyCurrency, anyAmount, (currency, amount) => {
        const amountMinor = decimalsOf(currency) === 3 ? minor(amount - (amount % 10)) : amount;
        const atStripe = toStripeAmount({ amountMinor, currency });
        expect(Number.isSafeInteger(atStripe)).toBe(true);
        expect(fromStripeAmount({ amount: atStripe, currency })).toBe(amountMinor);
      }),
    );
  });
});

describe('amounts at PayPal', () => {
  it.each([
    ['USD', 1369, '13.69'],
    ['USD', 5, '0.05'],
    ['JPY', 160, '160'],
    ['HUF', 17_500, '175'],
    ['TWD', 80_000, '800'],
    ['KWD', 5124, '5.124'],
  ] as const)('writes %s %i as "%s"', (currency, amount, value) => {
    expect(toPayPalValue({ amountMinor: minor(amount), currency })).toBe(value);
    expect(fromPayPalValue({ value, currency })).toBe(amount);
  });

  it('refuses fractions of what PayPal takes as whole units', () => {
    expect(() => toPayPalValue({ amountMinor: minor(17_550), currency: 'HUF' })).toThrow(AmountNotRepresentable);
  });

  it.each([
    ['USD', 1299, true],
    ['JPY', 160, true],
    ['HUF', 17_500, true],
    ['HUF', 17_550, false],
    ['KWD', 5120, false],
    ['IDR', 1_700_000, false],
  ] as const)('can be charged or not: %s %i %s', (currency, amount, expected) => {
    expect(canCharge('paypal', { amountMinor: minor(amount), currency })).toBe(expected);
  });

  it('comes in steps that can be given back as well', () => {
    fc.assert(
      fc.property(anyCurrency, anyAmount, (currency, amount) => {
        const step = amountStep('paypal', currency);
        expect(() => toPayPalValue({ amountMinor: minor(amount - (amount % step)), currency })).not.toThrow();
        const atStripe = minor(amount - (amount % amountStep('stripe', currency)));
        expect(() => toStripeAmount({ amountMinor: atStripe, currency })).not.toThrow();
      }),
    );
  });

  it.each(['13.699', 'thirteen', '', '1e3', '13,69', ' 13.69', '99999999999999999999'])(
    'refuses to read "%s"',
    (value) => {
      expect(() => fromPayPalValue({ value, currency: 'USD' })).toThrow(AmountNotRepresentable);
    },
  );

  it.each([
    ['13.690', 1369],
    ['13.6', 1360],
    ['13', 1300],
  ])('reads "%s" exactly', (value, amount) => {
    expect(fromPayPalValue({ value, currency: 'USD' })).toBe(amount);
  });

  it('gives every amount back as it was sent', () => {
    const wholeOnly: Currency[] = ['HUF', 'TWD'];
    fc.assert(
      fc.property(anyCurrency, anyAmount, (currency, amount) => {
        const amountMinor = wholeOnly.includes(currency) ? minor(amount - (amount % 100)) : amount;
        expect(fromPayPalValue({ value: toPayPalValue({ amountMinor, currency }), currency })).toBe(amountMinor);
      }),
    );
  });
});
