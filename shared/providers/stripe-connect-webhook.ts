import * as z from 'zod/mini';
import { StripeBankPayout, StripeTransfer } from './stripe-connect-answers.ts';
import { type StripeDelivery, verifiedPayload } from './stripe-webhook.ts';
import { WebhookRejected } from './webhook-rejected.ts';

/** What an event says of a transfer or of the payout to a bank that was made of it; nothing more is believed. */
export type ConnectEvent = { eventId: string; type: string } & (
  | { kind: 'bank_payout'; transferId: string; payout: StripeBankPayout }
  | { kind: 'transfer'; transfer: StripeTransfer }
  | { kind: 'unhandled' }
);

/** Events about connected accounts have one secret, those about the platform's own another; both come to one address. */
export type ConnectDelivery = Omit<StripeDelivery, 'webhookSecret'> & { webhookSecrets: string[] };

/** The kinds of events to subscribe to: the first of connected accounts, the others of the platform's own account. */
const connectEventTypes = {
  connected: ['payout.created', 'payout.updated', 'payout.paid', 'payout.failed', 'payout.canceled'],
  own: ['transfer.reversed'],
};

const Event = z.object({
  object: z.literal('event'),
  id: z.string().check(z.minLength(1)),
  type: z.string(),
  data: z.object({ object: z.unknown() }),
});

/** Reads a delivery of Connect's webhooks. Throws `WebhookRejected` when it is not to be believed. */
export function readConnectEvent(delivery: ConnectDelivery): ConnectEvent {
  const payload = verifiedByOneOf(delivery);
  try {
    return meaningOf(payload);
  } catch (error) {
    throw new WebhookRejected('malformed', 'the event does not have the shape of a Stripe event', { cause: error });
  }
}

function verifiedByOneOf({ webhookSecrets, ...delivery }: ConnectDelivery): unknown {
  const [webhookSecret = '', ...others] = webhookSecrets;
  try {
    return verifiedPayload({ ...delivery, webhookSecret });
  } catch (error) {
    const isOtherSecret = error instanceof WebhookRejected && error.reason === 'bad_signature';
    if (!isOtherSecret || others.length === 0) throw error;
    return verifiedByOneOf({ ...delivery, webhookSecrets: others });
  }
}

/** Payouts and transfers that name none of ours were made by something else in the same account. */
function meaningOf(payload: unknown): ConnectEvent {
  const { id: eventId, type, data } = Event.parse(payload);
  if (connectEventTypes.connected.includes(type)) {
    const payout = StripeBankPayout.parse(data.object);
    const transferId = payout.metadata.transferId;
    if (transferId !== undefined) return { kind: 'bank_payout', eventId, type, transferId, payout };
  }
  if (connectEventTypes.own.includes(type)) {
    const transfer = StripeTransfer.parse(data.object);
    if (transfer.metadata.payoutId !== undefined) return { kind: 'transfer', eventId, type, transfer };
  }
  return { kind: 'unhandled', eventId, type };
}
