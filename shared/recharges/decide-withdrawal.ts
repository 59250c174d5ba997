import { addDays, dayOf } from '../calendar.ts';
import type { CatalogValue } from '../catalog/schemas.ts';
import { type Minor, minor, scale } from '../money/units.ts';
import { isAppStore } from '../providers/payment.ts';
import { amountStep } from '../providers/provider-amounts.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { moneyOf, nothingBack, type Recharge } from '../store/items/recharge.ts';
import type { Wallet } from '../store/items/wallet.ts';
import { bonusLotId } from './bonus-lots.ts';
import { exposureOf } from './claims.ts';

export type WithdrawalFacts = {
  order: Recharge;
  /** Absent while the order is not paid. */
  standing: { wallet: Wallet; unspentCoins: number } | undefined;
  rules: CatalogValue<'refunds'>;
  now: Date;
};

/**
 * Decides how much of its price a buyer gets back for the unused coins of an order, rounded down to what the provider can pay.
 * What the wallet owes is set off first, and so are bonus coins of the order that were spent: promotional coins go before paid
 * ones, and whoever gave the bonus to a creator of their own would have it for nothing. Refusals in this order:
 * `withdrawal_at_store`, `nothing_to_withdraw` (not paid), `withdrawal_period_over`, `nothing_to_withdraw`.
 */
export function decideWithdrawal({ order, standing, rules, now }: WithdrawalFacts): Minor | Refusal {
  const { rechargeId, provider, region, paidAt } = order;
  if (isAppStore(provider))
    return refuse(
      'withdrawal_at_store',
      `Purchases through ${provider} are given back by the store alone: ask there.`,
      {
        rechargeId,
        provider,
      },
    );
  if (!standing || paidAt === undefined) return nothingToWithdraw(rechargeId);
  const days = rules.withdrawalRegionDays[region] ?? rules.withdrawalDefaultDays;
  const lastDay = addDays(dayOf(new Date(paidAt)), days);
  if (days === 0 || dayOf(now) > lastDay)
    return refuse('withdrawal_period_over', periodOver({ region, days, lastDay }), { rechargeId, region, days });
  const { minor: whole, currency } = moneyOf(order);
  const { goneMinor, atStakeMinor } = exposureOf(order);
  const unused = Math.max(0, standing.unspentCoins - standing.wallet.owed - spentBonus(order, standing.wallet));
  const worth = scale(whole, { numerator: unused, denominator: order.coins, rounding: 'down' });
  const most = Math.min(worth, whole - goneMinor - atStakeMinor);
  const amountMinor = most - (most % amountStep(provider, currency));
  return amountMinor > 0 ? minor(amountMinor) : nothingToWithdraw(rechargeId);
}

/** Bonus coins that are neither in the wallet, nor expired, nor seen to by what went back before. */
function spentBonus(order: Recharge, { promo = [] }: Wallet): number {
  const { bonusCoins, bonusExpiredCoins = 0, back = nothingBack } = order;
  const left = promo.find(({ lotId }) => lotId === bonusLotId(order))?.coins ?? 0;
  const seenTo = back.takenPromoCoins + back.frozenPromoCoins + back.owedPromoCoins;
  return Math.max(0, bonusCoins - bonusExpiredCoins - left - seenTo);
}

function periodOver({ region, days, lastDay }: { region: string; days: number; lastDay: string }): string {
  if (days === 0) return `There is no right of withdrawal for purchases in ${region}.`;
  return `Buyers in ${region} may withdraw for ${days} days: for this purchase until ${lastDay}.`;
}

export function nothingToWithdraw(rechargeId: string): Refusal {
  return refuse('nothing_to_withdraw', 'No paid coins of the recharge are unused.', { rechargeId });
}
