import { PageQuery } from '../http/page.ts';
import { defineRoute } from '../http/route.ts';
import { CreatorAnswer, CreatorBody, CreatorPath, CreatorStatementAnswer, EarningsAnswer } from './schemas.ts';

export const putCreatorRoute = defineRoute({
  operationId: 'putCreator',
  method: 'PUT',
  path: '/v1/creators/{creatorId}',
  scope: 'economy/write',
  summary: 'Register a creator',
  description:
    'The owner is a registered user of age, and stays the same. With `giftsEnabled` false no new gifts are taken, within 30 seconds.',
  parameters: CreatorPath,
  body: CreatorBody,
  status: 200,
  answer: CreatorAnswer,
  refusals: ['malformed_request', 'user_not_found', 'age_restricted', 'state_conflict', 'account_closed'],
  examples: {
    parameters: { creatorId: 'cy' },
    body: { ownerUserId: 'cyril', region: 'US', giftsEnabled: true },
    answer: {
      creatorId: 'cy',
      ownerUserId: 'cyril',
      region: 'US',
      giftsEnabled: true,
      createdAt: '2026-11-21T10:00:00.000Z',
    },
  },
});

export const getEarningsRoute = defineRoute({
  operationId: 'getEarnings',
  method: 'GET',
  path: '/v1/creators/{creatorId}/earnings',
  scope: 'economy/read',
  summary: "Read a creator's earnings",
  parameters: CreatorPath,
  status: 200,
  answer: EarningsAnswer,
  refusals: ['malformed_request', 'creator_not_found'],
  examples: {
    parameters: { creatorId: 'cy' },
    answer: {
      creatorId: 'cy',
      diamonds: { maturing: '0', available: '1400', held: '0', paidOut: '0', lifetime: '1400' },
      maturingByDay: [],
      cash: { available: { amount: 1400, currency: 'USD' } },
      rate: { usdMinorPerDiamond: 1, coinsPerDiamond: 2, version: '1' },
    },
  },
});

export const listCreatorEntriesRoute = defineRoute({
  operationId: 'listCreatorEntries',
  method: 'GET',
  path: '/v1/creators/{creatorId}/entries',
  scope: 'economy/read',
  summary: "Read a creator's statement, newest first",
  parameters: CreatorPath,
  query: PageQuery,
  status: 200,
  answer: CreatorStatementAnswer,
  refusals: ['malformed_request', 'creator_not_found'],
  examples: {
    parameters: { creatorId: 'cy' },
    query: { limit: '25' },
    answer: {
      entries: [
        {
          entryId: '0199e5a0-0000-7000-8000-000000000003',
          type: 'credit',
          diamonds: '1349.5',
          at: '2026-11-21T10:05:01.000Z',
          gifts: [
            {
              giftId: '0199e5a0-0000-7000-8000-000000000002',
              senderId: 'ana',
              gift: 'luxury_car',
              quantity: 1,
              coins: 2699,
              diamonds: '1349.5',
            },
          ],
        },
      ],
    },
  },
});
