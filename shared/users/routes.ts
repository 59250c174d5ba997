import { PageQuery } from '../http/page.ts';
import { defineRoute } from '../http/route.ts';
import { StatementAnswer, UserAnswer, UserBody, UserPath, WalletAnswer } from './schemas.ts';

export const putUserRoute = defineRoute({
  operationId: 'putUser',
  method: 'PUT',
  path: '/v1/users/{userId}',
  scope: 'economy/write',
  summary: 'Register a user',
  description:
    'Opens the wallet at 0 coins the first time; later calls replace what is known of the user. Region and age decide ' +
    'what the user may buy and send: without a birth date the user can do neither. Naming a guardian is agreeing to that ' +
    'guardian, unless anything was said about the link before.',
  parameters: UserPath,
  body: UserBody,
  status: 200,
  answer: UserAnswer,
  refusals: ['malformed_request', 'guardian_not_eligible', 'state_conflict', 'account_closed'],
  examples: {
    parameters: { userId: 'ana' },
    body: { region: 'US', birthDate: '1995-04-12' },
    answer: {
      userId: 'ana',
      region: 'US',
      refundDataConsent: false,
      ageKnown: true,
      mayBuyAndGiftFrom: '2013-04-12',
      registeredAt: '2026-11-21T10:00:00.000Z',
    },
  },
});

export const getWalletRoute = defineRoute({
  operationId: 'getWallet',
  method: 'GET',
  path: '/v1/users/{userId}/wallet',
  scope: 'economy/read',
  summary: 'Read a wallet',
  parameters: UserPath,
  status: 200,
  answer: WalletAnswer,
  refusals: ['malformed_request', 'user_not_found'],
  examples: {
    parameters: { userId: 'ana' },
    answer: {
      userId: 'ana',
      coins: 3000,
      paidCoins: 3000,
      promoCoins: 0,
      owedCoins: 0,
      frozenCoins: 0,
      reservedCoins: 200,
      status: 'active',
      spent: { day: 200, week: 200, month: 1_200 },
      limits: {},
      platformLimits: {
        day: { coins: 500_000, left: 499_800, startsAgainAt: '2026-11-22T00:00:00.000Z' },
        week: { coins: 2_000_000, left: 1_999_800, startsAgainAt: '2026-11-23T00:00:00.000Z' },
        month: { coins: 6_000_000, left: 5_998_800, startsAgainAt: '2026-12-01T00:00:00.000Z' },
      },
    },
  },
});

export const listWalletEntriesRoute = defineRoute({
  operationId: 'listWalletEntries',
  method: 'GET',
  path: '/v1/users/{userId}/entries',
  scope: 'economy/read',
  summary: "Read a wallet's statement, newest first",
  description: 'Gifts are in it from the moment they are sent, credited or not yet.',
  parameters: UserPath,
  query: PageQuery,
  status: 200,
  answer: StatementAnswer,
  refusals: ['malformed_request', 'user_not_found'],
  examples: {
    parameters: { userId: 'ana' },
    query: { limit: '25' },
    answer: {
      entries: [
        {
          entryId: '0199e5a0-0000-7000-8000-000000000002',
          type: 'gift',
          coins: -2699,
          at: '2026-11-21T10:05:00.000Z',
          gift: {
            creatorId: 'cy',
            gift: 'luxury_car',
            quantity: 1,
            context: { type: 'live', id: 'live-1' },
            state: 'credited',
          },
        },
        {
          entryId: '0199e5a0-0000-7000-8000-000000000001',
          type: 'recharge',
          coins: 1000,
          at: '2026-11-21T10:00:00.000Z',
        },
      ],
    },
  },
});
