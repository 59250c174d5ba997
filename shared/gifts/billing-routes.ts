import { defineRoute } from '../http/route.ts';
import { standardWebhookHeaders } from '../http/verify-webhook.ts';
import { GiftOrderAnswer, GiftOrderBody } from './gift-orders.ts';

export const billGiftRoute = defineRoute({
  operationId: 'billGift',
  method: 'POST',
  path: '/v1/webhooks/gift-billing',
  summary: 'Bill a gift that a live SDK asks about',
  description:
    'For live SDKs and servers that ask before they show a gift. Signed after the Standard Webhooks specification. The gift is sent as by ' +
    '`POST /v1/gifts`, with all of its checks; its id is made of `orderId` and `orderedAt`, so that the same order is the same gift however often it ' +
    'is asked about. Show the gift when `allowed` is true. An order is carried out within 30 seconds of `orderedAt`, and never later: whoever ' +
    'got no answer asks again, and after a minute learns for good what became of it.',
  signatureHeaders: standardWebhookHeaders,
  body: GiftOrderBody,
  status: 200,
  answer: GiftOrderAnswer,
  refusals: ['malformed_request', 'webhook_rejected', 'body_too_large'],
  examples: {
    body: {
      orderId: 'live-1/ana/000042',
      orderedAt: '2026-11-21T10:05:00.000Z',
      senderId: 'ana',
      creatorId: 'cy',
      gift: 'luxury_car',
      quantity: 1,
      unitPrice: 2699,
      context: { type: 'live', id: 'live-1' },
    },
    answer: {
      allowed: true,
      code: 'ok',
      replayed: false,
      giftId: '01a1fd90-fce0-7152-a232-7d1f9bda7111',
      state: 'sent',
      coins: 2699,
      diamonds: '1349.5',
      sentAt: '2026-11-21T10:05:00.180Z',
      versions: { gifts: '3', rates: '1' },
      wallet: { coins: 301 },
    },
  },
});
