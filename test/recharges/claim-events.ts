import Stripe from 'stripe';
import { putCreator } from '../../shared/earnings/put-creator.ts';
import { openRecipients } from '../../shared/gifts/recipients.ts';
import { sendGift } from '../../shared/gifts/send-gift.ts';
import { newId } from '../../shared/identifiers.ts';
import { inGroups } from '../../shared/in-groups.ts';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { look } from '../providers/webhook-receiver.ts';
import { type Shop, webhookOf, webhookRequest, webhookSecret } from './shop.ts';

/** What Stripe made at a second of its own, whenever it is delivered. */
export type StripeEvent = { id: string; type: string; created: number; object: object };

export function eventAt(created: number, type: string, object: object): StripeEvent {
  return { id: `evt_${newId(new Date())}`, type, created, object };
}

type Part = { paymentId: string; amount: number; currency?: string; metadata?: Record<string, string> };

export function refundObject(id: string, status: string, { paymentId, metadata = {}, ...part }: Part): object {
  return { object: 'refund', id, status, payment_intent: paymentId, currency: 'usd', metadata, ...part };
}

/** The charge as `charge.refunded` shows it; Stripe copies the payment's metadata to it. */
export function refundedCharge({ paymentId, amount, currency = 'usd', metadata = {} }: Part): object {
  return { object: 'charge', id: 'ch_1', payment_intent: paymentId, amount_refunded: amount, currency, metadata };
}

export function disputeObject(id: string, status: string, { paymentId, amount, currency = 'usd' }: Part): object {
  return { object: 'dispute', id, status, payment_intent: paymentId, amount, currency, metadata: {} };
}

/** Delivers an event, and again as long as it is not answered with 200: what Stripe does for three days. */
export async function deliverUntilTaken(shop: Pick<Shop, 'ledger' | 'catalog'>, event: StripeEvent): Promise<void> {
  const { id, type, created, object } = event;
  const payload = JSON.stringify({ id, object: 'event', type, created, data: { object } });
  const handler = webhookOf(shop);
  for (let attempt = 0; attempt < 20; attempt++) {
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret });
    const { statusCode } = await handler(webhookRequest(payload, { 'stripe-signature': signature }));
    if (statusCode === 200) return;
  }
  throw new Error(`The event ${type} was never taken.`);
}

export async function deliverFiveTimes(shop: Pick<Shop, 'ledger' | 'catalog'>, event: StripeEvent): Promise<void> {
  await Promise.all(Array.from({ length: 5 }, () => deliverUntilTaken(shop, event)));
}

export function permutations<Value>(values: Value[]): Value[][] {
  if (values.length < 2) return [values];
  return values.flatMap((value, position) => {
    const others = values.toSpliced(position, 1);
    return permutations(others).map((rest) => [value, ...rest]);
  });
}

/** How it ends in each order of the values, as different ends; some orders are tried at once, each for itself. */
export async function endsInEachOrder<Value>(
  values: Value[],
  run: (order: Value[]) => Promise<object>,
  { atOnce = 8 }: { atOnce?: number } = {},
): Promise<object[]> {
  const outcomes = await inGroups(permutations(values), atOnce, run);
  const ends = outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return JSON.stringify(outcome.value);
  });
  return [...new Set(ends)].map((end) => JSON.parse(end));
}

/** Waits until the simulator has delivered all that it announced. */
export async function allDelivered(shop: Shop): Promise<boolean> {
  type Listed = { deliveries: { state: string }[] };
  const { deliveries } = await look<Listed>(shop.stripeUrl, 'deliveries');
  return deliveries.every(({ state }) => state === 'delivered');
}

/** The creator `cy`, to whom fans of the shop can send gifts. */
export async function openStage({ ledger, catalog }: Pick<Shop, 'ledger' | 'catalog'>): Promise<void> {
  const now = new Date();
  const user = await putUser({ ledger, catalog }, { userId: 'cyril', region: 'US', birthDate: '1990-01-31', now });
  if (isRefusal(user)) throw new Error(user.detail);
  const creator = { creatorId: 'cy', ownerUserId: 'cyril', region: 'US', giftsEnabled: true, now };
  const put = await putCreator({ ledger }, creator);
  if (isRefusal(put)) throw new Error(put.detail);
}

/** Tips the creator `cy`; gives the refusal's code, or `sent`. */
export async function spend(
  { ledger, catalog }: Pick<Shop, 'ledger' | 'catalog'>,
  senderId: string,
  coins: number,
): Promise<string> {
  const now = new Date();
  const context = { type: 'live', id: 'live-1' } as const;
  const gift = { giftId: newId(now), senderId, creatorId: 'cy', gift: 'tip', quantity: 1, unitPrice: coins, context };
  const sent = await sendGift({ ledger, catalog, recipients: openRecipients(ledger) }, gift, now);
  return isRefusal(sent) ? sent.code : 'sent';
}

/** What the audit finds wrong, and the sums that are not zero: nothing, when the books are right. */
export async function troublesIn({ ledger }: Pick<Shop, 'ledger'>): Promise<unknown[]> {
  const { differences, unsettled, unconfirmed, sums } = await auditLedger(ledger);
  const unbalanced = Object.entries(sums).filter(([, sum]) => sum !== 0);
  return [...differences, ...unsettled, ...unbalanced, ...(unconfirmed > 0 ? [{ unconfirmed }] : [])];
}
