import type { SpendingRules } from '../catalog/spending-rules.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import type { PromoLot, Wallet } from '../store/items/wallet.ts';
import { walletKey } from '../store/keys.ts';
import type { Write } from '../store/write.ts';
import { finishedCounters, spentCounters } from '../users/balances.ts';
import { refuseToSpend, type Spending, takeCoins } from '../users/decide-spending.ts';
import { lotsDue } from '../users/promo-lots.ts';

/** What becomes of a wallet: its balances, and by counter what its user has spent. */
export type WalletChange = Pick<Wallet, 'paid' | 'owed' | 'promo' | 'guards' | 'spent'>;

/** Coins that leave a wallet, and from where they are taken. */
export type Payment = { change: WalletChange; paidCoins: number; promoCoins: number; promoLots: PromoLot[] };

/** Whether and with which coins the wallet pays; it counts as spent at once, as with gifts. Refusals are those of `refuseToSpend` and `takeCoins`. */
export function decidePayment(
  wallet: Wallet,
  { price, what, rules, now }: { price: number; what: string; rules: SpendingRules; now: Date },
): Payment | Refusal {
  const spending = refuseToSpend(wallet, now) ?? takeCoins(wallet, { price, what, spending: rules, now });
  if (isRefusal(spending)) return spending;
  const { paidCoins, lotsLeft, guardsLeft } = spending;
  const change: WalletChange = {
    paid: wallet.paid - paidCoins,
    owed: wallet.owed,
    ...(lotsLeft.length > 0 && { promo: lotsLeft }),
    ...(guardsLeft && { guards: guardsLeft }),
    spent: countSpent(wallet, price, now),
  };
  return { change, paidCoins, promoCoins: price - paidCoins, promoLots: lotsTaken(wallet, spending) };
}

/** The lots that were taken from, each with the coins that were. */
function lotsTaken({ promo = [] }: Wallet, { lotsLeft }: Spending): PromoLot[] {
  return promo
    .map((lot) => ({ ...lot, coins: lot.coins - (lotsLeft.find((left) => isSameLot(left, lot))?.coins ?? 0) }))
    .filter(({ coins }) => coins > 0);
}

export function isSameLot(one: PromoLot, other: PromoLot): boolean {
  return one.lotId === other.lotId && one.expiresAt === other.expiresAt;
}

/** By lot, as entries keep it. */
export function coinsByLot(lots: PromoLot[]): { promo?: Record<string, number> } {
  const promo: Record<string, number> = {};
  for (const { lotId, coins } of lots) promo[lotId] = (promo[lotId] ?? 0) + coins;
  return lots.length > 0 ? { promo } : {};
}

/** Counters of periods that are over go, as they do when gifts are pruned; somebody who only shops has none pruned. */
function countSpent({ spent }: Wallet, coins: number, now: Date): Wallet['spent'] {
  const finished = new Set(finishedCounters({ spent }, now));
  const kept = Object.entries(spent).filter(([name]) => !finished.has(name));
  const current = Object.values(spentCounters(now));
  return {
    ...Object.fromEntries(kept),
    ...Object.fromEntries(current.map((name) => [name, (spent[name] ?? 0) + coins])),
  };
}

/** Coins that were counted at `countedAt` and come back unspent: in counters that are no longer kept there is nothing to correct. */
export function uncountSpent({ spent }: Wallet, coins: number, countedAt: Date): Wallet['spent'] {
  const counters = Object.values(spentCounters(countedAt))
    .filter((name) => spent[name] !== undefined)
    .map((name) => [name, Math.max(0, (spent[name] ?? 0) - coins)]);
  return { ...spent, ...Object.fromEntries(counters) };
}

/** When lots are the first to expire that were not there before; while lots are only spent, the index is left alone. */
function earlierDue({ userId, dueAt }: Wallet, promo: PromoLot[] | undefined) {
  const due = lotsDue(userId, promo);
  return due && (dueAt === undefined || due.dueAt < dueAt) ? due : undefined;
}

/** Writes the change if the wallet is still at the version that it was decided from. */
export function writeWallet<Failure>(wallet: Wallet, change: WalletChange, failure: Failure): Write<Failure> {
  const { paid, owed, promo, guards } = change;
  const counters = Object.entries(change.spent).filter(([name, coins]) => wallet.spent[name] !== coins);
  const due = earlierDue(wallet, promo);
  const over = Object.keys(wallet.spent).filter((name) => change.spent[name] === undefined);
  const sets = [
    'paid = :paid, owed = :owed, version = version + :one',
    ...counters.map((_, i) => `spent.#counter${i} = :counter${i}`),
    ...(promo ? ['promo = :promo'] : []),
    ...(guards ? ['guards = :guards'] : []),
    ...(due ? ['dueBucket = :bucket, dueAt = :dueAt'] : []),
  ];
  const removes = [
    ...(promo ? [] : ['promo', 'dueBucket', 'dueAt']),
    ...(guards ? [] : ['guards']),
    ...over.map((_, i) => `spent.#over${i}`),
  ];
  return {
    update: {
      Key: walletKey(wallet.userId),
      ConditionExpression: 'version = :version',
      UpdateExpression: `SET ${sets.join(', ')}${removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : ''}`,
      ...(counters.length + over.length > 0 && {
        ExpressionAttributeNames: {
          ...Object.fromEntries(counters.map(([name], i) => [`#counter${i}`, name])),
          ...Object.fromEntries(over.map((name, i) => [`#over${i}`, name])),
        },
      }),
      ExpressionAttributeValues: {
        ':paid': paid,
        ':owed': owed,
        ':version': wallet.version,
        ':one': 1,
        ...(promo && { ':promo': promo }),
        ...(guards && { ':guards': guards }),
        ...(due && { ':bucket': due.dueBucket, ':dueAt': due.dueAt }),
        ...Object.fromEntries(counters.map(([, coins], i) => [`:counter${i}`, coins])),
      },
    },
    failure: () => failure,
  };
}
