import * as z from 'zod/mini';
import { control, ok } from './control.ts';
import type { SimulatorReply, SimulatorRoute } from './simulator-server.ts';
import type { StripeBooks } from './stripe-books.ts';
import { found } from './stripe-calls.ts';
import type { StripeClaims } from './stripe-claims.ts';
import type { StripeSessions } from './stripe-sessions.ts';

const received = z.strictObject({
  amount: z.optional(z.int().check(z.nonnegative())),
  currency: z.optional(z.string().check(z.regex(/^[a-z]{3}$/))),
  metadata: z.optional(z.record(z.string(), z.string())),
  webhook: z.optional(z.boolean()),
});
const amount = z.optional(z.int().check(z.positive()));
const refunded = z.strictObject({ amount, status: z.optional(z.enum(['pending', 'succeeded'])) });
const disputed = z.strictObject({ amount });
const nothing = z.strictObject({});
const quietly = z.strictObject({ webhook: z.optional(z.boolean()) });

type Parts = {
  books: StripeBooks;
  claims: StripeClaims;
  sessions: StripeSessions;
  forget: (id: string) => void;
};

/** What buyers, their banks and the people in front of Stripe's dashboard do; `startStripeSimulator` lists it. */
export function stripeControls({ books, claims, sessions, forget }: Parts): SimulatorRoute[] {
  return [...paymentControls(books, forget), ...claimControls({ books, claims }), ...sessionControls(sessions)];
}

function paymentControls(books: StripeBooks, forget: Parts['forget']): SimulatorRoute[] {
  const path = '/_control/payment_intents/:id';

  function unpaid(id: string, act: () => object): SimulatorReply {
    const status = books.intent(id)?.status;
    if (status === 'succeeded' || status === 'canceled') return conflict(`The payment ${id} is already ${status}`);
    return status ? ok(act()) : found(undefined, 'payment_intent', id);
  }

  return [
    { method: 'GET', path: '/_control/payment_intents', handle: () => ok({ paymentIntents: books.intents() }) },
    control('POST', `${path}/pay`, received, (body, { params: { id = '' } }) => unpaid(id, () => books.pay(id, body))),
    control('POST', `${path}/fail`, nothing, (_body, { params: { id = '' } }) => unpaid(id, () => books.decline(id))),
    control('POST', `${path}/process`, nothing, (_body, { params: { id = '' } }) =>
      unpaid(id, () => books.process(id)),
    ),
    control('POST', `${path}/forget`, nothing, (_body, { params: { id = '' } }) => {
      forget(id);
      return ok({});
    }),
  ];
}

function claimControls({ books, claims }: Pick<Parts, 'books' | 'claims'>): SimulatorRoute[] {
  const payment = '/_control/payment_intents/:id';
  const ofPayment = (id: string, act: () => object | undefined) =>
    books.intent(id) ? done(act(), `The payment ${id} has not so much left`) : found(undefined, 'payment_intent', id);
  const moved = (id: string, thing: object | undefined) => done(thing, `${id} is not in a state for that`);
  return [
    { method: 'GET', path: '/_control/refunds', handle: () => ok({ refunds: claims.refunds() }) },
    { method: 'GET', path: '/_control/disputes', handle: () => ok({ disputes: claims.disputes() }) },
    control('POST', `${payment}/refund`, refunded, (wanted, { params: { id = '' } }) =>
      ofPayment(id, () => claims.refund(id, wanted)),
    ),
    control('POST', `${payment}/dispute`, disputed, (wanted, { params: { id = '' } }) =>
      ofPayment(id, () => claims.dispute(id, wanted.amount)),
    ),
    control('POST', `${payment}/warn`, nothing, (_body, { params: { id = '' } }) =>
      ofPayment(id, () => claims.warn(id)),
    ),
    control('POST', '/_control/refunds/:id/succeed', nothing, (_body, { params: { id = '' } }) =>
      moved(id, claims.completeRefund(id)),
    ),
    control('POST', '/_control/refunds/:id/fail', nothing, (_body, { params: { id = '' } }) =>
      moved(id, claims.failRefund(id)),
    ),
    control('POST', '/_control/disputes/:id/review', nothing, (_body, { params: { id = '' } }) =>
      moved(id, claims.reviewDispute(id)),
    ),
    ...(['won', 'lost'] as const).map((status) =>
      control('POST', `/_control/disputes/:id/${status}`, nothing, (_body, { params: { id = '' } }) =>
        moved(id, claims.closeDispute(id, status)),
      ),
    ),
  ];
}

function sessionControls(sessions: StripeSessions): SimulatorRoute[] {
  const path = '/_control/checkout_sessions/:id';
  const acts: Record<string, (id: string) => object | undefined> = {
    pay_later: sessions.payLater,
    settle: (id) => sessions.settle(id, 'succeeded'),
    fail: (id) => sessions.settle(id, 'failed'),
    expire: sessions.expire,
  };
  const changed = (id: string, session: object | undefined) =>
    done(session, `The session ${id} is not in a state for that`);
  return [
    { method: 'GET', path: '/_control/checkout_sessions', handle: () => ok({ sessions: sessions.sessions() }) },
    control('POST', `${path}/pay`, quietly, ({ webhook }, { params: { id = '' } }) =>
      changed(id, sessions.pay(id, webhook === false)),
    ),
    ...Object.entries(acts).map(([verb, act]) =>
      control('POST', `${path}/${verb}`, nothing, (_body, { params: { id = '' } }) => changed(id, act(id))),
    ),
  ];
}

function done(thing: object | undefined, otherwise: string): SimulatorReply {
  return thing ? ok(thing) : conflict(otherwise);
}

function conflict(message: string): SimulatorReply {
  return { status: 409, body: { message } };
}
