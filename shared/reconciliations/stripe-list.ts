import type { StripeBalance, StripeLine } from '../providers/stripe-balance.ts';
import { digestOf } from '../recharges/provider-events.ts';
import { receiveReport } from '../recharges/receive-report.ts';
import { dueKeys } from '../store/due.ts';
import { boundsOf } from './days.ts';
import { awaitedAtOnce, type Listed, type ProviderList } from './provider-list.ts';

/** Stripe's balance transactions, of which those of a day are there when the day is over. */
export function stripeList(balance: StripeBalance): ProviderList {
  return {
    provider: 'stripe',
    completeAfterHours: 1,
    awaited: (ledger, now) => dueKeys(ledger, { kind: 'reconciliation-stripe', now, atOnce: awaitedAtOnce }),

    async page({ day, cursor }) {
      const { lines, next } = await balance.page({ ...boundsOf(day), after: cursor });
      return { lines: lines.map((line) => listedOf(balance, line)), ...(next !== undefined && { next }) };
    },

    async find({ paymentId }) {
      return paymentId === undefined ? undefined : balance.find(paymentId);
    },
  };
}

function listedOf(balance: StripeBalance, line: StripeLine): Listed {
  if (line.kind === 'unreadable') return line;
  if (line.kind === 'claim') return listedClaimOf(line);
  const { paymentId } = line;
  // As the sweep of open orders names what it finds.
  const eventId = `lookup-${paymentId}`;
  return {
    ...line,
    eventId,
    async report(stores, now) {
      const payment = await balance.find(paymentId);
      if (payment?.status !== 'succeeded') return 'unconfirmed';
      const report = { eventId, type: 'lookup', kind: 'payment_succeeded', payment } as const;
      await receiveReport(stores, report, { provider: 'stripe', digest: digestOf(JSON.stringify(payment)), now });
      return 'reported';
    },
  };
}

function listedClaimOf({ lineId, about, claim }: StripeLine & { kind: 'claim' }): Listed {
  const { claimId, state, amountMinor } = claim;
  const eventId = `lookup-${claimId}-${state}-${amountMinor}`;
  return {
    ...about,
    ...{ lineId, eventId, amountMinor, claim },
    kind: claim.kind === 'dispute' ? 'dispute' : 'refund',
    async report(stores, now) {
      const origin = { provider: 'stripe', digest: digestOf(JSON.stringify(claim)), now } as const;
      await receiveReport(stores, { eventId, type: 'lookup', kind: 'claim', about, claims: [{ claim }] }, origin);
      return 'reported';
    },
  };
}
