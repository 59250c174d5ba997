import { addDays, dayOf } from '../calendar.ts';
import { type WalletChange, writeWallet } from '../shop/wallet-change.ts';
import type { PromoLot, Wallet } from '../store/items/wallet.ts';
import type { RewardEntry, RewardSource } from '../store/items/wallet-entry.ts';
import { walletEntryKey } from '../store/keys.ts';
import type { Write } from '../store/write.ts';
import { guardsOf } from '../users/guards.ts';

export type Reward = {
  entryId: string;
  coins: number;
  expiresAfterDays: number;
  worthBasisPoints: number;
  source: RewardSource;
  catalogVersion: string;
  now: Date;
};

/** A reward as it is written: the line of the statement, and the wallet with its coins. */
export type Paid = { entry: RewardEntry; wallet: Pick<Wallet, 'paid' | 'promo'>; writes: Write<'changed'>[] };

/** Coins of a reward as a lot of the wallet, at the wallet's version; nobody's reward repays what a wallet owes. */
export function payReward(wallet: Wallet, { coins, expiresAfterDays, now, ...reward }: Reward): Paid {
  const { entryId, source, catalogVersion, worthBasisPoints } = reward;
  const { userId, paid, owed, spent } = wallet;
  const lastDay = addDays(dayOf(now), expiresAfterDays);
  const expiresAt = `${addDays(lastDay, 1)}T00:00:00.000Z`;
  const lot = { lotId: `reward-${worthBasisPoints}-${lastDay}`, coins, expiresAt, worthBasisPoints };
  const promo = withLot(wallet.promo ?? [], lot);
  const guards = guardsOf({ ...wallet, promo }, now);
  const change: WalletChange = { paid, owed, spent, promo, ...(guards && { guards }) };
  const entry: RewardEntry = {
    entryId,
    userId,
    at: now.toISOString(),
    flow: 'reward',
    amounts: { promoCoins: coins },
    source,
    expiresAt,
    worthBasisPoints,
    catalogVersion,
  };
  const put = {
    Item: { ...walletEntryKey({ userId, flow: 'reward', entryId }), ...entry },
    ConditionExpression: 'attribute_not_exists(pk)',
  };
  return { entry, wallet: change, writes: [{ put, failure: () => 'changed' }, writeWallet(wallet, change, 'changed')] };
}

/**
 * Rewards are small and come daily, and each gift writes the whole wallet. Those that expire on the same day and are worth the
 * same are one lot, so that a wallet has about as many as the days for which coins are good.
 */
function withLot(lots: PromoLot[], lot: PromoLot): PromoLot[] {
  const known = lots.some(({ lotId }) => lotId === lot.lotId);
  if (!known) return [...lots, lot];
  return lots.map((other) => (other.lotId === lot.lotId ? { ...other, coins: other.coins + lot.coins } : other));
}
