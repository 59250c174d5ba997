import type { StripeBalance, StripeLine } from '../providers/stripe-balance.ts';
import { digestOf } from '../recharges/provider-events.ts';
import { receiveReport } from '../recharges/receive-report.ts';
import { dueKeys } from '../store/due.ts';
import { boundsOf } from './days.ts';
import { awaitedAtOnce, type Listed, type ProviderList } from './provider-list.ts';

/** The cursor of what follows the balance: the disputes that ended, and after which of them the list goes on. */
const endedDisputes = 'disputes ';

/** Stripe's balance transactions and the disputes that ended, of which those of a day are there when the day is over. */
export function stripeList(balance: StripeBalance): ProviderList {
  return {
    provider: 'stripe',
    completeAfterHours: 1,
    awaited: (ledger, now) => dueKeys(ledger, { kind: 'reconciliation-stripe', now, atOnce: awaitedAtOnce }),

    async page({ day, cursor }) {
      const isBalance = !cursor?.startsWith(endedDisputes);
      const after = isBalance ? cursor : cursor?.slice(endedDisputes.length) || undefined;
      const part = { ...boundsOf(day), after };
      const { lines, next } = isBalance ? await balance.page(part) : await balance.endedDisputes(part);
      const listed = lines.map((line) => listedOf(balance, line));
      if (isBalance) return { lines: listed, next: next ?? endedDisputes };
      return { lines: listed, ...(next !== undefined && { next: endedDisputes + next }) };
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

function listedClaimOf({ lineId, about, claim, event }: StripeLine & { kind: 'claim' }): Listed {
  const { claimId, state, amountMinor } = claim;
  const { eventId, type } = event ?? { eventId: `lookup-${claimId}-${state}-${amountMinor}`, type: 'lookup' };
  return {
    ...about,
    ...{ lineId, eventId, amountMinor, claim },
    kind: claim.kind === 'dispute' ? 'dispute' : 'refund',
    async report(stores, now) {
      const origin = { provider: 'stripe', digest: digestOf(JSON.stringify(claim)), now } as const;
      await receiveReport(stores, { eventId, type, kind: 'claim', about, claims: [{ claim }] }, origin);
      return 'reported';
    },
  };
}
