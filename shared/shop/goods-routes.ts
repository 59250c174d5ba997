import { defineRoute } from '../http/route.ts';
import { GoodsOrderAnswer, GoodsOrderBody, GoodsOrderPath, GoodsOrderStateBody } from './schemas.ts';

const orderId = '0199e5a0-0000-7000-8000-000000000011';
const path = { userId: 'ana', orderId };

const order = {
  orderId,
  userId: 'ana',
  item: 'voucher_coffee',
  quantity: 1,
  unitPrice: 300,
  coins: 300,
  state: 'reserved',
  orderedAt: '2026-11-21T10:05:00.000Z',
  expiresAt: '2026-11-21T10:20:00.000Z',
} as const;

export const orderGoodsRoute = defineRoute({
  operationId: 'orderGoods',
  method: 'POST',
  path: '/v1/goods-orders',
  scope: 'economy/write',
  summary: 'Put vouchers or merchandise on hold',
  description:
    'Holds the goods and the coins for some minutes: confirm the order within them, or both go back. No more are held and sold ' +
    'than there are. Goods are sold in no region unless an operator has published it. The Idempotency-Key is the id of the order.',
  body: GoodsOrderBody,
  idempotencyKey: true,
  status: 201,
  answer: GoodsOrderAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'user_not_found',
    'item_not_found',
    'switched_off',
    'item_unavailable',
    'price_changed',
    'out_of_stock',
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
  examples: { body: { userId: 'ana', item: 'voucher_coffee', quantity: 1, unitPrice: 300 }, answer: order },
});

export const getGoodsOrderRoute = defineRoute({
  operationId: 'getGoodsOrder',
  method: 'GET',
  path: '/v1/users/{userId}/goods-orders/{orderId}',
  scope: 'economy/read',
  summary: 'Read an order of goods',
  parameters: GoodsOrderPath,
  status: 200,
  answer: GoodsOrderAnswer,
  refusals: ['malformed_request', 'order_not_found'],
  examples: { parameters: path, answer: order },
});

export const settleGoodsOrderRoute = defineRoute({
  operationId: 'settleGoodsOrder',
  method: 'PUT',
  path: '/v1/users/{userId}/goods-orders/{orderId}/state',
  scope: 'economy/write',
  summary: 'Confirm an order of goods, or cancel it',
  description:
    'Confirmed, its coins are spent and its goods sold: deliver only what is confirmed. Canceled, both go back. An order whose ' +
    'time is over cannot be confirmed any more.',
  parameters: GoodsOrderPath,
  body: GoodsOrderStateBody,
  status: 200,
  answer: GoodsOrderAnswer,
  refusals: ['malformed_request', 'order_not_found', 'state_conflict', 'body_too_large', 'unsupported_media_type'],
  examples: { parameters: path, body: { state: 'confirmed' }, answer: { ...order, state: 'confirmed' } },
});
