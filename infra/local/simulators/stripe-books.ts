import { randomBytes } from 'node:crypto';
import type { Records } from './record-file.ts';

/** The fields of a PaymentIntent that the simulator keeps; the names and meanings are Stripe's. */
export type SimulatedIntent = {
  id: string;
  object: 'payment_intent';
  amount: number;
  amount_received: number;
  automatic_payment_methods: { enabled: true };
  client_secret: string;
  created: number;
  currency: string;
  description: string | null;
  last_payment_error: { type: 'card_error'; code: string; message: string } | null;
  latest_charge: string | null;
  livemode: false;
  metadata: Record<string, string>;
  status: 'requires_payment_method' | 'processing' | 'succeeded' | 'canceled';
};

export type SimulatedCharge = {
  id: string;
  object: 'charge';
  amount: number;
  amount_refunded: number;
  created: number;
  currency: string;
  livemode: false;
  metadata: Record<string, string>;
  paid: true;
  payment_intent: string;
  refunded: boolean;
  status: 'succeeded';
};

/** What was really received, where it differs from what was asked for. */
type Received = {
  amount?: number | undefined;
  currency?: string | undefined;
  metadata?: Record<string, string> | undefined;
  /** `false` when Stripe is to keep silent about it. */
  webhook?: boolean | undefined;
};

export type StripeBooks = {
  open(order: Pick<SimulatedIntent, 'amount' | 'currency' | 'description' | 'metadata'>): SimulatedIntent;
  intent(id: string): SimulatedIntent | undefined;
  intents(): SimulatedIntent[];
  /** The buyer pays. */
  pay(id: string, received: Received): SimulatedIntent;
  /** Nobody can pay it any more; `undefined` when the buyer has begun to. */
  cancel(id: string): SimulatedIntent | undefined;
  /** The buyer's bank has the payment, and takes its time. */
  process(id: string): SimulatedIntent;
  /** The buyer tries to pay, and the card is declined. */
  decline(id: string): SimulatedIntent;
};

/** Stripe's side of the money: what was asked for and received. Each change tells `announce`. */
export function createStripeBooks({
  intents,
  charges,
  announce,
}: {
  intents: Records<SimulatedIntent>;
  charges: Records<SimulatedCharge>;
  announce: (type: string, object: object) => void;
}): StripeBooks {
  function known(id: string): SimulatedIntent {
    const intent = intents.get(id);
    if (!intent) throw new Error(`There is no payment ${id}`);
    return intent;
  }

  return {
    open(order) {
      const id = newId('pi_');
      const intent: SimulatedIntent = {
        id,
        object: 'payment_intent',
        ...order,
        amount_received: 0,
        automatic_payment_methods: { enabled: true },
        client_secret: `${id}_secret_${randomBytes(12).toString('hex')}`,
        created: nowSeconds(),
        last_payment_error: null,
        latest_charge: null,
        livemode: false,
        status: 'requires_payment_method',
      };
      intents.put(id, intent);
      return intent;
    },

    intent: (id) => intents.get(id),
    intents: () => intents.values(),

    pay(id, received) {
      const intent = known(id);
      const amount = received.amount ?? intent.amount;
      const paid: SimulatedIntent = {
        ...intent,
        amount_received: amount,
        currency: received.currency ?? intent.currency,
        metadata: received.metadata ?? intent.metadata,
        last_payment_error: null,
        latest_charge: newId('ch_'),
        status: 'succeeded',
      };
      const charge = chargeOf(paid, paid.latest_charge ?? '');
      charges.put(charge.id, charge);
      intents.put(id, paid);
      if (received.webhook !== false) announce('payment_intent.succeeded', paid);
      return paid;
    },

    cancel(id) {
      const intent = known(id);
      if (intent.status !== 'requires_payment_method') return undefined;
      const canceled: SimulatedIntent = { ...intent, status: 'canceled' };
      intents.put(id, canceled);
      announce('payment_intent.canceled', canceled);
      return canceled;
    },

    process(id) {
      const processing: SimulatedIntent = { ...known(id), status: 'processing' };
      intents.put(id, processing);
      announce('payment_intent.processing', processing);
      return processing;
    },

    decline(id) {
      const error = { type: 'card_error', code: 'card_declined', message: 'Your card was declined.' } as const;
      const declined: SimulatedIntent = { ...known(id), last_payment_error: error, status: 'requires_payment_method' };
      intents.put(id, declined);
      announce('payment_intent.payment_failed', declined);
      return declined;
    },
  };
}

function chargeOf(intent: SimulatedIntent, id: string): SimulatedCharge {
  return {
    id,
    object: 'charge',
    amount: intent.amount_received,
    amount_refunded: 0,
    created: nowSeconds(),
    currency: intent.currency,
    livemode: false,
    metadata: intent.metadata,
    paid: true,
    payment_intent: intent.id,
    refunded: false,
    status: 'succeeded',
  };
}

export function newId(prefix: string): string {
  return prefix + randomBytes(12).toString('hex');
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
