import { isAppStore, type Payment } from '../providers/payment.ts';
import type { Recharge } from '../store/items/recharge.ts';
import { openStates } from './states.ts';

const minuteMilliseconds = 60_000;
const hourMilliseconds = 60 * minuteMilliseconds;

/**
 * The ages of an order at which the provider is asked about it, beside the moment at which it expires. Close together
 * while a buyer who has paid may be waiting and the webhook is missing; then rarely, up to the 72 hours for which Stripe
 * repeats its webhooks. After that nothing is missing: a later payment brings events of its own.
 */
const lookUpAges = [
  ...[1, 3, 6, 10].map((minutes) => minutes * minuteMilliseconds),
  ...[1, 6, 24, 72].map((hours) => hours * hourMilliseconds),
];

/** A bank debit may be under way for two weeks; it is asked about until the provider says how it ended. */
const processingMilliseconds = 24 * hourMilliseconds;

/** When the provider is asked next; nothing when the order needs no more looking after. */
export function nextLookUp(order: Pick<Recharge, 'createdAt' | 'expiresAt'>, now: Date): string | undefined {
  const createdAt = Date.parse(order.createdAt);
  const moments = [...lookUpAges.map((age) => createdAt + age), Date.parse(order.expiresAt)];
  const ahead = moments.filter((moment) => moment > now.getTime());
  return ahead.length > 0 ? new Date(Math.min(...ahead)).toISOString() : undefined;
}

/**
 * What becomes of an order that the provider says is not paid. What it took of its user's purchase limits is given back when
 * nobody can take its money any more without our doing; `dueAt` is absent when the order leaves the schedule.
 */
export type UnpaidPlan = { expires: boolean; givesBack: boolean; dueAt?: string };

/** There is no `status` when the payment was never opened; see `PaymentProvider` for what waits to be taken. */
export type UnpaidPayment = { status: Payment['status'] | undefined; waitsToBeTaken: boolean };

/** Decides about an order that is not paid, after its payment was canceled where that was called for and could be. */
export function planUnpaid(order: Recharge, { status, waitsToBeTaken }: UnpaidPayment, now: Date): UnpaidPlan {
  if (status === 'canceled') return { expires: true, givesBack: true };
  const isOver = isOverAt(order, now);
  // Nobody was ever given the means to pay an order without a payment, so nothing can come of it any more; but at an app
  // store nothing is known of a payment until its receipt comes.
  if (isOver && status === undefined) return { expires: true, givesBack: !isAppStore(order.provider) };
  // It counts for as long as the bank may still pay.
  if (status === 'processing') return { expires: false, givesBack: false, dueAt: nextLookUp(order, now) ?? later(now) };
  const dueAt = nextLookUp(order, now);
  const givesBack = waitsToBeTaken && status === 'open';
  return { expires: isOver, givesBack, ...(dueAt !== undefined && { dueAt }) };
}

/** Whether nobody is handed the means to pay it any more. */
export function isOverAt(order: Recharge, now: Date): boolean {
  return order.expiresAt <= now.toISOString() || !isOpen(order);
}

function later(now: Date): string {
  return new Date(now.getTime() + processingMilliseconds).toISOString();
}

/** Stripe may forget idempotency keys after 24 hours; opening a payment later could make a second one. */
const reopenableMilliseconds = 23 * hourMilliseconds;

/** Whether the buyer may (still) be handed what is needed to pay. */
export function isPayable(order: Recharge, now: Date): boolean {
  const forgottenAt = Date.parse(order.createdAt) + reopenableMilliseconds;
  return isOpen(order) && now.getTime() < Math.min(Date.parse(order.expiresAt), forgottenAt);
}

function isOpen({ state }: Recharge): boolean {
  return openStates.some((open) => open === state);
}
