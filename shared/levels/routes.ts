import { defineRoute } from '../http/route.ts';
import { CreatorLevelAnswer, CreatorLevelPath, LevelQuery, UserLevelAnswer, UserLevelPath } from './schemas.ts';

export const getUserLevelRoute = defineRoute({
  operationId: 'getUserLevel',
  method: 'GET',
  path: '/v1/users/{userId}/level',
  scope: 'economy/read',
  summary: 'Read the level of a user who gives',
  description:
    'By the coins of all gifts that were credited, without those whose payment went back; some seconds behind. Only a viewer who is ' +
    'that user is told the coins and what is missing to the next level. Others see the level alone, and not even that of somebody who ' +
    'wants to be anonymous or hidden in lists.',
  parameters: UserLevelPath,
  query: LevelQuery,
  status: 200,
  answer: UserLevelAnswer,
  refusals: ['malformed_request', 'user_not_found', 'switched_off'],
  examples: {
    parameters: { userId: 'ana' },
    query: { region: 'US', viewerId: 'ana' },
    answer: {
      userId: 'ana',
      version: '1',
      current: { level: 'bronze', badge: 'gifter_bronze', fromCoins: 2_000 },
      coins: 2_699,
      next: { level: 'silver', badge: 'gifter_silver', fromCoins: 10_000, missingCoins: 7_301 },
    },
  },
});

export const getCreatorLevelRoute = defineRoute({
  operationId: 'getCreatorLevel',
  method: 'GET',
  path: '/v1/creators/{creatorId}/level',
  scope: 'economy/read',
  summary: 'Read the level of a creator',
  description:
    'By all diamonds ever earned, without those that the creator lost because a payment went back; some seconds behind. Only a viewer ' +
    'who owns the creator is told the diamonds and what is missing to the next level.',
  parameters: CreatorLevelPath,
  query: LevelQuery,
  status: 200,
  answer: CreatorLevelAnswer,
  refusals: ['malformed_request', 'creator_not_found', 'switched_off'],
  examples: {
    parameters: { creatorId: 'cy' },
    query: { region: 'US' },
    answer: {
      creatorId: 'cy',
      version: '1',
      current: { level: 'rising', badge: 'creator_rising', fromDiamonds: '1000' },
    },
  },
});
