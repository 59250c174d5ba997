import { includesRegion, switchedOff } from '../catalog/switches.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { Wallet } from '../store/items/wallet.ts';
import { refuseToSpend, type Spending, takeCoins } from '../users/decide-spending.ts';
import type { Quote } from './quote-gift.ts';

/**
 * Decides a gift from the whole wallet. Refusals in this order: those of `refuseToSpend`, `switched_off`, `gift_unavailable` (region),
 * `insufficient_coins`.
 */
export function decideGift(wallet: Wallet, { price, regions, switchedOn }: Quote, now: Date): Spending | Refusal {
  const refusal = refuseToSpend(wallet, now);
  if (refusal) return refusal;
  if (!includesRegion(switchedOn, wallet.region)) return switchedOff('gifts', wallet.region);
  if (regions && !regions.includes(wallet.region))
    return refuse('gift_unavailable', `The gift cannot be sent from ${wallet.region}.`, { region: wallet.region });
  return takeCoins(wallet, { price, what: 'The gift', now });
}
