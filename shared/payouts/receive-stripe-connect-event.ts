import { minor } from '../money/units.ts';
import { logger } from '../observability.ts';
import type { StripeBankPayout } from '../providers/stripe-connect-answers.ts';
import { type ConnectDelivery, type ConnectEvent, readConnectEvent } from '../providers/stripe-connect-webhook.ts';
import { digestOf } from '../recharges/provider-events.ts';
import type { Table } from '../store/table.ts';
import type { PayoutStatus } from './payout-news.ts';
import type { PayoutProvider } from './payout-provider.ts';
import { receivePayoutItem } from './receive-payout-item.ts';

type Connect = { ledger: Table; provider: Pick<PayoutProvider, 'find'> };

export type ConnectNews = Omit<ConnectDelivery, 'nowSeconds'> & { now: Date };

/**
 * Handles one delivery of Connect's webhooks. The event says which transfer to ask about, and what Stripe's API says of it
 * counts: whoever owns a connected account may write what they like into their own payouts.
 * @throws WebhookRejected for what Stripe did not sign just now; anything else makes Stripe deliver again.
 */
export async function receiveStripeConnectEvent(connect: Connect, { now, ...delivery }: ConnectNews): Promise<void> {
  const event = readConnectEvent({ ...delivery, nowSeconds: now.getTime() / 1000 });
  const { eventId, type } = event;
  if (event.kind === 'unhandled') return logger.debug('event not handled', { eventId, type });
  const { itemId, status } = claimOf(event);
  // Of what is claimed, only these two are looked at.
  const news = { itemId, reference: itemId, status, amountMinor: minor(0), currency: 'USD' as const };
  await receivePayoutItem(
    connect,
    { provider: 'stripe', eventId, type, digest: digestOf(delivery.rawBody), news },
    now,
  );
}

/** A transfer that is reversed claims only that something was decided: what, depends on whether the bank had been asked. */
function claimOf(event: Exclude<ConnectEvent, { kind: 'unhandled' }>): { itemId: string; status: PayoutStatus } {
  if (event.kind === 'bank_payout') return { itemId: event.transferId, status: statusOf[event.payout.status] };
  const { id, reversed } = event.transfer;
  return { itemId: id, status: reversed ? 'FAILED' : 'PENDING' };
}

const statusOf: Record<StripeBankPayout['status'], PayoutStatus> = {
  pending: 'PENDING',
  in_transit: 'PENDING',
  paid: 'SUCCESS',
  failed: 'RETURNED',
  canceled: 'RETURNED',
};
