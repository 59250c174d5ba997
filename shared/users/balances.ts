import { dayOf, monthOf, weekOf } from '../calendar.ts';
import type { PromoLot, Wallet } from '../store/items/wallet.ts';

/** Promotional lots that can still be spent at `now`, those that expire first at the front. */
export function spendableLots(wallet: Pick<Wallet, 'promo'>, now: Date): PromoLot[] {
  return (wallet.promo ?? [])
    .filter(({ expiresAt }) => expiresAt > now.toISOString())
    .toSorted((a, b) => Date.parse(a.expiresAt) - Date.parse(b.expiresAt));
}

/** Coins that were given, not bought, and have not expired. */
export function promoCoins(wallet: Pick<Wallet, 'promo'>, now: Date): number {
  return spendableLots(wallet, now).reduce((sum, lot) => sum + lot.coins, 0);
}

/** All coins the user can spend at `now`. */
export function spendableCoins(wallet: Pick<Wallet, 'paid' | 'promo'>, now: Date): number {
  return wallet.paid + promoCoins(wallet, now);
}

/** The names of the wallet's counters of coins spent in the day, week and month of `now`. */
export function spentCounters(now: Date): { day: string; week: string; month: string } {
  const day = dayOf(now);
  return { day: `d${day}`, week: `w${weekOf(day)}`, month: `m${monthOf(day)}` };
}

/**
 * What was asked for at the end of a day, week or month may be carried out this much later at most, with the differences of
 * clocks; until then its counters are compared with limits.
 */
const stragglersMilliseconds = 15 * 60_000;

/** Counters of periods that ended so long before `now` that they are never added to again, nor compared with a limit. */
export function finishedCounters({ spent }: Pick<Wallet, 'spent'>, now: Date): string[] {
  const kept = Object.values(spentCounters(new Date(now.getTime() - stragglersMilliseconds)));
  return Object.keys(spent).filter((name) => kept.some((counter) => name[0] === counter[0] && name < counter));
}
