import { defineRoute } from '../http/route.ts';
import { ComboAnswer, ComboPath, GiftAnswer, GiftBody, GiftPath, OneGiftAnswer } from './schemas.ts';

const context = { type: 'live', id: 'live-1' } as const;
const versions = { gifts: '3', rates: '1' };

export const sendGiftRoute = defineRoute({
  operationId: 'sendGift',
  method: 'POST',
  path: '/v1/gifts',
  scope: 'economy/write',
  summary: 'Send a gift',
  description:
    'Debits the sender and answers at once; the creator is credited within seconds. The Idempotency-Key is the id of the ' +
    'gift: the same key never debits twice, however late it comes. A tip is the gift `tip` with its amount as ' +
    'the unit price. The taps of a streak may be one gift with a quantity, or gifts that name the streak in `comboId`: each is ' +
    'paid for by itself. Refusals in this order: those of the catalogue and the creator, then those of ' +
    'the wallet; a gift that was sent before is answered before any of them.',
  body: GiftBody,
  idempotencyKey: true,
  status: 201,
  answer: GiftAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'gift_not_found',
    'gift_unavailable',
    'price_changed',
    'creator_not_found',
    'self_gift',
    'recipient_not_eligible',
    'user_not_found',
    'account_closed',
    'wallet_frozen',
    'age_check_required',
    'age_restricted',
    'spending_paused',
    'debt_outstanding',
    'switched_off',
    'spending_limit_reached',
    'insufficient_coins',
    'body_too_large',
    'unsupported_media_type',
  ],
  examples: {
    body: { senderId: 'ana', creatorId: 'cy', gift: 'luxury_car', quantity: 1, unitPrice: 2699, context },
    answer: {
      giftId: '0199e5a0-0000-7000-8000-000000000002',
      state: 'sent',
      coins: 2699,
      diamonds: '1349.5',
      sentAt: '2026-11-21T10:05:00.000Z',
      versions,
      wallet: { coins: 301 },
    },
  },
});

export const getGiftRoute = defineRoute({
  operationId: 'getGift',
  method: 'GET',
  path: '/v1/users/{userId}/gifts/{giftId}',
  scope: 'economy/read',
  summary: 'Read one gift of a sender',
  parameters: GiftPath,
  status: 200,
  answer: OneGiftAnswer,
  refusals: ['malformed_request', 'user_not_found', 'gift_not_found'],
  examples: {
    parameters: { userId: 'ana', giftId: '0199e5a0-0000-7000-8000-000000000002' },
    answer: {
      giftId: '0199e5a0-0000-7000-8000-000000000002',
      state: 'credited',
      creatorId: 'cy',
      gift: 'luxury_car',
      quantity: 1,
      unitPrice: 2699,
      coins: 2699,
      diamonds: '1349.5',
      context,
      sentAt: '2026-11-21T10:05:00.000Z',
      versions,
    },
  },
});

export const getComboRoute = defineRoute({
  operationId: 'getCombo',
  method: 'GET',
  path: '/v1/users/{userId}/combos/{comboId}',
  scope: 'economy/read',
  summary: 'Read a streak of gifts',
  description:
    'What was really paid for of a streak. The gift that was first debited with the `comboId` says which gift it is of, to whom and ' +
    'where; one that differs, or that was debited after the streak was closed, is a gift in no streak. A streak is closed when nothing ' +
    'was sent for some seconds, and after some minutes in any case: `gifts.combos` of the catalogue says how many.',
  parameters: ComboPath,
  status: 200,
  answer: ComboAnswer,
  refusals: ['malformed_request', 'user_not_found', 'combo_not_found'],
  examples: {
    parameters: { userId: 'ana', comboId: '0199e5a0-0000-7000-8000-000000000002' },
    answer: {
      comboId: '0199e5a0-0000-7000-8000-000000000002',
      state: 'open',
      creatorId: 'cy',
      gift: 'rose',
      context,
      gifts: 12,
      quantity: 12,
      coins: 12,
      firstAt: '2026-11-21T10:05:00.000Z',
      lastAt: '2026-11-21T10:05:04.000Z',
      closesAt: '2026-11-21T10:05:09.000Z',
    },
  },
});
