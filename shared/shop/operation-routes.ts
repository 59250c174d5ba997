import { PageQuery } from '../http/page.ts';
import { defineRoute } from '../http/route.ts';
import {
  CodeBatchAnswer,
  CodeBatchBody,
  CodeBatchesAnswer,
  CodeBatchPath,
  CodeBatchStatusBody,
  StockAnswer,
  StockChangeAnswer,
  StockChangeBody,
  StockPath,
} from './schemas.ts';

const item = 'voucher_coffee';
const changeId = '0199e5a0-0000-7000-8000-000000000013';
const reason = 'Delivery of 21 November';
const counters = { item, stocked: 100, reserved: 1, sold: 20, left: 79 };

export const changeStockRoute = defineRoute({
  operationId: 'changeStock',
  method: 'POST',
  path: '/v1/operations/stock-changes',
  scope: 'economy/operate',
  summary: 'Add to a stock, or take from what is left of it',
  description:
    'What is on hold or sold stays. The reason and the caller are kept. The Idempotency-Key is the id of the change.',
  body: StockChangeBody,
  idempotencyKey: true,
  status: 201,
  answer: StockChangeAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'state_conflict',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: { body: { item, change: 50, reason }, answer: { changeId, change: 50, ...counters } },
});

export const getStockRoute = defineRoute({
  operationId: 'getStock',
  method: 'GET',
  path: '/v1/operations/stock/{item}',
  scope: 'economy/operate',
  summary: 'Read how many there are of something',
  description: 'What was stocked is on hold, sold or left. The latest fifty changes stand with it.',
  parameters: StockPath,
  status: 200,
  answer: StockAnswer,
  refusals: ['malformed_request'],
  examples: {
    parameters: { item },
    answer: {
      ...counters,
      changes: [{ changeId, change: 50, reason, changedBy: 'operations', at: '2026-11-21T09:00:00.000Z' }],
    },
  },
});

const batchId = '0199e5a0-0000-7000-8000-000000000015';
const until = '2026-12-31T00:00:00.000Z';

const batch = {
  batchId,
  count: 2,
  gives: { coins: 40 },
  from: '2026-11-21T09:00:00.000Z',
  until,
  reason: 'Launch event',
  madeBy: 'operations',
  madeAt: '2026-11-21T09:00:00.000Z',
  status: 'valid',
} as const;

export const createCodeBatchRoute = defineRoute({
  operationId: 'createCodeBatch',
  method: 'POST',
  path: '/v1/operations/code-batches',
  scope: 'economy/operate',
  summary: 'Make codes that can be redeemed once each',
  description:
    'The answer is the only place where the codes are told: the ledger keeps their hashes. A repetition under the same ' +
    'Idempotency-Key is answered without codes; when the answer was lost, revoke the batch and make another. Coins are worth nothing to ' +
    'creators unless `worthBasisPoints` says so, and count then towards what operators may give in a day, as grants do.',
  body: CodeBatchBody,
  idempotencyKey: true,
  status: 201,
  answer: CodeBatchAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'grant_limit_reached',
    'item_not_found',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: {
    body: { count: 2, gives: { coins: 40 }, until, reason: 'Launch event' },
    answer: { ...batch, codes: ['7KQ2M-X04TR-9VBNC-3HWDE', 'P5Z8A-1FJGS-WQ60K-YR4MT'] },
  },
});

export const listCodeBatchesRoute = defineRoute({
  operationId: 'listCodeBatches',
  method: 'GET',
  path: '/v1/operations/code-batches',
  scope: 'economy/operate',
  summary: 'List the batches of codes, the latest first',
  query: PageQuery,
  status: 200,
  answer: CodeBatchesAnswer,
  refusals: ['malformed_request'],
  examples: { query: { limit: '1' }, answer: { batches: [batch] } },
});

export const setCodeBatchStatusRoute = defineRoute({
  operationId: 'setCodeBatchStatus',
  method: 'PUT',
  path: '/v1/operations/code-batches/{batchId}/status',
  scope: 'economy/operate',
  summary: 'Revoke a batch of codes',
  description:
    'None of its codes can be redeemed from then on; what was redeemed stays. The reason and the caller are kept.',
  parameters: CodeBatchPath,
  body: CodeBatchStatusBody,
  status: 200,
  answer: CodeBatchAnswer,
  refusals: ['malformed_request', 'batch_not_found', 'body_too_large', 'unsupported_media_type'],
  examples: {
    parameters: { batchId },
    body: { status: 'revoked', reason: 'Published by mistake' },
    answer: {
      ...batch,
      status: 'revoked',
      revokedAt: '2026-11-21T11:00:00.000Z',
      revokedBy: 'operations',
      revokedFor: 'Published by mistake',
    },
  },
});
