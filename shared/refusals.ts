/**
 * Everything the product refuses, as one closed table. A refusal is an answer, not a fault: the request was understood,
 * a rule says no, and nothing was stored. `docs/api.md` lists every code; a test holds the two together.
 */
const refusals = {
  malformed_request: { status: 400, title: 'The request is malformed' },
  idempotency_key_required: { status: 400, title: 'An idempotency key is required' },
  idempotency_key_invalid: { status: 400, title: 'The idempotency key is not acceptable' },
  webhook_rejected: { status: 400, title: 'The webhook is not authentic' },
  insufficient_coins: { status: 402, title: 'Not enough coins' },
  age_restricted: { status: 403, title: 'Not allowed at this age' },
  age_check_required: { status: 403, title: 'The age must be proved' },
  wallet_frozen: { status: 403, title: 'The wallet is frozen' },
  account_closed: { status: 403, title: 'The account is closed' },
  spending_paused: { status: 403, title: 'Neither buying nor spending for now' },
  spending_limit_reached: { status: 403, title: 'A spending limit is reached' },
  purchases_blocked: { status: 403, title: 'The guardian allows no purchases' },
  guardian_approval_required: { status: 403, title: 'The guardian must approve' },
  not_guardian: { status: 403, title: "Not the user's guardian" },
  guardian_not_eligible: { status: 403, title: 'Cannot be a guardian' },
  debt_outstanding: { status: 403, title: 'The wallet owes coins' },
  self_gift: { status: 403, title: 'A gift to oneself' },
  recipient_not_eligible: { status: 403, title: 'The creator cannot receive gifts' },
  provider_not_available: { status: 403, title: 'Not sold through this provider' },
  storefront_differs: { status: 403, title: "Not the store of the user's region" },
  purchase_limit_reached: { status: 403, title: 'A purchase limit is reached' },
  withdrawal_at_store: { status: 403, title: 'Only the store gives this back' },
  withdrawal_period_over: { status: 403, title: 'The right of withdrawal is over' },
  switched_off: { status: 403, title: 'Switched off in this region' },
  own_proposal: { status: 403, title: "A proposal of one's own" },
  payout_not_allowed: { status: 403, title: 'The payout is not allowed' },
  payout_limit_reached: { status: 403, title: 'A payout limit is reached' },
  grant_limit_reached: { status: 403, title: 'Operators have given as much as they may' },
  user_not_found: { status: 404, title: 'No such user' },
  creator_not_found: { status: 404, title: 'No such creator' },
  package_not_found: { status: 404, title: 'No such coin package' },
  gift_not_found: { status: 404, title: 'No such gift' },
  combo_not_found: { status: 404, title: 'No such combo' },
  recharge_not_found: { status: 404, title: 'No such recharge' },
  payout_not_found: { status: 404, title: 'No such payout' },
  payout_run_not_found: { status: 404, title: 'No such payout run' },
  webhook_endpoint_not_found: { status: 404, title: 'No such webhook endpoint' },
  event_not_found: { status: 404, title: 'No such event' },
  catalog_version_not_found: { status: 404, title: 'No such version' },
  catalog_proposal_not_found: { status: 404, title: 'No such proposal' },
  approval_not_found: { status: 404, title: 'No such purchase to approve' },
  item_not_found: { status: 404, title: 'Nothing of that name is sold' },
  promotion_not_found: { status: 404, title: 'No such promotion' },
  order_not_found: { status: 404, title: 'No such order' },
  challenge_not_found: { status: 404, title: 'No such challenge' },
  code_not_found: { status: 404, title: 'No such code' },
  batch_not_found: { status: 404, title: 'No such batch of codes' },
  audit_not_found: { status: 404, title: 'No audit yet' },
  region_not_served: { status: 404, title: 'Nothing is sold in this region' },
  price_changed: { status: 409, title: 'The price has changed' },
  gift_unavailable: { status: 409, title: 'The gift is not available' },
  item_unavailable: { status: 409, title: 'Not on sale' },
  item_owned: { status: 409, title: 'The user has it already' },
  out_of_stock: { status: 409, title: 'Not enough are left' },
  challenge_unavailable: { status: 409, title: 'The challenge rewards nobody now' },
  challenge_entered: { status: 409, title: 'Rewarded already' },
  challenge_unfinished: { status: 409, title: 'Not done often enough' },
  code_not_redeemable: { status: 409, title: 'The code cannot be redeemed' },
  nothing_to_withdraw: { status: 409, title: 'Nothing is left to withdraw from' },
  insufficient_diamonds: { status: 409, title: 'Not enough diamonds' },
  amount_not_payable: { status: 409, title: 'The amount cannot be paid out' },
  earnings_not_added_up: { status: 409, title: 'The earnings are being added up' },
  event_not_announced: { status: 409, title: 'Events of this type do not go out' },
  payout_run_in_progress: { status: 409, title: 'Another payout run of the schedule is on' },
  catalog_changed: { status: 409, title: 'Another version was published' },
  catalog_too_soon: { status: 409, title: 'Too soon to be known everywhere' },
  catalog_not_acknowledged: { status: 409, title: 'What looks like a slip must be acknowledged' },
  erasure_too_soon: { status: 409, title: 'The person cannot be erased yet' },
  state_conflict: { status: 409, title: 'The state does not allow this' },
  body_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The request body is not JSON' },
  receipt_rejected: { status: 422, title: 'The receipt does not pay this recharge' },
  catalog_refused: { status: 422, title: 'The version does not pass the checks' },
  webhook_url_refused: { status: 422, title: 'No webhook goes to this address' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key was used for another request' },
  too_many_attempts: { status: 429, title: 'Too many attempts' },
  too_many_orders: { status: 429, title: 'Too many orders' },
} as const satisfies Record<string, { status: number; title: string }>;

export type RefusalCode = keyof typeof refusals;

export const refusalCodes = Object.keys(refusals) as RefusalCode[];

/** What a client can act on: amounts, ids, field names. Never personal data. */
export type Facts = Record<string, unknown>;

export class Refusal {
  readonly code: RefusalCode;
  /** One sentence: what was wrong, what was expected, what to do. */
  readonly detail: string;
  readonly facts: Facts;

  constructor(code: RefusalCode, detail: string, facts: Facts = {}) {
    this.code = code;
    this.detail = detail;
    this.facts = facts;
  }
}

export function refuse(code: RefusalCode, detail: string, facts: Facts = {}): Refusal {
  return new Refusal(code, detail, facts);
}

export function isRefusal(value: unknown): value is Refusal {
  return value instanceof Refusal;
}

export function statusOf(code: RefusalCode): number {
  return refusals[code].status;
}

export function titleOf(code: RefusalCode): string {
  return refusals[code].title;
}
