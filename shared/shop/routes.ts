import { defineRoute } from '../http/route.ts';
import { UserPath } from '../users/schemas.ts';
import {
  EntitlementsAnswer,
  ItemsAnswer,
  ItemsQuery,
  PurchaseAnswer,
  PurchaseBody,
  RedemptionAnswer,
  RedemptionBody,
} from './schemas.ts';

export const listItemsRoute = defineRoute({
  operationId: 'listItems',
  method: 'GET',
  path: '/v1/catalog/items',
  scope: 'economy/read',
  summary: 'List what coins buy in a region now, besides gifts',
  description: 'Vouchers and merchandise are listed only in regions for which an operator has published them.',
  query: ItemsQuery,
  status: 200,
  answer: ItemsAnswer,
  refusals: ['malformed_request'],
  examples: {
    query: { region: 'US' },
    answer: {
      region: 'US',
      version: '1',
      items: [
        { item: 'sticker_sunny_day', name: 'Sunny Day stickers', type: 'sticker', coins: 50 },
        { item: 'filter_aurora', name: 'Aurora filter', type: 'filter', coins: 200, days: 30 },
      ],
    },
  },
});

export const purchaseItemRoute = defineRoute({
  operationId: 'purchaseItem',
  method: 'POST',
  path: '/v1/purchases',
  scope: 'economy/write',
  summary: 'Buy a sticker, a filter or other content',
  description:
    'Takes the coins and gives the thing at once. What is lent for days is extended by a further purchase; what somebody has ' +
    'for good is not sold again. The Idempotency-Key is the id of the purchase: the same key never pays twice, however late ' +
    'it comes, and a purchase that was made before is answered before any refusal.',
  body: PurchaseBody,
  idempotencyKey: true,
  status: 201,
  answer: PurchaseAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'user_not_found',
    'item_not_found',
    'item_unavailable',
    'price_changed',
    'item_owned',
    'account_closed',
    'wallet_frozen',
    'age_check_required',
    'age_restricted',
    'spending_paused',
    'debt_outstanding',
    'spending_limit_reached',
    'insufficient_coins',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: {
    body: { userId: 'ana', item: 'filter_aurora', unitPrice: 200 },
    answer: {
      purchaseId: '0199e5a0-0000-7000-8000-000000000010',
      userId: 'ana',
      item: 'filter_aurora',
      coins: 200,
      purchasedAt: '2026-11-21T10:05:00.000Z',
      heldUntil: '2026-12-21T10:05:00.000Z',
      wallet: { coins: 301 },
    },
  },
});

export const listEntitlementsRoute = defineRoute({
  operationId: 'listEntitlements',
  method: 'GET',
  path: '/v1/users/{userId}/entitlements',
  scope: 'economy/read',
  summary: 'List what a user may use in the app now',
  parameters: UserPath,
  status: 200,
  answer: EntitlementsAnswer,
  refusals: ['malformed_request', 'user_not_found'],
  examples: {
    parameters: { userId: 'ana' },
    answer: {
      userId: 'ana',
      entitlements: [
        {
          item: 'filter_aurora',
          heldSince: '2026-11-21T10:05:00.000Z',
          heldUntil: '2026-12-21T10:05:00.000Z',
        },
      ],
    },
  },
});

export const redeemCodeRoute = defineRoute({
  operationId: 'redeemCode',
  method: 'POST',
  path: '/v1/redemptions',
  scope: 'economy/write',
  summary: 'Redeem a code',
  description:
    'Gives what the code is good for, once: promotional coins, or something of the catalogue. Small letters, blanks and hyphens ' +
    'make no difference. A code of somebody else is answered as one that does not exist, and after some attempts in vain a ' +
    'user is asked to wait until the hour is over. The Idempotency-Key is the id of the redemption.',
  body: RedemptionBody,
  idempotencyKey: true,
  status: 201,
  answer: RedemptionAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'user_not_found',
    'account_closed',
    'wallet_frozen',
    'too_many_attempts',
    'code_not_found',
    'code_not_redeemable',
    'item_not_found',
    'item_owned',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: {
    body: { userId: 'ana', code: '7KQ2M-X04TR-9VBNC-3HWDE' },
    answer: {
      redemptionId: '0199e5a0-0000-7000-8000-000000000014',
      userId: 'ana',
      redeemedAt: '2026-11-21T10:42:00.000Z',
      coins: 40,
      expiresAt: '2026-12-21T10:42:00.000Z',
      wallet: { coins: 341 },
    },
  },
});
