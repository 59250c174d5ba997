import type { Records } from './record-file.ts';
import { newId, nowSeconds, type SimulatedIntent, type StripeBooks } from './stripe-books.ts';

/** The fields of a Checkout Session that the simulator keeps; the names and meanings are Stripe's. */
type SimulatedSession = {
  id: string;
  object: 'checkout.session';
  amount_total: number;
  cancel_url: string | null;
  client_reference_id: string | null;
  created: number;
  currency: string;
  expires_at: number;
  livemode: false;
  metadata: Record<string, string>;
  mode: 'payment';
  /** There is none before somebody pays. */
  payment_intent: string | null;
  payment_status: 'unpaid' | 'paid';
  status: 'open' | 'complete' | 'expired';
  success_url: string;
  url: string | null;
};

/** What was asked for, beside the session's own fields: what its payment will be made with. */
type NewSession = Pick<
  SimulatedSession,
  'amount_total' | 'cancel_url' | 'client_reference_id' | 'currency' | 'expires_at' | 'metadata' | 'success_url'
> & { payment: Pick<SimulatedIntent, 'description' | 'metadata'> };

export type StoredSession = { session: SimulatedSession; payment: NewSession['payment'] };

export type StripeSessions = {
  open(wanted: NewSession): SimulatedSession;
  session(id: string): SimulatedSession | undefined;
  sessions(): SimulatedSession[];
  /** The buyer completes the session with a card, of which Stripe may keep silent; `undefined` when it is not open. */
  pay(id: string, isQuiet: boolean): SimulatedSession | undefined;
  /** The buyer completes it with a bank debit, which succeeds or fails days later. */
  payLater(id: string): SimulatedSession | undefined;
  /** The bank debit ends; `undefined` when there is none under way. */
  settle(id: string, outcome: 'succeeded' | 'failed'): SimulatedSession | undefined;
  expire(id: string): SimulatedSession | undefined;
};

/** Stripe's hosted checkout. Each change tells `announce`; the payments themselves are the books'. */
export function createStripeSessions({
  stored,
  books,
  announce,
}: {
  stored: Records<StoredSession>;
  books: StripeBooks;
  announce: (type: string, object: object) => void;
}): StripeSessions {
  function change(id: string, changes: Partial<SimulatedSession>): SimulatedSession {
    const before = stored.get(id);
    if (!before) throw new Error(`There is no session ${id}`);
    const session = { ...before.session, ...changes };
    stored.put(id, { ...before, session });
    return session;
  }

  /** Sessions expire at their time; whoever looks first notices. */
  function current(id: string): SimulatedSession | undefined {
    const session = stored.get(id)?.session;
    return session?.status === 'open' && session.expires_at <= nowSeconds() ? expire(id) : session;
  }

  function expire(id: string): SimulatedSession {
    const expired = change(id, { status: 'expired', url: null });
    announce('checkout.session.expired', expired);
    return expired;
  }

  function openIntent(id: string): SimulatedIntent | undefined {
    const session = current(id);
    const known = stored.get(id);
    if (session?.status !== 'open' || !known) return undefined;
    return books.open({ amount: session.amount_total, currency: session.currency, ...known.payment });
  }

  return {
    open({ payment, ...wanted }) {
      const id = newId('cs_test_');
      const session: SimulatedSession = {
        id,
        object: 'checkout.session',
        ...wanted,
        created: nowSeconds(),
        livemode: false,
        mode: 'payment',
        payment_intent: null,
        payment_status: 'unpaid',
        status: 'open',
        url: `https://checkout.stripe.com/c/pay/${id}`,
      };
      stored.put(id, { session, payment });
      return session;
    },

    session: current,
    sessions: () => stored.values().map(({ session }) => session),

    pay(id, isQuiet) {
      const intent = openIntent(id);
      if (!intent) return undefined;
      const paid = { payment_intent: intent.id, payment_status: 'paid', status: 'complete', url: null } as const;
      const session = change(id, paid);
      books.pay(intent.id, { webhook: !isQuiet });
      if (!isQuiet) announce('checkout.session.completed', session);
      return session;
    },

    payLater(id) {
      const intent = openIntent(id);
      if (!intent) return undefined;
      books.process(intent.id);
      const session = change(id, { payment_intent: intent.id, status: 'complete', url: null });
      announce('checkout.session.completed', session);
      return session;
    },

    settle(id, outcome) {
      const session = current(id);
      if (!session?.payment_intent || books.intent(session.payment_intent)?.status !== 'processing') return undefined;
      if (outcome === 'failed') {
        books.decline(session.payment_intent);
        announce('checkout.session.async_payment_failed', session);
        return session;
      }
      const paid = change(id, { payment_status: 'paid' });
      books.pay(session.payment_intent, {});
      announce('checkout.session.async_payment_succeeded', paid);
      return paid;
    },

    expire: (id) => (current(id)?.status === 'open' ? expire(id) : undefined),
  };
}
