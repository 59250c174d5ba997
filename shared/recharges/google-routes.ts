import { defineRoute } from '../http/route.ts';
import { GooglePurchaseBody, RechargeAnswer, RechargePath, WebhookAnswer } from './schemas.ts';

const rechargeId = '0199e5a0-0000-7000-8000-000000000001';

export const receiveGooglePurchaseRoute = defineRoute({
  operationId: 'receiveGooglePurchase',
  method: 'POST',
  path: '/v1/recharges/{rechargeId}/google-purchase',
  scope: 'economy/write',
  summary: 'Hand in a purchase at Google Play',
  description:
    "Credits a purchase at Google Play as soon as the app has it, without waiting for Google's notification, and consumes " +
    "it. Send the billing library's `purchaseToken`; what was bought, and for which recharge, is asked of Google: the " +
    'recharge is the one whose id the app gave as `obfuscatedAccountId`, the coins are those of the product. A purchase that ' +
    'is still pending leaves the recharge open. The same token again answers the same. Do not consume the purchase in the ' +
    'app. A 503 means that Google did not answer: send the token again. Refusals in this order: `recharge_not_found`, ' +
    '`receipt_rejected`.',
  parameters: RechargePath,
  body: GooglePurchaseBody,
  status: 200,
  answer: RechargeAnswer,
  refusals: ['malformed_request', 'recharge_not_found', 'receipt_rejected', 'body_too_large', 'unsupported_media_type'],
  examples: {
    parameters: { rechargeId },
    body: { purchaseToken: 'opaque-token-up-to-1500-characters' },
    answer: {
      rechargeId,
      userId: 'ana',
      coins: 1000,
      bonusCoins: 0,
      price: { amount: 1299, currency: 'USD' },
      expiresAt: '2026-11-21T10:15:00.000Z',
      state: 'paid',
      paidAt: '2026-11-21T10:00:42.000Z',
      checkout: {
        provider: 'google',
        productId: 'coins.us.app.1000',
        obfuscatedAccountId: rechargeId,
        orderId: 'GPA.3372-5534-1234-56789',
      },
    },
  },
});

export const receiveGoogleEventRoute = defineRoute({
  operationId: 'receiveGoogleEvent',
  method: 'POST',
  path: '/v1/webhooks/google',
  summary: "Receive Google Play's notifications",
  description:
    'For the Pub/Sub subscription of the real-time developer notifications alone, which pushes with an OIDC token of its ' +
    'service account and this address as the audience. One-time products and voided purchases are looked up at Google and ' +
    'acted on; other notifications are answered and change nothing. A notification may come any number of times and in any ' +
    'order.',
  signatureHeaders: [],
  status: 200,
  answer: WebhookAnswer,
  refusals: ['webhook_rejected', 'body_too_large'],
  examples: { answer: { received: true } },
});
