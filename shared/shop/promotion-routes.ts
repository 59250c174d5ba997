import { defineRoute } from '../http/route.ts';
import { PromotionAnswer, PromotionBody, PromotionPath, PromotionSpendingBody, PromotionStateBody } from './schemas.ts';

const promotionId = '0199e5a0-0000-7000-8000-000000000012';
const path = { userId: 'ana', promotionId };

const promotion = {
  promotionId,
  userId: 'ana',
  videoId: 'video-1',
  state: 'running',
  budget: 500,
  spentCoins: 0,
  remainingCoins: 500,
  startedAt: '2026-11-21T10:05:00.000Z',
  endsAt: '2026-11-28T00:00:00.000Z',
} as const;

export const startPromotionRoute = defineRoute({
  operationId: 'startPromotion',
  method: 'POST',
  path: '/v1/promotions',
  scope: 'economy/write',
  summary: 'Set a budget aside to promote an own video',
  description:
    'The budget leaves the coins that can be spent, promotional ones first, and is spent as the app reports. What is left when ' +
    'the promotion ends goes back to where it came from. The Idempotency-Key is the id of the promotion.',
  body: PromotionBody,
  idempotencyKey: true,
  status: 201,
  answer: PromotionAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'user_not_found',
    'account_closed',
    'wallet_frozen',
    'age_check_required',
    'age_restricted',
    'spending_paused',
    'debt_outstanding',
    'spending_limit_reached',
    'insufficient_coins',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: {
    body: { userId: 'ana', videoId: 'video-1', budget: 500, endsAt: '2026-11-28T00:00:00.000Z' },
    answer: promotion,
  },
});

export const getPromotionRoute = defineRoute({
  operationId: 'getPromotion',
  method: 'GET',
  path: '/v1/users/{userId}/promotions/{promotionId}',
  scope: 'economy/read',
  summary: 'Read a promotion',
  parameters: PromotionPath,
  status: 200,
  answer: PromotionAnswer,
  refusals: ['malformed_request', 'promotion_not_found'],
  examples: { parameters: path, answer: promotion },
});

export const reportPromotionSpendingRoute = defineRoute({
  operationId: 'reportPromotionSpending',
  method: 'POST',
  path: '/v1/users/{userId}/promotions/{promotionId}/spending',
  scope: 'economy/write',
  summary: 'Report what a promotion has spent',
  description:
    'The coins since the promotion began, so that a report that is late, comes again or overtakes another spends nothing twice. ' +
    'No more than the budget is spent; with its last coin the promotion is finished. The Idempotency-Key is that of the report.',
  parameters: PromotionPath,
  body: PromotionSpendingBody,
  idempotencyKey: true,
  status: 201,
  answer: PromotionAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'promotion_not_found',
    'state_conflict',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: {
    parameters: path,
    body: { spentCoins: 120 },
    answer: { ...promotion, spentCoins: 120, remainingCoins: 380 },
  },
});

export const endPromotionRoute = defineRoute({
  operationId: 'endPromotion',
  method: 'PUT',
  path: '/v1/users/{userId}/promotions/{promotionId}/state',
  scope: 'economy/write',
  summary: 'End a promotion',
  description:
    'Gives back what is left of the budget: promotional coins to their lots, which expire when they would have; bought coins ' +
    'repay what the wallet owes first. Report what was spent before. A promotion that nobody ends lapses some time after its end.',
  parameters: PromotionPath,
  body: PromotionStateBody,
  status: 200,
  answer: PromotionAnswer,
  refusals: ['malformed_request', 'promotion_not_found', 'state_conflict', 'body_too_large', 'unsupported_media_type'],
  examples: {
    parameters: path,
    body: { state: 'finished' },
    answer: {
      ...promotion,
      state: 'finished',
      spentCoins: 120,
      remainingCoins: 0,
      released: { coins: 380, at: '2026-11-24T09:00:00.000Z' },
    },
  },
});
