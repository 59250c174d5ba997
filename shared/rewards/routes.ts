import { defineRoute } from '../http/route.ts';
import { UserPath } from '../users/schemas.ts';
import { ChallengePath, ChallengesAnswer, EntryAnswer, EntryBody } from './schemas.ts';

const challengeId = 'first_duet';
const proofId = 'video-7';

export const listChallengesRoute = defineRoute({
  operationId: 'listChallenges',
  method: 'GET',
  path: '/v1/users/{userId}/challenges',
  scope: 'economy/read',
  summary: 'List the challenges that are on for a user',
  description:
    "Those that are on now in the user's region: what is to be done, what it brings, what is left for all and for the user, and what the " +
    'user was rewarded for. Whether the user is of age is asked when an entry is rewarded.',
  parameters: UserPath,
  status: 200,
  answer: ChallengesAnswer,
  refusals: ['malformed_request', 'user_not_found'],
  examples: {
    parameters: { userId: 'ana' },
    answer: {
      userId: 'ana',
      challenges: [
        {
          challengeId,
          nameKey: 'challenge.first_duet',
          from: '2026-11-20T00:00:00.000Z',
          until: '2026-12-01T00:00:00.000Z',
          task: { taskId: 'duet', count: 3 },
          coins: 20,
          expiresAfterDays: 30,
          worthBasisPoints: 0,
          rewardsLeft: 4_999,
          entriesLeft: 0,
          entries: [{ proofId, coins: 20, rewardedAt: '2026-11-21T10:50:00.000Z' }],
        },
      ],
    },
  },
});

export const enterChallengeRoute = defineRoute({
  operationId: 'enterChallenge',
  method: 'POST',
  path: '/v1/users/{userId}/challenges/{challengeId}/entries',
  scope: 'economy/write',
  summary: 'Reward an entry in a challenge',
  description:
    "For the app's server, once it has seen that the user did what the challenge asks: nothing here looks at the proof. Brings the published " +
    'reward, once for each proof and as often as the challenge allows, while its budget lasts. The Idempotency-Key is the id of the entry: ' +
    'one that was rewarded is answered before any refusal.',
  parameters: ChallengePath,
  body: EntryBody,
  idempotencyKey: true,
  status: 201,
  answer: EntryAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'user_not_found',
    'idempotency_key_reused',
    'account_closed',
    'challenge_not_found',
    'challenge_entered',
    'challenge_unavailable',
    'age_check_required',
    'age_restricted',
    'spending_paused',
    'challenge_unfinished',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: {
    parameters: { userId: 'ana', challengeId },
    body: { proofId, count: 3 },
    answer: {
      entryId: '0199e5a0-0000-7000-8000-000000000016',
      userId: 'ana',
      challengeId,
      proofId,
      coins: 20,
      rewardedAt: '2026-11-21T10:50:00.000Z',
      expiresAt: '2026-12-22T00:00:00.000Z',
      wallet: { coins: 321 },
    },
  },
});
