import Stripe from 'stripe';
import * as z from 'zod/mini';
import type { Claim, ClaimedPayment, Payment } from './payment.ts';
import { fromStripeAmount } from './provider-amounts.ts';
import { answered, connect, readable, type StripeConnection } from './stripe.ts';
import { readDispute, readRefund } from './stripe-claims.ts';
import { parseStripePayment } from './stripe-payment.ts';
import { meaningOf } from './stripe-webhook.ts';

/**
 * What moved the balance of the account at Stripe: https://docs.stripe.com/api/balance_transactions/list. Calls throw
 * `ProviderOutcomeUnknown` when Stripe cannot be asked at the moment.
 */
export type StripeBalance = {
  /** A part of what moved it from `from` until before `to`, newest first, and after which line the list goes on. */
  page(part: Part): Promise<StripePage>;
  /**
   * In the same way, the disputes that ended: one that is lost moves nothing when it ends. Stripe lists its events for 30
   * days (https://docs.stripe.com/api/events/list), each as its webhook shows it.
   */
  endedDisputes(part: Part): Promise<StripePage>;
  /** A payment as it is now; nothing when Stripe knows of none. */
  find(paymentId: string): Promise<Payment | undefined>;
};

type Part = { from: Date; to: Date; after: string | undefined };
type StripePage = { lines: StripeLine[]; next?: string };

export type StripeLine =
  | { kind: 'payment'; lineId: string; paymentId: string; rechargeId?: string; amountMinor: number; currency: string }
  | { kind: 'claim'; lineId: string; about: ClaimedPayment; claim: Claim; event?: { eventId: string; type: string } }
  | { kind: 'unreadable'; lineId: string; reason: string };

/** The most that Stripe gives in one page. */
const linesPerPage = 100;

export function createStripeBalance(connection: StripeConnection): StripeBalance {
  const stripe = connect(connection);
  return {
    async page({ from, to, after }) {
      const part = partOf({ from, to, after });
      const list = await answered(stripe.balanceTransactions.list({ ...part, expand: ['data.source'] }));
      const now = new Date();
      return pageOf(list, (line) => readStripeLine(line, now));
    },

    async endedDisputes(part) {
      const types = ['charge.dispute.closed', 'charge.dispute.funds_reinstated'];
      return pageOf(await answered(stripe.events.list({ ...partOf(part), types })), readEvent);
    },

    async find(paymentId) {
      try {
        const intent = await answered(stripe.paymentIntents.retrieve(paymentId));
        return readable(() => parseStripePayment(intent));
      } catch (error) {
        if (error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing')
          return undefined;
        throw error;
      }
    },
  };
}

function partOf({ from, to, after }: Part) {
  return {
    created: { gte: secondsOf(from), lt: secondsOf(to) },
    limit: linesPerPage,
    ...(after !== undefined && { starting_after: after }),
  };
}

function pageOf(
  { data, has_more }: { data: { id: string }[]; has_more: boolean },
  read: (line: { id: string }) => StripeLine[],
): StripePage {
  const last = data.at(-1);
  return { lines: data.flatMap(read), ...(has_more && last && { next: last.id }) };
}

function readEvent(value: { id: string }): StripeLine[] {
  const lineId = value.id;
  try {
    const report = meaningOf(value);
    if (report.kind !== 'claim') return [];
    const { eventId, type, about, claims } = report;
    return claims.flatMap(({ claim }) =>
      claim ? [{ kind: 'claim', lineId, about, claim, event: { eventId, type } } as const] : [],
    );
  } catch (error) {
    return [{ kind: 'unreadable', lineId, reason: error instanceof Error ? error.name : 'unknown' }];
  }
}

function secondsOf(moment: Date): number {
  return Math.floor(moment.getTime() / 1000);
}

const Line = z.object({ id: z.string(), type: z.string(), created: z.int(), source: z.unknown() });
const Source = z.object({ object: z.string(), status: z.optional(z.nullable(z.string())) });
const Charge = z.object({
  id: z.string(),
  amount: z.int().check(z.nonnegative()),
  currency: z.string().check(z.regex(/^[a-z]{3}$/)),
  payment_intent: z.optional(z.nullable(z.string())),
  metadata: z.optional(z.nullable(z.record(z.string(), z.string()))),
});

/**
 * What a line says; nothing for what neither is a payment nor gives one back, such as fees and payouts. The line's own
 * amount is in the currency that the account settles in, so that of its source counts, which is what the buyer paid.
 */
function readStripeLine(value: unknown, now: Date): StripeLine[] {
  const { id: lineId, type, created, source } = Line.parse(value);
  const known = Source.safeParse(source);
  if (!known.success) return [];
  const { object, status } = known.data;
  try {
    if (object === 'charge') return readCharge(lineId, { type, status, source });
    const at = momentOf(status, { created, now });
    const news =
      object === 'refund' ? readRefund(source, at) : object === 'dispute' ? readDispute(source, at) : undefined;
    const claim = news?.claims[0]?.claim;
    if (!news || !claim) return [];
    return [{ kind: 'claim', lineId, about: news.about, claim }];
  } catch (error) {
    return [{ kind: 'unreadable', lineId, reason: error instanceof Error ? error.name : 'unknown' }];
  }
}

/** A payment that a bank takes its time for has a line before it succeeds; whether it did is told by its charge. */
function readCharge(
  lineId: string,
  { type, status, source }: { type: string; status: string | null | undefined; source: unknown },
): StripeLine[] {
  if (status !== 'succeeded') return [];
  if (type !== 'charge' && type !== 'payment') return [{ kind: 'unreadable', lineId, reason: type }];
  const { id, amount, currency: code, payment_intent: paymentId, metadata } = Charge.parse(source);
  // Every payment of ours is made as a PaymentIntent.
  if (!paymentId) return [];
  const currency = code.toUpperCase();
  const rechargeId = metadata?.rechargeId;
  const amountMinor = fromStripeAmount({ amount, currency });
  return [{ kind: 'payment', lineId: id, paymentId, amountMinor, currency, ...(rechargeId && { rechargeId }) }];
}

/**
 * Since when a refund or dispute is in its state. The first one it has since the line was made; any other is as of now,
 * so that it counts as later than the news that came before it.
 */
function momentOf(status: string | null | undefined, { created, now }: { created: number; now: Date }): string {
  const isFirst = !['succeeded', 'failed', 'canceled', 'won', 'lost', 'warning_closed'].includes(status ?? '');
  return (isFirst ? new Date(created * 1000) : now).toISOString();
}
