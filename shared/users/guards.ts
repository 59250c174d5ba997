import { type Day, dayOf } from '../calendar.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { Guard, Wallet } from '../store/items/wallet.ts';
import { currentRules } from './current-rules.ts';

/**
 * What keeps a wallet from the fast path: an age that is unknown or too low, coins owed, promotional coins to be spent
 * first, rules of its own. Absent for ordinary wallets, because the fast path's condition asks just that. No guard ever
 * becomes due by time alone: time only makes rules looser.
 */
export function guardsOf(wallet: Wallet, now: Date): Guard[] | undefined {
  const guards: Guard[] = [];
  if (!mayBuyAndGift(wallet, now)) guards.push('age');
  if (wallet.owed > 0) guards.push('debt');
  if (wallet.promo && wallet.promo.length > 0) guards.push('promo');
  if (currentRules(wallet, now)) guards.push('rules');
  return guards.length > 0 ? guards : undefined;
}

/** Whether the user is of age; an unknown age is not. */
export function isAdult({ adultOn }: Pick<Wallet, 'adultOn'>, today: Day): boolean {
  return adultOn !== undefined && adultOn <= today;
}

/** Whether the user may buy and gift: who is of age, and who has a guardian and is old enough for that. */
function mayBuyAndGift(wallet: Wallet, now: Date): boolean {
  const today = dayOf(now);
  if (isAdult(wallet, today)) return true;
  const { wardOn } = wallet;
  return wardOn !== undefined && wardOn <= today && currentRules(wallet, now)?.guardian !== undefined;
}

/**
 * Why a user may neither buy nor spend, whatever it costs. Refusals in this order: `age_check_required`, `age_restricted`,
 * `spending_paused`.
 */
export function refuseUser(wallet: Wallet, now: Date): Refusal | undefined {
  const rules = currentRules(wallet, now);
  if (rules?.ageDoubt)
    return refuse(
      'age_check_required',
      'The user is to prove their age; an operator of the app then sets the wallet free.',
    );
  if (!mayBuyAndGift(wallet, now)) return refuseAge(wallet);
  const { coolOffUntil = '', selfExcludedUntil = '' } = rules ?? {};
  const isLonger = selfExcludedUntil >= coolOffUntil;
  const [type, until] = isLonger ? ['self_exclusion', selfExcludedUntil] : ['cool_off', coolOffUntil];
  if (until === '') return undefined;
  return refuse('spending_paused', `The user has asked to neither buy nor spend until ${until}.`, {
    break: type,
    until,
  });
}

/** The refusal of a wallet that is not active, for whatever its user wants: `account_closed`, `wallet_frozen`. */
export function refuseStatus({ status }: Pick<Wallet, 'status'>): Refusal | undefined {
  if (status === 'closed') return accountClosed();
  if (status === 'frozen') return refuse('wallet_frozen', 'The wallet is frozen; the operator of the app can say why.');
  return undefined;
}

export function accountClosed(): Refusal {
  return refuse('account_closed', 'The account is closed; its id is not used again.');
}

/** The refusal of somebody who may not buy or gift yet, or whose age nobody stated. */
function refuseAge({ adultOn, wardOn }: Pick<Wallet, 'adultOn' | 'wardOn'>): Refusal {
  return adultOn === undefined
    ? refuse('age_restricted', "The user's age is not known: register a birth date with PUT /v1/users/{userId}.")
    : refuse('age_restricted', `The user may buy and gift from ${adultOn} on.`, {
        allowedFrom: adultOn,
        ...(wardOn !== undefined && { withGuardianFrom: wardOn }),
      });
}
