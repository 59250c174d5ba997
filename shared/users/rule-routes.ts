import { defineRoute } from '../http/route.ts';
import { AgeDoubtReport, BreakBody, LimitsBody, UserPath, WalletAnswer } from './schemas.ts';

const wallet = {
  userId: 'ana',
  coins: 3000,
  paidCoins: 3000,
  promoCoins: 0,
  owedCoins: 0,
  frozenCoins: 0,
  status: 'active',
  spent: { day: 480, week: 480, month: 480 },
} as const;

export const setLimitsRoute = defineRoute({
  operationId: 'setSpendingLimits',
  method: 'PUT',
  path: '/v1/users/{userId}/limits',
  scope: 'economy/write',
  summary: "Set a user's own spending limits",
  description:
    'Replaces all limits that the user has set. What is stricter holds at once; what is looser, or no limit any more, holds ' +
    'from 24 hours later on (as the platform has it), and is shown as pending until then. The same request again changes nothing.',
  parameters: UserPath,
  body: LimitsBody,
  status: 200,
  answer: WalletAnswer,
  refusals: ['malformed_request', 'user_not_found', 'body_too_large', 'unsupported_media_type', 'account_closed'],
  examples: {
    parameters: { userId: 'ana' },
    body: { day: 1000, month: 10_000 },
    answer: {
      ...wallet,
      limits: {
        day: {
          coins: 500,
          left: 20,
          setBy: 'user',
          startsAgainAt: '2026-11-22T00:00:00.000Z',
          pending: { coins: 1000, from: '2026-11-22T10:00:00.000Z' },
        },
        month: { coins: 10_000, left: 9520, setBy: 'user', startsAgainAt: '2026-12-01T00:00:00.000Z' },
      },
    },
  },
});

export const takeBreakRoute = defineRoute({
  operationId: 'takeBreak',
  method: 'PUT',
  path: '/v1/users/{userId}/break',
  scope: 'economy/write',
  summary: 'Let a user neither buy nor spend until a time',
  description:
    'A cool-off is for some days, a self-exclusion for long. Either can be made longer; nobody can make it shorter or end it ' +
    'before its time. A payment that was begun before is credited all the same.',
  parameters: UserPath,
  body: BreakBody,
  status: 200,
  answer: WalletAnswer,
  refusals: [
    'malformed_request',
    'user_not_found',
    'state_conflict',
    'body_too_large',
    'unsupported_media_type',
    'account_closed',
  ],
  examples: {
    parameters: { userId: 'ana' },
    body: { type: 'cool_off', until: '2026-11-28T00:00:00.000Z' },
    answer: { ...wallet, limits: {}, break: { coolOffUntil: '2026-11-28T00:00:00.000Z' } },
  },
});

export const reportAgeDoubtRoute = defineRoute({
  operationId: 'reportAgeDoubt',
  method: 'PUT',
  path: '/v1/users/{userId}/age-doubt',
  scope: 'economy/write',
  summary: 'Report that a user may be a minor',
  description:
    'Pauses buying and spending at once and tells the operators; one of them ends it after a proof of age. What the user has ' +
    'stays as it is.',
  parameters: UserPath,
  body: AgeDoubtReport,
  status: 200,
  answer: WalletAnswer,
  refusals: ['malformed_request', 'user_not_found', 'body_too_large', 'unsupported_media_type', 'account_closed'],
  examples: {
    parameters: { userId: 'ana' },
    body: { reason: 'Said in a live to be fifteen' },
    answer: { ...wallet, limits: {}, ageDoubted: true },
  },
});
