import type { Occasion } from './occasion.ts';

/** Occasions of what a request, its sender or a rule stands in the way of: what is answered with a status below 404. */
export const ruleOccasions = {
  malformed_request: {
    detail: "The body's quantity must be a whole number.",
    facts: { errors: [{ field: 'quantity', problem: 'must be a whole number' }] },
  },
  idempotency_key_required: {
    detail: 'This request needs an Idempotency-Key header with a UUIDv7; it becomes the id of what is created.',
  },
  idempotency_key_invalid: { detail: 'The Idempotency-Key must be a UUIDv7 (RFC 9562), so that keys sort by time.' },
  webhook_rejected: {
    detail: 'The signature is too old or from the future: check the clock that signs, and sign each delivery anew.',
    facts: { reason: 'stale' },
  },
  insufficient_coins: {
    detail: 'The gift costs 99 coins; the wallet holds 40.',
    facts: { coins: 40, price: 99 },
  },
  age_restricted: {
    detail: 'The user may buy and gift from 2027-03-01 on.',
    facts: { allowedFrom: '2027-03-01' },
  },
  age_check_required: {
    detail: 'The user is to prove their age; an operator of the app then sets the wallet free.',
  },
  grant_limit_reached: {
    detail:
      'It is worth 5000 coins to creators. Operators may give 20000 a day; 1200 are left: give coins of less worth, or publish another limit.',
    facts: { limit: 20_000, left: 1_200, worthCoins: 5_000, freeAt: '2026-11-22T00:00:00.000Z' },
  },
  spending_paused: {
    detail: 'The user has asked to neither buy nor spend until 2026-12-01T00:00:00.000Z.',
    facts: { break: 'cool_off', until: '2026-12-01T00:00:00.000Z' },
  },
  spending_limit_reached: {
    detail: 'The gift costs 99 coins. The user has set a limit of 500 coins a day; 20 are left.',
    facts: { period: 'day', setBy: 'user', limit: 500, left: 20, price: 99, freeAt: '2026-11-22T00:00:00.000Z' },
  },
  purchases_blocked: { detail: "The user's guardian lets the user buy no coins." },
  guardian_approval_required: {
    detail:
      "The user's guardian gia is asked, and can approve the purchase until 2026-11-22T10:00:00.000Z; then repeat it.",
    facts: {
      guardianId: 'gia',
      rechargeId: '0199e5a0-0000-7000-8000-000000000001',
      state: 'pending',
      expiresAt: '2026-11-22T10:00:00.000Z',
    },
  },
  not_guardian: {
    detail: 'The user gia is not the guardian of ana: both must have agreed.',
    facts: { userId: 'ana', guardianId: 'gia' },
  },
  guardian_not_eligible: {
    detail:
      'The user gia cannot be a guardian: a guardian is registered and of age, with an account that is not closed.',
    facts: { guardianId: 'gia' },
  },
  wallet_frozen: { detail: 'The wallet is frozen; the operator of the app can say why.' },
  account_closed: { detail: 'The account is closed; its id is not used again.' },
  debt_outstanding: {
    detail: 'The wallet owes 250 coins; the next recharges repay them first.',
    facts: { owedCoins: 250 },
  },
  self_gift: { detail: 'Nobody can send a gift to themselves.' },
  recipient_not_eligible: { detail: 'The creator cy does not receive gifts.', facts: { creatorId: 'cy' } },
  provider_not_available: {
    detail:
      'The package us-web-70 is not sold through apple in the web channel: app stores sell in the app, what they have as a product.',
    facts: { packageId: 'us-web-70', provider: 'apple', channel: 'web' },
  },
  storefront_differs: {
    detail: "The device's store is that of JP, and the user's region is US: prices and rules are those of one of them.",
    facts: { storefront: 'JP', region: 'US' },
  },
  purchase_limit_reached: {
    detail:
      'A user may buy for at most 500.00 USD a day; 490.00 USD of it is used, and this order counts as 12.99 USD.',
    facts: {
      period: 'day',
      limit: { amount: 50_000, currency: 'USD' },
      used: { amount: 49_000, currency: 'USD' },
      price: { amount: 1_299, currency: 'USD' },
      freeAt: '2026-11-22T00:00:00.000Z',
    },
  },
  withdrawal_at_store: {
    detail: 'Purchases through apple are given back by the store alone: ask there.',
    facts: { rechargeId: '0199e5a0-0000-7000-8000-000000000001', provider: 'apple' },
  },
  withdrawal_period_over: {
    detail: 'Buyers in GB may withdraw for 14 days: for this purchase until 2026-12-05.',
    facts: { rechargeId: '0199e5a0-0000-7000-8000-000000000001', region: 'GB', days: 14 },
  },
  switched_off: { detail: 'Gifts are switched off in BR.', facts: { region: 'BR', switch: 'gifts' } },
  own_proposal: {
    detail: 'Somebody else than who proposed a version must decide on it.',
    facts: { kind: 'gifts', proposalId: '0199e5a0-0000-7000-8000-000000000006' },
  },
  payout_not_allowed: {
    detail: 'The identity of the creator has not been verified.',
    facts: { reason: 'identity_unverified', action: 'Have your identity verified.' },
  },
  payout_limit_reached: {
    detail: 'At most 1000.00 USD may be paid out a day; 900.00 USD of it is used, and this payout is worth 150.00 USD.',
    facts: {
      reason: 'day_limit_reached',
      action: 'Ask for less, or again on another day (UTC).',
      period: 'day',
      limit: { amount: 100_000, currency: 'USD' },
      used: { amount: 90_000, currency: 'USD' },
      gross: { amount: 15_000, currency: 'USD' },
    },
  },
} as const satisfies Record<string, Occasion>;
