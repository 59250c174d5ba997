import { defineRoute } from '../http/route.ts';
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
  refusals: ['malformed_request', 'user_not_found'],
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
  description: 'For compensation. Promotional coins expire, are spent before paid coins, and are not refundable.',
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
  ],
  examples: {
    body: { userId: 'ana', coins: 50, reason: 'Stream outage on 21 November' },
    answer: { grantId: '0199e5a0-0000-7000-8000-000000000009', userId: 'ana', coins: 50, wallet: { coins: 250 } },
  },
});
