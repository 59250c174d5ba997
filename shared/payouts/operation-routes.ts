import { defineRoute } from '../http/route.ts';
import { ApprovalBody, PayoutAnswer, PayoutPath } from './schemas.ts';

export const approvePayoutRoute = defineRoute({
  operationId: 'approvePayout',
  method: 'POST',
  path: '/v1/operations/payouts/{payoutId}/approval',
  scope: 'economy/operate',
  summary: 'Approve or reject a large payout',
  description:
    'Whoever asked for a payout cannot decide on it, and who last changed the payout profile or lifted a hold cannot approve ' +
    'it: it takes another operator. An approved payout is sent; the diamonds of a rejected one go back, and ' +
    'its creator reads the reason. The same decision again gets the same answer.',
  parameters: PayoutPath,
  body: ApprovalBody,
  status: 200,
  answer: PayoutAnswer,
  refusals: [
    'malformed_request',
    'payout_not_found',
    'payout_not_allowed',
    'state_conflict',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: {
    parameters: { payoutId: '0199e5a0-0000-7000-8000-000000000004' },
    body: { decision: 'approve' },
    answer: {
      payoutId: '0199e5a0-0000-7000-8000-000000000004',
      creatorId: 'cy',
      state: 'requested',
      diamonds: '80000',
      gross: { amount: 80_000, currency: 'USD' },
      fee: { amount: 1210, currency: 'USD' },
      net: { amount: 78_790, currency: 'USD' },
      method: 'paypal',
      destination: { type: 'email', value: 'c•••@example.com' },
      requestedAt: '2026-11-21T10:10:00.000Z',
      updatedAt: '2026-11-21T11:30:00.000Z',
    },
  },
});
