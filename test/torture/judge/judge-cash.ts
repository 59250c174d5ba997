import type { ConnectBooksReport } from '../../../infra/local/simulators/stripe-connect-books.ts';
import type { AccountBalance } from '../../../shared/ledger/audit/books.ts';
import type { ProviderName } from '../../../shared/providers/payment.ts';
import { providerNames } from '../../../shared/store/items/common.ts';
import type { BookedPayment } from '../books/booked-payment.ts';
import type { World } from '../world.ts';
import type { PayPalBooks } from './judge-payouts.ts';
import type { Snapshot } from './snapshot.ts';

type Judged = {
  snapshot: Snapshot;
  books: BookedPayment[];
  payouts: PayPalBooks;
  banks: ConnectBooksReport;
  balances: AccountBalance[];
};

/** What the ledger says lies at each provider is what came in for orders, without what went back and what was paid out. */
export function judgeCash({ history }: World, { snapshot, books, payouts, banks, balances }: Judged): void {
  const credited = new Set(
    snapshot.recharges.flatMap(({ state, provider, paymentId }) =>
      state === 'paid' ? [`${provider} ${paymentId}`] : [],
    ),
  );
  const kept = books.filter(({ provider, paymentId }) => credited.has(`${provider} ${paymentId}`));
  const paidBy: Partial<Record<ProviderName, number>> = { paypal: netOf(payouts), stripe: sentToBanks(banks) };
  for (const provider of providerNames)
    for (const currency of ['USD', 'GBP', 'JPY']) {
      const here = kept.filter((payment) => payment.provider === provider && payment.currency === currency);
      const sold = here.reduce((sum, { received, gone }) => sum + received - gone, 0);
      const paidOut = currency === 'USD' ? (paidBy[provider] ?? 0) : 0;
      const account = `provider.${provider}` as const;
      const asset = balances.find((balance) => balance.account === account && balance.asset.includes(currency));
      const amount = asset?.amount ?? 0;
      if (amount !== sold - paidOut)
        history.violate(provider, `holds ${sold - paidOut} ${currency} of ours, and the ledger says ${amount}`);
    }
}

function sentToBanks({ payouts }: ConnectBooksReport): number {
  return payouts.reduce((sum, { sentMinor, backMinor }) => sum + sentMinor - backMinor, 0);
}

function netOf({ totals }: PayPalBooks): number {
  return Math.round(Number(totals.USD?.net ?? '0') * 100);
}
