import { daysAfter } from '../calendar.ts';
import type { ProviderName } from '../providers/payment.ts';
import { moneyOf, type Recharge } from '../store/items/recharge.ts';
import type { Wallet } from '../store/items/wallet.ts';
import type { RechargeEntry } from '../store/items/wallet-entry.ts';
import { walletKey } from '../store/keys.ts';
import type { Write } from '../store/write.ts';
import { guardsOf } from '../users/guards.ts';
import { lotsDue } from '../users/promo-lots.ts';
import { bonusLot } from './bonus-lots.ts';

/** The amount of an entry in which a provider's cash is written. */
export function cashAt<Name extends ProviderName>(provider: Name): `${Name}Minor` {
  return `${provider}Minor`;
}

/** What a paid order makes of a wallet. */
export type Credit = Balances & {
  amounts: RechargeEntry['amounts'];
  bonusExpiresAt?: string;
};

/**
 * Coins that were bought repay what the wallet owes first; bonus coins are promotional, repay nothing, and expire
 * `bonusDays` after they arrive.
 */
export function creditOf(
  wallet: Wallet,
  order: Recharge,
  { now, bonusDays }: { now: Date; bonusDays: number },
): Credit {
  const repaidCoins = Math.min(wallet.owed, order.coins);
  const paidCoins = order.coins - repaidCoins;
  const expiresAt = daysAfter(now, bonusDays).toISOString();
  const lot = bonusLot(order, { coins: order.bonusCoins, expiresAt });
  const promo = order.bonusCoins > 0 ? [...(wallet.promo ?? []), lot] : wallet.promo;
  const owed = wallet.owed - repaidCoins;
  const guards = guardsOf({ ...wallet, owed, promo }, now);
  return {
    paid: wallet.paid + paidCoins,
    owed,
    ...(promo && { promo }),
    ...(guards && { guards }),
    ...(wallet.frozen !== undefined && { frozen: wallet.frozen }),
    ...(order.bonusCoins > 0 && { bonusExpiresAt: expiresAt }),
    amounts: { paidCoins, repaidCoins, bonusCoins: order.bonusCoins, [cashAt(order.provider)]: moneyOf(order).minor },
  };
}

/** What a wallet holds and owes, and what keeps it from the fast path. */
export type Balances = Pick<Wallet, 'paid' | 'owed' | 'promo' | 'guards' | 'frozen'>;

/** Writes all balances of a wallet if it is still at the version that they were decided from. */
export function writeBalances<Failure>(wallet: Wallet, balances: Balances, failure: Failure): Write<Failure> {
  const { paid, owed, promo, guards, frozen } = balances;
  const due = lotsDue(wallet.userId, promo);
  const optional = { promo, guards, frozen: frozen || undefined, dueBucket: due?.dueBucket, dueAt: due?.dueAt };
  const names = Object.keys(optional) as (keyof typeof optional)[];
  const present = names.filter((name) => optional[name] !== undefined);
  const absent = names.filter((name) => optional[name] === undefined);
  const set = [
    'paid = :paid',
    'owed = :owed',
    'version = version + :one',
    ...present.map((name) => `${name} = :${name}`),
  ];
  return {
    update: {
      Key: walletKey(wallet.userId),
      ConditionExpression: 'version = :version',
      UpdateExpression: `SET ${set.join(', ')}${absent.length > 0 ? ` REMOVE ${absent.join(', ')}` : ''}`,
      ExpressionAttributeValues: {
        ':paid': paid,
        ':owed': owed,
        ':version': wallet.version,
        ':one': 1,
        ...Object.fromEntries(present.map((name) => [`:${name}`, optional[name]])),
      },
    },
    failure: () => failure,
  };
}

/** The line of the wallet's statement; its id is the recharge's, so that there is never a second one. */
export function entryOf(order: Recharge, { amounts }: Credit, now: Date): RechargeEntry {
  return {
    entryId: order.rechargeId,
    userId: order.userId,
    at: now.toISOString(),
    flow: 'recharge',
    amounts,
    currency: moneyOf(order).currency,
    provider: order.provider,
  };
}
