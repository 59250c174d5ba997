import * as z from 'zod/mini';
import { control, ok } from './control.ts';
import type { Records } from './record-file.ts';
import type { SimulatorReply, SimulatorRoute } from './simulator-server.ts';
import { nowSeconds } from './stripe-books.ts';
import { found, type RememberedAnswer } from './stripe-calls.ts';
import type { BankRefusal } from './stripe-connect-api.ts';
import { bankMoves, type ConnectBooks } from './stripe-connect-books.ts';
import type { ConnectedAccount } from './stripe-connect-records.ts';
import { createTimers } from './timers.ts';

const accountSettings = z.strictObject({
  id: z.string().check(z.regex(/^acct_\w+$/)),
  transfers: z.optional(z.enum(['active', 'inactive', 'pending'])),
  payoutsEnabled: z.optional(z.boolean()),
  schedule: z.optional(z.enum(['manual', 'daily'])),
});
const fundSettings = z.strictObject({ account: z.optional(z.string()), balanceMinor: z.int() });
const bankSettings = z.strictObject({
  autoComplete: z.optional(z.boolean()),
  delayMs: z.optional(z.int().check(z.nonnegative(), z.maximum(600_000))),
  refuseNext: z.optional(
    z.strictObject({
      status: z._default(z.int().check(z.minimum(400), z.maximum(599)), 400),
      type: z._default(z.string(), 'invalid_request_error'),
      code: z.optional(z.string()),
      count: z._default(z.int().check(z.minimum(1)), 1),
    }),
  ),
});
const failure = z.strictObject({ failureCode: z.optional(z.string()) });
const takenBack = z.strictObject({ amount: z.optional(z.int().check(z.positive())) });
const nothing = z.strictObject({});

/** Pays what is on its way to a bank by itself after a moment, unless that is switched off, and refuses payouts on order. */
export function simulateBanks(books: ConnectBooks) {
  let settings = { autoComplete: true, delayMs: 200 };
  let refusal: BankRefusal | undefined;
  const timers = createTimers();

  function take(id: string): void {
    if (!settings.autoComplete) return;
    timers.after(settings.delayMs, () => {
      if (settings.autoComplete) books.move(id, 'pay');
    });
  }

  return {
    take,
    stop: timers.stop,
    nextRefusal(): BankRefusal | undefined {
      if (!refusal || refusal.count < 1) return undefined;
      refusal.count -= 1;
      return refusal;
    },
    controls: [
      control('POST', '/_control/connect/banks', bankSettings, ({ refuseNext, autoComplete, delayMs }) => {
        if (refuseNext) refusal = refuseNext;
        settings = { autoComplete: autoComplete ?? settings.autoComplete, delayMs: delayMs ?? settings.delayMs };
        if (autoComplete) for (const id of books.underWay()) take(id);
        return ok({ ...settings, refuseNext: refusal });
      }),
    ],
  };
}

export function connectControls(books: ConnectBooks, answers: Records<RememberedAnswer>): SimulatorRoute[] {
  return [
    control('POST', '/_control/connect/accounts', accountSettings, (wanted) => {
      const account = accountWith(books.accounts.get(wanted.id), wanted);
      books.accounts.put(account.id, account);
      return ok(account);
    }),
    control('POST', '/_control/connect/accounts/:id/disconnect', nothing, (_, { params: { id = '' } }) => {
      books.accounts.delete(id);
      return ok({});
    }),
    control('POST', '/_control/connect/balances', fundSettings, ({ account, balanceMinor }) => {
      books.setBalance(account, balanceMinor);
      return ok({ account, balanceMinor });
    }),
    control('POST', '/_control/connect/keys/forget', nothing, () => {
      for (const key of answers.keys()) answers.delete(key);
      return ok({});
    }),
    control('POST', '/_control/connect/transfers/:id/reverse', takenBack, ({ amount }, { params: { id = '' } }) => {
      const transfer = books.transfers().find((one) => one.id === id || one.transfer_group === id);
      if (!transfer) return found(undefined, 'transfer', id);
      const left = transfer.amount - transfer.amount_reversed;
      return done(books.reverse(transfer.id, { amount: amount ?? left, metadata: {} }));
    }),
    ...bankMoves.map((move) =>
      control('POST', `/_control/connect/payouts/:id/${move}`, failure, ({ failureCode }, { params: { id = '' } }) => {
        const [stored] = books.find(id);
        if (!stored) return found(undefined, 'payout', id);
        return done(books.move(stored.payout.id, move, failureCode));
      }),
    ),
    { method: 'GET', path: '/_control/connect/books', handle: () => ok(books.books()) },
  ];
}

type AccountSettings = z.infer<typeof accountSettings>;

function accountWith(known: ConnectedAccount | undefined, wanted: AccountSettings): ConnectedAccount {
  return {
    id: wanted.id,
    object: 'account',
    capabilities: { transfers: wanted.transfers ?? known?.capabilities.transfers ?? 'active' },
    country: 'US',
    created: known?.created ?? nowSeconds(),
    default_currency: 'usd',
    payouts_enabled: wanted.payoutsEnabled ?? known?.payouts_enabled ?? true,
    settings: {
      payouts: { schedule: { interval: wanted.schedule ?? known?.settings.payouts.schedule.interval ?? 'manual' } },
    },
  };
}

function done(thing: object | undefined): SimulatorReply {
  return thing ? ok(thing) : { status: 409, body: { message: 'That is not possible now' } };
}
