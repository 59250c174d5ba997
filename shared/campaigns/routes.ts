import { defineRoute } from '../http/route.ts';
import { CampaignsAnswer } from './schemas.ts';

export const listCampaignsRoute = defineRoute({
  operationId: 'listCampaigns',
  method: 'GET',
  path: '/v1/operations/campaigns',
  scope: 'economy/operate',
  summary: 'Read what is left of campaigns and challenges',
  description:
    'Of those in the version of the catalogue that is in force. What is reserved is held by orders whose quoted price still holds, and comes back if ' +
    'they expire. What an expired order keeps, because somebody may still pay it, counts as spent until it comes back. Reserved, spent and left make ' +
    'up the budget, unless it was cut below what is gone.',
  status: 200,
  answer: CampaignsAnswer,
  refusals: [],
  examples: {
    answer: {
      campaigns: [
        {
          code: 'black_friday',
          kind: 'bonus',
          enabled: true,
          from: '2026-11-27T00:00:00.000Z',
          until: '2026-12-01T00:00:00.000Z',
          budgetCoins: 1_000_000,
          reservedCoins: 1_250,
          spentCoins: 310_000,
          leftCoins: 688_750,
        },
      ],
    },
  },
});
