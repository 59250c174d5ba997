import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';
import { AppId, UuidV7 } from '../identifiers.ts';
import { currencies } from '../money/currency.ts';
import { PresentedState } from '../recharges/presented-state.ts';
import { RechargePath } from '../recharges/schemas.ts';
import { Amount, GiftContext, Moment, providerNames } from '../store/items/common.ts';

export const RefundEvidenceAnswer = z.object({
  rechargeId: UuidV7,
  userId: AppId,
  provider: z.enum(providerNames),
  paymentId: z.optional(z.string()),
  region: z.string(),
  state: PresentedState,
  coins: Amount,
  bonusCoins: Amount,
  price: z.object({ amount: Amount, currency: z.enum(currencies) }),
  orderedAt: Moment,
  delivered: z.boolean(),
  deliveredAt: z.optional(Moment),
  consumedCoins: Amount,
  unusedCoins: Amount,
  consumedPercent: z.string(),
  consentsToTell: z.boolean(),
  gifts: z.array(
    z.object({
      giftId: UuidV7,
      creatorId: AppId,
      gift: z.string(),
      quantity: Amount,
      coins: Amount,
      context: GiftContext,
      at: Moment,
    }),
  ),
  /** What else was paid with them: items of the catalogue, goods, the promotion of videos. */
  purchases: z.array(
    z.object({
      purchaseId: UuidV7,
      item: z.optional(z.string()),
      videoId: z.optional(AppId),
      coins: Amount,
      at: Moment,
    }),
  ),
  more: z.boolean(),
});

const rechargeId = '0199e5a0-0000-7000-8000-000000000001';

export const getRefundEvidenceRoute = defineRoute({
  operationId: 'getRefundEvidence',
  method: 'GET',
  path: '/v1/operations/recharges/{rechargeId}/evidence',
  scope: 'economy/operate',
  summary: 'Read what became of the coins of a recharge',
  description:
    "From the journal, for evidence in a provider's dispute or refund review: when the coins were delivered, how many of " +
    'them are gone, and for what. Bought coins are spent first in, first out. It holds ids and no personal data; ' +
    '`consentsToTell` says whether the buyer agreed that stores are told.',
  parameters: RechargePath,
  status: 200,
  answer: RefundEvidenceAnswer,
  refusals: ['malformed_request', 'recharge_not_found'],
  examples: {
    parameters: { rechargeId },
    answer: {
      rechargeId,
      userId: 'ana',
      provider: 'stripe',
      paymentId: 'pi_3SVxExample',
      region: 'US',
      state: 'disputed',
      coins: 1000,
      bonusCoins: 0,
      price: { amount: 1299, currency: 'USD' },
      orderedAt: '2026-11-21T10:00:00.000Z',
      delivered: true,
      deliveredAt: '2026-11-21T10:00:42.000Z',
      consumedCoins: 410,
      unusedCoins: 590,
      consumedPercent: '41.000',
      consentsToTell: true,
      gifts: [
        {
          giftId: '0199e5a0-0000-7000-8000-000000000003',
          creatorId: 'cy',
          gift: 'rose',
          quantity: 360,
          coins: 360,
          context: { type: 'live', id: 'live-1' },
          at: '2026-11-21T10:05:00.000Z',
        },
      ],
      purchases: [
        {
          purchaseId: '0199e5a0-0000-7000-8000-000000000010',
          item: 'sticker_sunny_day',
          coins: 50,
          at: '2026-11-21T10:04:00.000Z',
        },
      ],
      more: false,
    },
  },
});
