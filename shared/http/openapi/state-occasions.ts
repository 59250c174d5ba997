import type { Occasion } from './occasion.ts';

const payoutId = '0199e5a0-0000-7000-8000-000000000003';

/** Occasions of what is not there, or not as the request needs it: what is answered with 404 and above. */
export const stateOccasions = {
  approval_not_found: {
    detail: 'The user ana has asked for no purchase 0199e5a0-0000-7000-8000-000000000001.',
    facts: { userId: 'ana', rechargeId: '0199e5a0-0000-7000-8000-000000000001' },
  },
  webhook_endpoint_not_found: {
    detail: 'There is no webhook endpoint app.',
    facts: { endpointId: 'app' },
  },
  event_not_announced: {
    detail: "This installation does not announce gift.sent: its stage's configuration says what goes out.",
    facts: { types: ['gift.sent'] },
  },
  webhook_url_refused: { detail: 'The url must be one of a server on the public internet.' },
  too_many_orders: {
    detail: 'A user may make at most 10 orders an hour; the next one from 2026-11-21T10:42:00.000Z on.',
    facts: { period: 'hour', limit: 10, freeAt: '2026-11-21T10:42:00.000Z', retryAfterSeconds: 1_080 },
  },
  erasure_too_soon: {
    detail: 'Money of the user is still to move: payouts_under_way. Ask again when that is done.',
    facts: { userId: 'ana', waitsFor: [{ reason: 'payouts_under_way', ids: [payoutId] }] },
  },
  event_not_found: {
    detail: 'There is no event evt_1 of stripe.',
    facts: { provider: 'stripe', eventId: 'evt_1' },
  },
  item_not_found: {
    detail: 'The catalogue sells no sticker_moon: list what it sells with GET /v1/catalog/items.',
    facts: { item: 'sticker_moon' },
  },
  item_unavailable: {
    detail: 'Goods are not sold in US.',
    facts: { item: 'voucher_coffee', region: 'US' },
  },
  item_owned: { detail: 'The user has sticker_sunny_day for good already.', facts: { item: 'sticker_sunny_day' } },
  challenge_not_found: { detail: 'There is no challenge first_duet.', facts: { challengeId: 'first_duet' } },
  challenge_unavailable: {
    detail: 'The challenge first_duet has no reward left to give.',
    facts: { challengeId: 'first_duet', reason: 'used_up' },
  },
  challenge_entered: {
    detail: 'The user has had what one user may have of first_duet.',
    facts: { challengeId: 'first_duet', reason: 'limit', timesPerUser: 1 },
  },
  challenge_unfinished: {
    detail: 'The challenge first_duet asks for duet 3 times; this entry has 2.',
    facts: { challengeId: 'first_duet', taskId: 'duet', count: 3, done: 2 },
  },
  out_of_stock: {
    detail: 'There are not 1 of voucher_coffee left.',
    facts: { item: 'voucher_coffee', quantity: 1 },
  },
  promotion_not_found: {
    detail: 'The user has no promotion 0199e5a0-0000-7000-8000-000000000012.',
    facts: { promotionId: '0199e5a0-0000-7000-8000-000000000012' },
  },
  order_not_found: {
    detail: 'The user has no order 0199e5a0-0000-7000-8000-000000000011.',
    facts: { orderId: '0199e5a0-0000-7000-8000-000000000011' },
  },
  code_not_found: { detail: 'There is no such code for this user: check how it is written.' },
  code_not_redeemable: { detail: 'The code was redeemed before.', facts: { reason: 'redeemed' } },
  batch_not_found: {
    detail: 'There is no batch of codes 0199e5a0-0000-7000-8000-000000000015.',
    facts: { batchId: '0199e5a0-0000-7000-8000-000000000015' },
  },
  too_many_attempts: {
    detail: 'A user may try 10 codes in vain an hour; the next one from 2026-11-21T11:00:00.000Z on.',
    facts: { limit: 10, freeAt: '2026-11-21T11:00:00.000Z', retryAfterSeconds: 1_080 },
  },
  nothing_to_withdraw: {
    detail: 'No paid coins of the recharge are unused.',
    facts: { rechargeId: '0199e5a0-0000-7000-8000-000000000001' },
  },
  catalog_version_not_found: {
    detail: 'There is no version 7 of gifts.',
    facts: { kind: 'gifts', version: '7' },
  },
  catalog_proposal_not_found: {
    detail: 'There is no proposal 0199e5a0-0000-7000-8000-000000000006 of gifts.',
    facts: { kind: 'gifts', proposalId: '0199e5a0-0000-7000-8000-000000000006' },
  },
  catalog_changed: {
    detail: 'The latest version of gifts is 3, not 2: look at it and propose again.',
    facts: { kind: 'gifts', baseVersion: '2', latest: '3' },
  },
  catalog_too_soon: {
    detail:
      'A version takes effect 60 seconds after its approval or later, which every function instance needs to know of it: propose again, with 2026-11-21T12:01:00.000Z or later, or with no time.',
    facts: { kind: 'gifts', effectiveAt: '2026-11-21T12:00:30.000Z', leadSeconds: 60 },
  },
  catalog_not_acknowledged: {
    detail:
      'gifts.rose.price.coins goes from 1 to 10: expected is something between 1 and 2. If that is meant, propose it again with "number_jumped gifts.rose.price.coins=10" among the things acknowledged.',
    facts: {
      findings: [
        {
          code: 'number_jumped',
          severity: 'large_change',
          at: 'gifts.rose.price.coins',
          sentence: 'gifts.rose.price.coins goes from 1 to 10: expected is something between 1 and 2.',
          acknowledgeBy: 'number_jumped gifts.rose.price.coins=10',
        },
      ],
      changes: [{ at: 'gifts.rose.price.coins', from: 1, to: 10 }],
    },
  },
  catalog_refused: {
    detail:
      '1000 coins for 4.99 USD (packages proposed) leave 0.3493 US cents a coin after tax and fees; a coin must leave more than it is worth to a creator, which is 0.5000 (rates 1).',
    facts: {
      findings: [
        {
          code: 'below_creator_worth',
          severity: 'refused',
          at: 'regions.US.app.packages.us-app-1000',
          sentence:
            '1000 coins for 4.99 USD (packages proposed) leave 0.3493 US cents a coin after tax and fees; a coin must leave more than it is worth to a creator, which is 0.5000 (rates 1).',
        },
      ],
      changes: [{ at: 'regions.US.app.packages.us-app-1000.priceMinor', from: 1299, to: 499 }],
    },
  },
  user_not_found: {
    detail: 'There is no user ana: register the user with PUT /v1/users/ana first.',
    facts: { userId: 'ana' },
  },
  creator_not_found: { detail: 'There is no creator cy.', facts: { creatorId: 'cy' } },
  package_not_found: {
    detail:
      'No package us-app-99 is sold in US through the app channel: choose one that GET /v1/catalog/packages lists.',
    facts: { packageId: 'us-app-99', region: 'US', channel: 'app' },
  },
  combo_not_found: { detail: 'No gift of the user was paid for in a combo 0199e5a0-0000-7000-8000-000000000002.' },
  gift_not_found: { detail: 'The catalogue has no gift dragon: list them with GET /v1/catalog/gifts.' },
  recharge_not_found: {
    detail: 'There is no recharge 0199e5a0-0000-7000-8000-000000000001.',
    facts: { rechargeId: '0199e5a0-0000-7000-8000-000000000001' },
  },
  payout_not_found: { detail: `There is no payout ${payoutId}.`, facts: { payoutId } },
  payout_run_not_found: {
    detail: 'There is no payout run 0199e5a0-0000-7000-8000-000000000005.',
    facts: { runId: '0199e5a0-0000-7000-8000-000000000005' },
  },
  payout_run_in_progress: {
    detail: 'The weekly payout run of 2026-11-23 is on: wait until it has finished, or stop it.',
    facts: { schedule: 'weekly', date: '2026-11-23', runId: '0199e5a0-0000-7000-8000-000000000005' },
  },
  audit_not_found: { detail: 'No audit has finished yet; one runs every day.' },
  region_not_served: {
    detail: 'No coins are sold in FR through the app channel.',
    facts: { region: 'FR', channel: 'app' },
  },
  price_changed: {
    detail: 'The gift rose costs 2 coins, not 1: show the new price and ask again.',
    facts: { gift: 'rose', unitPrice: 1, price: 2 },
  },
  gift_unavailable: { detail: 'The gift rose is out of season.', facts: { gift: 'rose' } },
  insufficient_diamonds: {
    detail: 'The payout takes 1400 diamonds; available are 900.5.',
    facts: {
      reason: 'insufficient_diamonds',
      action: 'Ask for less, or wait until diamonds have matured.',
      available: '900.5',
      asked: '1400',
    },
  },
  amount_not_payable: {
    detail: 'The smallest payout is 1.00 USD; this one is worth 0.40 USD.',
    facts: {
      reason: 'below_minimum',
      action: 'Ask for more, or wait until you have earned more.',
      gross: { amount: 40, currency: 'USD' },
      minimum: { amount: 100, currency: 'USD' },
    },
  },
  earnings_not_added_up: {
    detail: 'The earnings of cy are still being added up, up to 2026-11-03 so far: ask again in a minute.',
    facts: { creatorId: 'cy', through: '2026-11-03', retryAfterSeconds: 60 },
  },
  state_conflict: {
    detail: 'The payout is paid: only one that is awaiting_approval can be decided on.',
    facts: { payoutId, state: 'paid' },
  },
  body_too_large: { detail: 'The body may have 65536 bytes at most.', facts: { limitBytes: 65_536 } },
  unsupported_media_type: { detail: 'Send the body as application/json.' },
  receipt_rejected: {
    detail:
      'The signed transaction does not pay this recharge: send the one that StoreKit gave for its appAccountToken, unchanged.',
    facts: { reason: 'recharge_differs' },
  },
  idempotency_key_reused: {
    detail: 'The Idempotency-Key belongs to another gift of this sender: use a new key for a new gift.',
    facts: { giftId: '0199e5a0-0000-7000-8000-000000000002' },
  },
} as const satisfies Record<string, Occasion>;
