import { dayOf } from '../calendar.ts';
import type { Amounts } from '../ledger/flows.ts';
import type { Recharge } from '../store/items/recharge.ts';
import type { PromoLot, Wallet } from '../store/items/wallet.ts';
import type { RechargeEntry } from '../store/items/wallet-entry.ts';
import { walletKey } from '../store/keys.ts';
import type { Write } from '../store/write.ts';
import { guardsOf } from '../users/guards.ts';

/** What a paid order makes of a wallet. */
export type Credit = Pick<Wallet, 'paid' | 'owed' | 'promo' | 'guards'> & { amounts: Amounts<'recharge'> };

const dayMilliseconds = 86_400_000;

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
  const expiresAt = new Date(now.getTime() + bonusDays * dayMilliseconds).toISOString();
  const lot: PromoLot = { lotId: `recharge-${order.rechargeId}`, coins: order.bonusCoins, expiresAt };
  const promo = order.bonusCoins > 0 ? [...(wallet.promo ?? []), lot] : wallet.promo;
  const owed = wallet.owed - repaidCoins;
  const guards = guardsOf({ ...wallet, owed, ...(promo && { promo }) }, dayOf(now));
  return {
    paid: wallet.paid + paidCoins,
    owed,
    ...(promo && { promo }),
    ...(guards && { guards }),
    amounts: { paidCoins, repaidCoins, bonusCoins: order.bonusCoins, stripeMinor: order.priceMinor },
  };
}

/** Writes the credit if the wallet is still at the version that it was decided from. */
export function creditWallet<Failure>(wallet: Wallet, credit: Credit, failure: Failure): Write<Failure> {
  const { paid, owed, promo, guards } = credit;
  const set = ['paid = :paid', 'owed = :owed', 'version = version + :one'];
  if (promo) set.push('promo = :promo');
  if (guards) set.push('guards = :guards');
  return {
    update: {
      Key: walletKey(wallet.userId),
      ConditionExpression: 'version = :version',
      UpdateExpression: `SET ${set.join(', ')}${guards ? '' : ' REMOVE guards'}`,
      ExpressionAttributeValues: {
        ':paid': paid,
        ':owed': owed,
        ':version': wallet.version,
        ':one': 1,
        ...(promo && { ':promo': promo }),
        ...(guards && { ':guards': guards }),
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
    currency: order.currency,
    provider: order.provider,
  };
}
