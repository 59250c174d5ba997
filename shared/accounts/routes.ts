import { defineRoute } from '../http/route.ts';
import { UserPath } from '../users/schemas.ts';
import { ClosureAnswer, ClosureBody, ErasureAnswer, ErasureBody, ExportAnswer, ExportQuery } from './schemas.ts';

export const closeAccountRoute = defineRoute({
  operationId: 'closeAccount',
  method: 'POST',
  path: '/v1/users/{userId}/closure',
  scope: 'economy/write',
  summary: 'Close an account, or learn what that waits for',
  description:
    'Nothing is lost without a word: `waitsFor` says what stands in the way, and the account goes on as before. Coins can be spent, or given ' +
    'back for their price where `withdrawable` says so; with `forfeit` what is left is given up. Ask again, with a new key where the request ' +
    'is another, until `state` is `closed`. A closed wallet refuses everything; late refunds and payments are still put down, and what the ' +
    'wallet owes stays known. It cannot be opened again.',
  parameters: UserPath,
  body: ClosureBody,
  idempotencyKey: true,
  status: 202,
  answer: ClosureAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'user_not_found',
  ],
  examples: {
    parameters: { userId: 'ana' },
    body: { forfeit: true },
    answer: {
      closureId: '0199e5a0-0000-7000-8000-00000000000a',
      userId: 'ana',
      state: 'requested',
      waitsFor: [{ reason: 'withdrawal_possible', ids: ['0199e5a0-0000-7000-8000-000000000001'] }],
      withdrawable: [{ rechargeId: '0199e5a0-0000-7000-8000-000000000001', refund: { amount: 800, currency: 'GBP' } }],
      paidCoins: 615,
      promoCoins: 20,
      owedCoins: 0,
      forfeitedCoins: 0,
      requestedAt: '2026-11-21T10:00:00.000Z',
    },
  },
});

export const eraseUserRoute = defineRoute({
  operationId: 'eraseUser',
  method: 'POST',
  path: '/v1/users/{userId}/erasure',
  scope: 'economy/write',
  summary: 'Erase what is known of a person',
  description:
    'For an account that is closed, once no payout is under way or on hold, no payment is disputed, and no late one has brought coins. What was told of the person is removed; entries and balances stay under the user id, which to this service ' +
    'is a pseudonym that only the app can resolve. `running` goes on by itself. Where payouts went is kept until `payoutsKeptUntil`, because ' +
    'the law asks for it, and erased then.',
  parameters: UserPath,
  body: ErasureBody,
  idempotencyKey: true,
  status: 202,
  answer: ErasureAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'user_not_found',
    'state_conflict',
    'erasure_too_soon',
  ],
  examples: {
    parameters: { userId: 'ana' },
    body: {},
    answer: {
      erasureId: '0199e5a0-0000-7000-8000-00000000000b',
      userId: 'ana',
      state: 'erased',
      requestedAt: '2026-11-21T10:00:00.000Z',
      erasedAt: '2026-11-21T10:00:00.000Z',
    },
  },
});

export const exportUserRoute = defineRoute({
  operationId: 'exportUser',
  method: 'GET',
  path: '/v1/users/{userId}/export',
  scope: 'economy/write',
  summary: 'Export everything that is kept of a user',
  description:
    'Page by page, in no order that means anything: ask on until there is no `nextCursor`. A page may have fewer items than asked for, or some ' +
    'more. It has what the ledger keeps as it keeps it: amounts in coins, milli-diamonds and minor units, and where payouts went in full, which ' +
    'is masked everywhere else: it takes more than reading.',
  parameters: UserPath,
  query: ExportQuery,
  status: 200,
  answer: ExportAnswer,
  refusals: ['malformed_request', 'user_not_found'],
  examples: {
    parameters: { userId: 'ana' },
    query: { limit: '100' },
    answer: {
      userId: 'ana',
      items: [{ kind: 'user', data: { userId: 'ana', region: 'US', birthDate: '1995-04-12' } }],
    },
  },
});
