import * as z from 'zod/mini';
import { minor } from '../money/units.ts';
import type { PayPalOrders } from '../providers/paypal-orders.ts';
import type { PayPalPaymentEvent } from '../providers/paypal-payment-events.ts';
import type { PayPalLine } from '../providers/paypal-transactions.ts';
import { dueKeys } from '../store/due.ts';
import { boundsOf } from './days.ts';
import { lookUpAtPayPal } from './look-up-at-paypal.ts';
import { listChangedDisputes } from './paypal-dispute-list.ts';
import { awaitedAtOnce, type Listed, type ListPage, type ProviderList } from './provider-list.ts';

const minuteMilliseconds = 60_000;
const dayMinutes = 24 * 60;

/** Which page of which part of the day. */
const Position = z.object({ fromMinute: z.int(), minutes: z.int(), page: z.int() });
type Position = z.infer<typeof Position>;

/** The cursor of what follows the transactions: the disputes that changed, and where the list of them goes on. */
const changedDisputes = 'disputes ';

/**
 * PayPal's transaction search, which shows what happened three hours later at most, and the disputes that changed. A day
 * with more transactions than it lists at once is read in parts that are halved until they can be.
 */
export function payPalList(orders: PayPalOrders): ProviderList {
  return {
    provider: 'paypal',
    completeAfterHours: 4,
    awaited: (ledger, now) => dueKeys(ledger, { kind: 'reconciliation-paypal', now, atOnce: awaitedAtOnce }),

    async page({ day, cursor }) {
      if (cursor?.startsWith(changedDisputes)) {
        const after = cursor.slice(changedDisputes.length) || undefined;
        const { lines, next } = await listChangedDisputes(orders, { ...boundsOf(day), after });
        return { lines, ...(next !== undefined && { next: changedDisputes + next }) };
      }
      const position = cursor === undefined ? wholeDay : z.parse(Position, JSON.parse(cursor));
      const { fromMinute, minutes, page } = position;
      const start = boundsOf(day).from.getTime() + fromMinute * minuteMilliseconds;
      const part = { from: new Date(start), to: new Date(start + minutes * minuteMilliseconds) };
      const read = await orders.transactions({ ...part, page });
      if (!read) return { lines: [], next: JSON.stringify(halved(position)) };
      return pageOf(
        read.lines.map((line) => listedOf(orders, line)),
        after(position, read.pages),
      );
    },

    async find({ paymentId }) {
      return paymentId === undefined ? undefined : (await orders.getOrder(paymentId))?.payment;
    },
  };
}

const wholeDay: Position = { fromMinute: 0, minutes: dayMinutes, page: 1 };

function halved({ fromMinute, minutes }: Position): Position {
  if (minutes === 1) throw new Error('PayPal has more transactions of one minute than it lists.');
  return { fromMinute, minutes: Math.floor(minutes / 2), page: 1 };
}

function after({ fromMinute, minutes, page }: Position, pages: number): Position | undefined {
  if (page < pages) return { fromMinute, minutes, page: page + 1 };
  const next = fromMinute + minutes;
  return next < dayMinutes ? { fromMinute: next, minutes: Math.min(minutes, dayMinutes - next), page: 1 } : undefined;
}

function pageOf(lines: Listed[], next: Position | undefined): ListPage {
  return { lines, next: next ? JSON.stringify(next) : changedDisputes };
}

function listedOf(orders: PayPalOrders, line: PayPalLine): Listed {
  if (line.kind === 'unreadable') return line;
  const { lineId, amountMinor, currency } = line;
  const eventId = `lookup-${lineId}`;
  const report = lookUpAtPayPal(orders, { eventId, about: aboutOf(line), line });
  const known = { lineId, eventId, amountMinor, currency, report };
  if (line.kind === 'reversal') return { ...known, kind: 'dispute' };
  const { rechargeId } = line;
  const named = rechargeId === undefined ? {} : { rechargeId };
  if (line.kind === 'refund') return { ...known, ...named, kind: 'refund', claim: refundOf(line) };
  const { orderId } = line;
  return { ...known, ...named, kind: 'payment', ...(orderId !== undefined && { paymentId: orderId }) };
}

/** Where the ledger knows exactly this of the refund, PayPal need not be asked. */
function refundOf({ lineId, amountMinor }: PayPalLine & { kind: 'refund' }) {
  const at = new Date().toISOString();
  return { kind: 'refund', claimId: lineId, state: 'succeeded', amountMinor: minor(amountMinor), at } as const;
}

function aboutOf(line: Exclude<PayPalLine, { kind: 'unreadable' }>): PayPalPaymentEvent {
  if (line.kind === 'payment') return { kind: 'capture', captureId: line.lineId, isDecided: false };
  return line.kind === 'refund'
    ? { kind: 'refund', refundId: line.lineId }
    : { kind: 'reversal', captureId: line.captureId };
}
