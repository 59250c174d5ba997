import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';
import { UuidV7 } from '../identifiers.ts';
import { currencies } from '../money/currency.ts';
import { Amount, Moment } from '../store/items/common.ts';
import { type Withdrawal, WithdrawalState } from '../store/items/withdrawal.ts';
import { RechargePath } from './schemas.ts';

export const WithdrawalAnswer = z.object({
  withdrawalId: UuidV7,
  rechargeId: UuidV7,
  state: WithdrawalState,
  coins: Amount,
  bonusCoins: Amount,
  refund: z.object({ amount: Amount, currency: z.enum(currencies) }),
  reason: z.optional(z.string()),
  requestedAt: Moment,
});

export function presentWithdrawal(withdrawal: Withdrawal): z.infer<typeof WithdrawalAnswer> {
  const { withdrawalId, rechargeId, state, coins, bonusCoins, amountMinor, currency, reason, requestedAt } = withdrawal;
  return {
    withdrawalId,
    rechargeId,
    state,
    coins,
    bonusCoins,
    refund: { amount: amountMinor, currency },
    ...(reason !== undefined && { reason }),
    requestedAt,
  };
}

const rechargeId = '0199e5a0-0000-7000-8000-000000000001';

export const withdrawRechargeRoute = defineRoute({
  operationId: 'withdrawRecharge',
  method: 'POST',
  path: '/v1/recharges/{rechargeId}/withdrawal',
  scope: 'economy/write',
  summary: 'Withdraw from what is unused of a recharge',
  description:
    "Within the days that the law of the buyer's region gives, and for paid coins that were not spent: they are frozen at " +
    'once, the provider is asked to give back their part of the price, rounded down, and its bonus goes with them. What the ' +
    'wallet owes is set off first, and so are bonus coins of the recharge that were spent. Bought coins are spent first in, first out. `requested` means that the provider has not ' +
    'answered yet: it is asked again, under the same reference, until it does. Refusals in this order: ' +
    '`idempotency_key_reused`, `recharge_not_found`, `withdrawal_at_store`, `withdrawal_period_over`, `nothing_to_withdraw`.',
  parameters: RechargePath,
  idempotencyKey: true,
  status: 202,
  answer: WithdrawalAnswer,
  refusals: [
    'malformed_request',
    'idempotency_key_required',
    'idempotency_key_invalid',
    'idempotency_key_reused',
    'recharge_not_found',
    'withdrawal_at_store',
    'withdrawal_period_over',
    'nothing_to_withdraw',
  ],
  examples: {
    parameters: { rechargeId },
    answer: {
      withdrawalId: '0199e5a0-0000-7000-8000-000000000007',
      rechargeId,
      state: 'refunded',
      coins: 615,
      bonusCoins: 0,
      refund: { amount: 800, currency: 'GBP' },
      requestedAt: '2026-11-21T10:30:00.000Z',
    },
  },
});
