import { defineRoute } from '../http/route.ts';
import { Audit } from '../store/items/audit.ts';
import { UserPath } from '../users/schemas.ts';
import { GrantAnswer, GrantBody, WalletStatusAnswer, WalletStatusBody } from './schemas.ts';

export const setWalletStatusRoute = defineRoute({
  operationId: 'setWalletStatus',
  method: 'PUT',
  path: '/v1/operations/wallets/{userId}/status',
  scope: 'economy/operate',
  summary: 'Freeze a wallet, or set it free',
  description: 'A frozen wallet can neither gift nor buy. The reason and the caller are kept.',
  parameters: UserPath,
  body: WalletStatusBody,
  status: 200,
  answer: WalletStatusAnswer,
  refusals: ['malformed_request', 'user_not_found', 'account_closed'],
  examples: {
    parameters: { userId: 'ana' },
    body: { status: 'frozen', reason: 'Chargeback under review' },
    answer: { userId: 'ana', status: 'frozen' },
  },
});

export const grantCoinsRoute = defineRoute({
  operationId: 'grantCoins',
  method: 'POST',
  path: '/v1/operations/grants',
  scope: 'economy/operate',
  summary: 'Give promotional coins',
  description:
    'For compensation. Promotional coins expire, are spent before paid coins, and are not refundable. Gifts that are paid with them make no ' +
    'diamonds unless `worthBasisPoints` says so; what all operators give in a day that is worth something to creators has a limit, which only ' +
    'two can change (`givenWorthCoinsPerDay` of `spending`).',
  body: GrantBody,
  idempotencyKey: true,
  status: 201,
  answer: GrantAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'user_not_found',
    'account_closed',
    'grant_limit_reached',
  ],
  examples: {
    body: { userId: 'ana', coins: 50, reason: 'Stream outage on 21 November' },
    answer: { grantId: '0199e5a0-0000-7000-8000-000000000009', userId: 'ana', coins: 50, wallet: { coins: 250 } },
  },
});

export const getAuditRoute = defineRoute({
  operationId: 'getLatestAudit',
  method: 'GET',
  path: '/v1/operations/audits/latest',
  scope: 'economy/operate',
  summary: 'Read what the last audit found',
  description:
    'The audit folds every entry and compares with every balance. `balances` are those of the chart of accounts, in coins, ' +
    'milli-diamonds and minor units; each asset sums to zero.',
  status: 200,
  answer: Audit,
  refusals: ['audit_not_found'],
  examples: {
    answer: {
      startedAt: '2026-11-21T03:00:00.000Z',
      finishedAt: '2026-11-21T03:00:02.000Z',
      clean: true,
      items: 1204,
      balances: [
        { account: 'platform.coins_sold', asset: 'coin', amount: -3000 },
        { account: 'platform.coins_spent', asset: 'coin', amount: 2800 },
        { account: 'wallet.paid', asset: 'coin', amount: 200 },
      ],
      sums: { coin: 0 },
      differenceCount: 0,
      differences: [],
      unsettled: [],
    },
  },
});
