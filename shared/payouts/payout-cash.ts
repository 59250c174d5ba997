import { type Currency, formatMinor } from '../money/currency.ts';

/** Diamonds are worth US dollars. */
export const payoutCurrency: Currency = 'USD';

/** An amount as a sentence and as a fact show it. */
export function payoutCash(amountMinor: number): { text: string; fact: { amount: number; currency: Currency } } {
  return {
    text: `${formatMinor(amountMinor, payoutCurrency)} ${payoutCurrency}`,
    fact: { amount: amountMinor, currency: payoutCurrency },
  };
}
