import { defineRoute } from '../http/route.ts';
import { UserPath } from '../users/schemas.ts';
import { AgeDoubtAnswer, AgeDoubtBody, RuleChangesAnswer, TierAnswer, TierBody } from './schemas.ts';

export const setTierRoute = defineRoute({
  operationId: 'setSpendingTier',
  method: 'PUT',
  path: '/v1/operations/wallets/{userId}/tier',
  scope: 'economy/operate',
  summary: "Set which of the platform's caps hold for a user",
  description:
    'The tiers and their caps are part of the catalogue; `default` is that of everybody else. The change is kept with its reason.',
  parameters: UserPath,
  body: TierBody,
  status: 200,
  answer: TierAnswer,
  refusals: ['malformed_request', 'user_not_found', 'body_too_large', 'unsupported_media_type', 'account_closed'],
  examples: {
    parameters: { userId: 'ana' },
    body: { tier: 'trusted', reason: 'Known for two years, source of funds seen' },
    answer: { userId: 'ana', tier: 'trusted' },
  },
});

export const setAgeDoubtRoute = defineRoute({
  operationId: 'setAgeDoubt',
  method: 'PUT',
  path: '/v1/operations/wallets/{userId}/age-doubt',
  scope: 'economy/operate',
  summary: 'Pause a wallet whose user may be a minor, or end that',
  description:
    'While the age is in doubt the user can neither buy nor spend. End it with what proved the age as the reason; each change ' +
    'is kept.',
  parameters: UserPath,
  body: AgeDoubtBody,
  status: 200,
  answer: AgeDoubtAnswer,
  refusals: ['malformed_request', 'user_not_found', 'body_too_large', 'unsupported_media_type', 'account_closed'],
  examples: {
    parameters: { userId: 'ana' },
    body: { doubted: false, reason: 'Passport seen, case 4712' },
    answer: { userId: 'ana', doubted: false },
  },
});

export const listRuleChangesRoute = defineRoute({
  operationId: 'listRuleChanges',
  method: 'GET',
  path: '/v1/operations/wallets/{userId}/changes',
  scope: 'economy/operate',
  summary: "Read how a wallet's rules came to be what they are",
  description:
    'The latest hundred changes of limits, breaks, guardians, tier and doubts about the age, the latest first.',
  parameters: UserPath,
  status: 200,
  answer: RuleChangesAnswer,
  refusals: ['malformed_request', 'user_not_found'],
  examples: {
    parameters: { userId: 'ana' },
    answer: {
      changes: [
        {
          changeId: '0199e5a0-0000-7000-8000-000000000010',
          userId: 'ana',
          at: '2026-11-21T10:00:00.000Z',
          kind: 'tier',
          actor: 'operator',
          caller: 'operations',
          reason: 'Known for two years, source of funds seen',
          rules: { tier: 'trusted' },
        },
      ],
    },
  },
});
