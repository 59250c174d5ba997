import type { Day } from '../calendar.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { Guard, Wallet } from '../store/items/wallet.ts';

/**
 * What keeps a wallet from the fast path: an age that is unknown or too low, coins owed, promotional coins to be spent
 * first. Absent for ordinary wallets, because the fast path's condition asks just that.
 */
export function guardsOf(wallet: Pick<Wallet, 'adultOn' | 'owed' | 'promo'>, today: Day): Guard[] | undefined {
  const guards: Guard[] = [];
  if (!isAdult(wallet, today)) guards.push('age');
  if (wallet.owed > 0) guards.push('debt');
  if (wallet.promo && wallet.promo.length > 0) guards.push('promo');
  return guards.length > 0 ? guards : undefined;
}

/** Whether the user may buy and gift; an unknown age may not. */
export function isAdult({ adultOn }: Pick<Wallet, 'adultOn'>, today: Day): boolean {
  return adultOn !== undefined && adultOn <= today;
}

/** The refusal of somebody who may not buy or gift yet, or whose age nobody stated. */
export function refuseAge({ adultOn }: Pick<Wallet, 'adultOn'>): Refusal {
  return adultOn === undefined
    ? refuse('age_restricted', "The user's age is not known: register a birth date with PUT /v1/users/{userId}.")
    : refuse('age_restricted', `The user may buy and gift from ${adultOn} on.`, { allowedFrom: adultOn });
}
