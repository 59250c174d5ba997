import { defineRoute } from '../http/route.ts';
import {
  CreatorLeaderboardAnswer,
  CreatorPath,
  CreatorQuery,
  LiveLeaderboardAnswer,
  LivePath,
  LiveQuery,
  RebuildAnswer,
  RebuildBody,
  VisibilityAnswer,
  VisibilityBody,
  VisibilityPath,
} from './schemas.ts';

const places = {
  asOf: '2026-11-21T10:05:01.000Z',
  places: [
    { rank: 1, userId: 'ana', coins: 2699 },
    { rank: 2, anonymous: true as const, coins: 500 },
  ],
  own: { rank: 1, coins: 2699 },
};

export const getLiveLeaderboardRoute = defineRoute({
  operationId: 'getLiveLeaderboard',
  method: 'GET',
  path: '/v1/leaderboards/lives/{liveId}',
  scope: 'economy/read',
  summary: 'Read who gave most in a live',
  description:
    'The first hundred places, never more than five seconds behind what is credited. `userId` is whose own score is told too.',
  parameters: LivePath,
  query: LiveQuery,
  status: 200,
  answer: LiveLeaderboardAnswer,
  refusals: ['malformed_request', 'switched_off'],
  examples: {
    parameters: { liveId: 'live-1' },
    query: { region: 'US', userId: 'ana' },
    answer: { liveId: 'live-1', ...places },
  },
});

export const getCreatorLeaderboardRoute = defineRoute({
  operationId: 'getCreatorLeaderboard',
  method: 'GET',
  path: '/v1/leaderboards/creators/{creatorId}',
  scope: 'economy/read',
  summary: 'Read who gave a creator most in a week',
  description:
    'A week begins on Monday (UTC), which names it; without `week` it is the week of now. Gifts of all lives, videos and comments count.',
  parameters: CreatorPath,
  query: CreatorQuery,
  status: 200,
  answer: CreatorLeaderboardAnswer,
  refusals: ['malformed_request', 'switched_off'],
  examples: {
    parameters: { creatorId: 'cy' },
    query: { region: 'US', week: '2026-11-16', userId: 'ana' },
    answer: { creatorId: 'cy', week: '2026-11-16', ...places },
  },
});

export const setVisibilityRoute = defineRoute({
  operationId: 'setVisibility',
  method: 'PUT',
  path: '/v1/users/{userId}/visibility',
  scope: 'economy/write',
  summary: 'Say how a user appears in lists',
  description: 'Lists go by it within five seconds, also those of the past.',
  parameters: VisibilityPath,
  body: VisibilityBody,
  status: 200,
  answer: VisibilityAnswer,
  refusals: ['malformed_request', 'user_not_found', 'body_too_large', 'unsupported_media_type'],
  examples: {
    parameters: { userId: 'ana' },
    body: { visibility: 'anonymous' },
    answer: { userId: 'ana', visibility: 'anonymous', updatedAt: '2026-11-21T10:05:00.000Z' },
  },
});

export const rebuildLeaderboardRoute = defineRoute({
  operationId: 'rebuildLeaderboard',
  method: 'POST',
  path: '/v1/operations/leaderboard-rebuilds',
  scope: 'economy/operate',
  summary: 'Count a leaderboard again from the ledger',
  description:
    'Counts go on meanwhile, and the list is replaced at the end. While the answer says `running`, repeat the request: it goes on where it stopped. ' +
    'A live is counted from the entries of the creators who took part, from a day on; with `ladder` and `id`, what one user has given ' +
    'or one creator has earned since ever, by which levels go.',
  body: RebuildBody,
  status: 200,
  answer: RebuildAnswer,
  refusals: ['malformed_request', 'body_too_large', 'unsupported_media_type'],
  examples: {
    body: { creatorId: 'cy', week: '2026-11-16' },
    answer: { state: 'finished', generation: 1 },
  },
});
