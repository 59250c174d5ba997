import { type Facts, type RefusalCode, refusalCodes, statusOf, titleOf } from '../../refusals.ts';
import { faults, problemOf } from '../problem.ts';
import { gatewayRefusals } from './gateway-answers.ts';
import type { JsonObject } from './schema-book.ts';

const payoutId = '0199e5a0-0000-7000-8000-000000000003';

/** One occasion of each refusal: its sentence, and the facts that a client can act on. */
const occasions: Record<RefusalCode, { detail: string; facts?: Facts }> = {
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
    detail: 'The user gia cannot be a guardian: a guardian is registered and of age.',
    facts: { guardianId: 'gia' },
  },
  approval_not_found: {
    detail: 'The user ana has asked for no purchase 0199e5a0-0000-7000-8000-000000000001.',
    facts: { userId: 'ana', rechargeId: '0199e5a0-0000-7000-8000-000000000001' },
  },
  wallet_frozen: { detail: 'The wallet is frozen; the operator of the app can say why.' },
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
  event_not_found: {
    detail: 'There is no event evt_1 of stripe.',
    facts: { provider: 'stripe', eventId: 'evt_1' },
  },
  withdrawal_at_store: {
    detail: 'Purchases through apple are given back by the store alone: ask there.',
    facts: { rechargeId: '0199e5a0-0000-7000-8000-000000000001', provider: 'apple' },
  },
  withdrawal_period_over: {
    detail: 'Buyers in GB may withdraw for 14 days: for this purchase until 2026-12-05.',
    facts: { rechargeId: '0199e5a0-0000-7000-8000-000000000001', region: 'GB', days: 14 },
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
  switched_off: { detail: 'Gifts are switched off in BR.', facts: { region: 'BR', switch: 'gifts' } },
  own_proposal: {
    detail: 'Somebody else than who proposed a version must decide on it.',
    facts: { kind: 'gifts', proposalId: '0199e5a0-0000-7000-8000-000000000006' },
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
};

/** An example of every problem that an answer may hold, by its code. */
export function problemExamples(): Record<string, JsonObject> {
  const refused = refusalCodes.map((code) => ({
    code,
    status: statusOf(code),
    title: titleOf(code),
    ...occasions[code],
  }));
  const failed = Object.entries(faults).map(([code, fault]) => ({ code, ...fault }));
  const { unauthorized, insufficient_scope } = gatewayRefusals;
  const locally = Object.entries({ unauthorized, insufficient_scope }).map(([code, { message, ...refusal }]) => ({
    code,
    ...refusal,
    facts: { message },
  }));
  return Object.fromEntries(
    [...refused, ...failed, ...locally].map((occasion) => [
      occasion.code,
      { summary: occasion.title, value: problemOf(occasion) },
    ]),
  );
}
