import type { Day } from '../calendar.ts';
import type { Claim, Payment, ProviderName } from '../providers/payment.ts';
import type { Unpaid } from '../recharges/payment-provider.ts';
import type { SettlementStores } from '../recharges/settle-payment.ts';
import type { Recharge } from '../store/items/recharge.ts';
import type { Key } from '../store/keys.ts';
import type { Table } from '../store/table.ts';

/** A provider's own list of what came in and went back, as reconciliation reads it. */
export type ProviderList = {
  provider: ProviderName;
  /** So long after the end of a day its list is complete. */
  completeAfterHours: number;
  /** The orders that were credited and should have been found in the list by then, `awaitedAtOnce` at a time. */
  awaited(ledger: Table, by: Date): AsyncGenerator<Key[]>;
  /** A part of a day's list (UTC). Without `next` it was the last; the same cursor always gives the same part. */
  page(part: { day: Day; cursor: string | undefined }): Promise<ListPage>;
  /** How the payment of an order stands at the provider; nothing when it knows of none. */
  find(order: Recharge): Promise<Payment | Unpaid | undefined>;
};

/** So many orders are asked about before what was found is saved; each is one call of the provider. */
export const awaitedAtOnce = 10;

export type ListPage = { lines: Listed[]; next?: string };

export type Listed = ListedPayment | ListedReturn | UnreadableLine;

type Line = {
  /** The provider's own id of the line. */
  lineId: string;
  /** Under which the ledger keeps what `report` did. */
  eventId: string;
  /** The payment in the provider's terms, and the recharge that it names, where the line says so. */
  paymentId?: string;
  rechargeId?: string;
  amountMinor: number;
  /** Upper case ISO 4217, and not necessarily a currency that we price in; that of the order where the line tells none. */
  currency?: string;
  /**
   * Deals with the line as if the provider had just sent the event that is missing. Once is as good as often.
   * `unconfirmed` when the provider, asked about the line, does not know of it.
   */
  report(stores: SettlementStores, now: Date): Promise<Reported>;
};

type Reported = 'reported' | 'unconfirmed';

export type ListedPayment = Line & { kind: 'payment'; currency: string };

/** Money that went back, or may: with the claim where the line itself says all of it, without where the provider is asked. */
export type ListedReturn = Line & { kind: 'refund' | 'dispute'; claim?: Claim };

/** A line that has not the shape that the provider documents; an operator must look. */
type UnreadableLine = { kind: 'unreadable'; lineId: string; reason: string };
