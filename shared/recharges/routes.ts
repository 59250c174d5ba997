import { defineRoute } from '../http/route.ts';
import { AppleTransactionBody, RechargeAnswer, RechargeBody, RechargePath, WebhookAnswer } from './schemas.ts';

const rechargeId = '0199e5a0-0000-7000-8000-000000000001';
const quoted = {
  rechargeId,
  userId: 'ana',
  coins: 1000,
  bonusCoins: 0,
  price: { amount: 1299, currency: 'USD' },
  expiresAt: '2026-11-21T10:15:00.000Z',
} as const;

export const createRechargeRoute = defineRoute({
  operationId: 'createRecharge',
  method: 'POST',
  path: '/v1/recharges',
  scope: 'economy/write',
  summary: 'Buy coins',
  description:
    'Quotes a coin package of the catalogue, or as many coins as are asked for, and opens a payment for them. The Idempotency-Key is the id of the recharge: the ' +
    'same request again gives the same order and the same payment. The coins arrive when the provider reports the payment; ' +
    'read the recharge to learn of it. A 503 means that the provider did not answer: repeat the request under the same key. ' +
    'Refusals in this order: `user_not_found`, `account_closed`, `wallet_frozen`, `age_restricted`, `storefront_differs`, `region_not_served`, ' +
    '`package_not_found`, `provider_not_available`, `malformed_request` (coins out of bounds), `too_many_orders`, ' +
    '`purchase_limit_reached`, `idempotency_key_reused`; an order that was made before is answered before any of them.',
  body: RechargeBody,
  idempotencyKey: true,
  status: 201,
  answer: RechargeAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'user_not_found',
    'account_closed',
    'wallet_frozen',
    'age_check_required',
    'age_restricted',
    'spending_paused',
    'purchases_blocked',
    'storefront_differs',
    'switched_off',
    'region_not_served',
    'package_not_found',
    'provider_not_available',
    'guardian_approval_required',
    'too_many_orders',
    'purchase_limit_reached',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: {
    body: { userId: 'ana', packageId: 'us-app-1000', channel: 'app', provider: 'stripe' },
    answer: {
      ...quoted,
      state: 'pending',
      checkout: {
        provider: 'stripe',
        paymentIntentId: 'pi_3SVxExample',
        clientSecret: 'pi_3SVxExample_secret_example',
      },
    },
  },
});

export const getRechargeRoute = defineRoute({
  operationId: 'getRecharge',
  method: 'GET',
  path: '/v1/recharges/{rechargeId}',
  scope: 'economy/read',
  summary: 'Read a recharge',
  parameters: RechargePath,
  status: 200,
  answer: RechargeAnswer,
  refusals: ['malformed_request', 'recharge_not_found'],
  examples: {
    parameters: { rechargeId },
    answer: {
      ...quoted,
      state: 'paid',
      paidAt: '2026-11-21T10:00:42.000Z',
      checkout: { provider: 'stripe', paymentIntentId: 'pi_3SVxExample' },
    },
  },
});

export const receiveAppleTransactionRoute = defineRoute({
  operationId: 'receiveAppleTransaction',
  method: 'POST',
  path: '/v1/recharges/{rechargeId}/apple-transaction',
  scope: 'economy/write',
  summary: 'Hand in what the App Store signed',
  description:
    "Credits a purchase in the App Store as soon as the app has it, without waiting for Apple's notification. Send " +
    "StoreKit's `jwsRepresentation` of the transaction, and finish the transaction once this is answered with 200. The " +
    'recharge is the one whose id the app gave as `appAccountToken`; the coins are those of the product, whatever its price ' +
    'in the storefront. The same transaction again answers the same. Refusals in this order: `recharge_not_found`, ' +
    '`receipt_rejected`.',
  parameters: RechargePath,
  body: AppleTransactionBody,
  status: 200,
  answer: RechargeAnswer,
  refusals: ['malformed_request', 'recharge_not_found', 'receipt_rejected', 'body_too_large', 'unsupported_media_type'],
  examples: {
    parameters: { rechargeId },
    body: {
      signedTransaction: 'eyJhbGciOiJFUzI1NiIsIng1YyI6WyJNSUlFLi4uIl19.eyJ0cmFuc2FjdGlvbklkIjoiMjAwMCJ9.c2lnbmF0dXJl',
    },
    answer: {
      ...quoted,
      state: 'paid',
      paidAt: '2026-11-21T10:00:42.000Z',
      checkout: {
        provider: 'apple',
        productId: 'coins.us.app.1000',
        appAccountToken: rechargeId,
        transactionId: '2000000987654321',
      },
    },
  },
});

export const receiveAppleEventRoute = defineRoute({
  operationId: 'receiveAppleEvent',
  method: 'POST',
  path: '/v1/webhooks/apple',
  summary: "Receive the App Store's notifications",
  description:
    "For Apple alone: App Store Server Notifications, version 2, whose signature is in the body and is traced to Apple's root " +
    'certificates. Purchases, refunds, reversed refunds and requests for consumption are acted on; other notifications are ' +
    'answered and change nothing. A notification may come any number of times and in any order.',
  signatureHeaders: [],
  status: 200,
  answer: WebhookAnswer,
  refusals: ['webhook_rejected', 'body_too_large'],
  examples: { answer: { received: true } },
});

export const receiveStripeEventRoute = defineRoute({
  operationId: 'receiveStripeEvent',
  method: 'POST',
  path: '/v1/webhooks/stripe',
  summary: "Receive Stripe's events",
  description:
    'For Stripe alone, whose signature over the exact bytes of the body is the proof. Subscribe the webhook to ' +
    '`payment_intent.succeeded`, `payment_intent.payment_failed`, `charge.refunded`, all of `refund.*`, ' +
    '`charge.dispute.*` and `checkout.session.*`, and `radar.early_fraud_warning.created`; other events are answered and ' +
    'change nothing. An event may come any number of times and in any order.',
  signatureHeaders: ['Stripe-Signature'],
  status: 200,
  answer: WebhookAnswer,
  refusals: ['webhook_rejected', 'body_too_large'],
  examples: { answer: { received: true } },
});
