import { daysAfter } from '../calendar.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { type PromoLot, parseWallet, type Wallet } from '../store/items/wallet.ts';
import { type GrantEntry, parseWalletEntry } from '../store/items/wallet-entry.ts';
import { grantKey, walletEntryKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { spendableCoins } from '../users/balances.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { accountClosed, guardsOf } from '../users/guards.ts';
import { lotsDue } from '../users/promo-lots.ts';
import { countGiven, type Giving, worthOf } from './given-worth.ts';
import type { GrantBody } from './schemas.ts';

export type GrantCoins = GrantBody & { grantId: string; caller: string; now: Date };

export type Granted = { coins: number; replayed: boolean };

/**
 * Gives promotional coins, once per key. They expire as bonus coins do unless the grant says when, and are spent before paid
 * ones; they are worth nothing to creators
 * unless the grant says so, and all operators together can give only so much worth in a day.
 * Refusals: `user_not_found`, `idempotency_key_reused`, `account_closed`, `grant_limit_reached`.
 * @throws Contention when the wallet changed on every attempt.
 */
export async function grantCoins(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  command: GrantCoins,
): Promise<Granted | Refusal> {
  const [packages, spending] = await Promise.all([
    catalog.current('packages', command.now),
    catalog.current('spending', command.now),
  ]);
  const { bonusExpiresAfterDays } = packages.value;
  const entry = grantEntry(command);
  const key = walletEntryKey({ userId: command.userId, flow: 'grant', entryId: command.grantId });
  return untilUnchanged(`The wallet of grant ${command.grantId}`, async () => {
    const item = await readItem(ledger, walletKey(command.userId));
    if (!item) return userNotFound(command.userId);
    const wallet = parseWallet(item);
    if (wallet.status === 'closed')
      return compareGrant(command, wallet, await readItem(ledger, grantKey(command.grantId)), accountClosed());
    const promo = [...(wallet.promo ?? []), lotOf(command, bonusExpiresAfterDays)];
    const written = await transact<Granted | Refusal | 'changed'>(ledger, [
      {
        put: { Item: { ...grantKey(command.grantId), ...entry }, ConditionExpression: 'attribute_not_exists(pk)' },
        failure: (current) => compareGrant(command, wallet, current),
      },
      { put: { Item: { ...key, ...entry } }, failure: () => 'changed' },
      addLot(wallet, promo, command.now),
      ...countGiven({ ...givingOf(entry, command.now), mostWorthCoins: spending.value.givenWorthCoinsPerDay }),
    ]);
    if (written.committed) return { coins: spendableCoins({ ...wallet, promo }, command.now), replayed: false };
    const earlier = written.failures.find((failure) => failure !== 'changed');
    if (earlier) return earlier;
    return changedMeanwhile;
  });
}

function givingOf({ entryId, grantedBy, worthCoins }: GrantEntry, now: Date): Omit<Giving, 'mostWorthCoins'> {
  return { by: 'grant', id: entryId, givenBy: grantedBy, worthCoins, now };
}

function lotOf(
  { grantId, coins, expiresAfterDays, worthBasisPoints = 0, now }: GrantCoins,
  usualDays: number,
): PromoLot {
  const expiresAt = daysAfter(now, expiresAfterDays ?? usualDays).toISOString();
  return { lotId: `grant-${grantId}`, coins, expiresAt, worthBasisPoints };
}

function grantEntry(command: GrantCoins): GrantEntry {
  const { grantId, userId, coins, reason, caller, expiresAfterDays, worthBasisPoints, now } = command;
  return {
    entryId: grantId,
    userId,
    at: now.toISOString(),
    flow: 'grant',
    amounts: { promoCoins: coins },
    reason,
    grantedBy: caller,
    ...(expiresAfterDays !== undefined && { expiresAfterDays }),
    ...(worthBasisPoints !== undefined && { worthBasisPoints }),
    ...worthOf(coins, worthBasisPoints),
  };
}

function compareGrant(
  command: GrantCoins,
  wallet: Wallet,
  current: Record<string, unknown> | undefined,
  none?: Refusal,
): Granted | Refusal {
  if (!current && none) return none;
  const entry = current && parseWalletEntry(current);
  if (
    entry?.flow === 'grant' &&
    entry.userId === command.userId &&
    entry.amounts.promoCoins === command.coins &&
    entry.reason === command.reason &&
    entry.expiresAfterDays === command.expiresAfterDays &&
    entry.worthBasisPoints === command.worthBasisPoints
  )
    return { coins: spendableCoins(wallet, command.now), replayed: true };
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to another grant: use a new key for a new grant.',
    {
      grantId: command.grantId,
    },
  );
}

function addLot(wallet: Wallet, promo: PromoLot[], now: Date) {
  const due = lotsDue(wallet.userId, promo);
  return {
    update: {
      Key: walletKey(wallet.userId),
      ConditionExpression: 'version = :version',
      UpdateExpression:
        'SET promo = :promo, guards = :guards, dueBucket = :dueBucket, dueAt = :dueAt, version = version + :one',
      ExpressionAttributeValues: {
        ':promo': promo,
        ':dueBucket': due?.dueBucket,
        ':dueAt': due?.dueAt,
        ':guards': guardsOf({ ...wallet, promo }, now),
        ':version': wallet.version,
        ':one': 1,
      },
    },
    failure: () => 'changed' as const,
  };
}
