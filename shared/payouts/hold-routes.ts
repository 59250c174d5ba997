import { defineRoute } from '../http/route.ts';
import { CreatorPath, PayoutHoldAnswer, PayoutHoldBody, PayoutHoldHistoryAnswer } from './schemas.ts';

const held = {
  held: true,
  reason: 'Name on a sanctions list, case 4711',
  by: 'operations',
  at: '2026-11-21T10:00:00.000Z',
};

export const setPayoutHoldRoute = defineRoute({
  operationId: 'setPayoutHold',
  method: 'PUT',
  path: '/v1/operations/creators/{creatorId}/payout-hold',
  scope: 'economy/operate',
  summary: "Hold a creator's payouts, or end that",
  description:
    'While payouts are held, none is granted, and those that are requested and not yet sent are stopped; the creator reads that ' +
    'they are on hold, and never why. Each change is kept with its reason and the caller, who cannot approve payouts after ' +
    'having lifted a hold.',
  parameters: CreatorPath,
  body: PayoutHoldBody,
  status: 200,
  answer: PayoutHoldAnswer,
  refusals: ['malformed_request', 'creator_not_found', 'body_too_large', 'unsupported_media_type'],
  examples: {
    parameters: { creatorId: 'cy' },
    body: { held: held.held, reason: held.reason },
    answer: { creatorId: 'cy', ...held },
  },
});

export const getPayoutHoldRoute = defineRoute({
  operationId: 'getPayoutHold',
  method: 'GET',
  path: '/v1/operations/creators/{creatorId}/payout-hold',
  scope: 'economy/operate',
  summary: "Read whether a creator's payouts are held, and why",
  description: 'With the latest hundred changes: who made them, when and why.',
  parameters: CreatorPath,
  status: 200,
  answer: PayoutHoldHistoryAnswer,
  refusals: ['malformed_request', 'creator_not_found'],
  examples: {
    parameters: { creatorId: 'cy' },
    answer: { creatorId: 'cy', held: true, changes: [held] },
  },
});
