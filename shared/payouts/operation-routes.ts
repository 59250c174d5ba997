import { defineRoute } from '../http/route.ts';
import { ApprovalBody, PayoutAnswer, PayoutPath, PayoutRunAnswer, PayoutRunBody, PayoutRunPath } from './schemas.ts';

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

const run = {
  runId: '0199e5a0-0000-7000-8000-000000000005',
  state: 'running',
  dueThrough: '2026-11-23T06:00:00.000Z',
  requested: 0,
  skipped: 0,
  startedAt: '2026-11-23T06:00:00.000Z',
  startedBy: 'operations',
};

export const startPayoutRunRoute = defineRoute({
  operationId: 'startPayoutRun',
  method: 'POST',
  path: '/v1/operations/payout-runs',
  scope: 'economy/operate',
  summary: 'Pay the creators that are due',
  description:
    'Starts a run besides the daily one. It pays every creator whose schedule has come due, and writes why it skipped those ' +
    'that it could not pay. Runs can be stopped and started again, and overlap, without paying anyone twice. The ' +
    'Idempotency-Key is the id of the run.',
  body: PayoutRunBody,
  idempotencyKey: true,
  status: 202,
  answer: PayoutRunAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: { body: {}, answer: run },
});

export const getPayoutRunRoute = defineRoute({
  operationId: 'getPayoutRun',
  method: 'GET',
  path: '/v1/operations/payout-runs/{runId}',
  scope: 'economy/operate',
  summary: 'Read a payout run',
  parameters: PayoutRunPath,
  status: 200,
  answer: PayoutRunAnswer,
  refusals: ['malformed_request', 'payout_run_not_found'],
  examples: {
    parameters: { runId: run.runId },
    answer: { ...run, state: 'finished', requested: 41, skipped: 3, failed: 0, finishedAt: '2026-11-23T06:00:09.000Z' },
  },
});

export const stopPayoutRunRoute = defineRoute({
  operationId: 'stopPayoutRun',
  method: 'POST',
  path: '/v1/operations/payout-runs/{runId}/stop',
  scope: 'economy/operate',
  summary: 'Stop a payout run',
  description:
    'From the answer on, the run requests nothing more; what it requested before is paid. The creators it did not come to ' +
    'stay due, and the next run pays them.',
  parameters: PayoutRunPath,
  status: 200,
  answer: PayoutRunAnswer,
  refusals: ['malformed_request', 'payout_run_not_found', 'state_conflict'],
  examples: { parameters: { runId: run.runId }, answer: { ...run, state: 'stopped', requested: 17, skipped: 1 } },
});
