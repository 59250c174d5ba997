import { newId } from '../identifiers.ts';
import { count, logger } from '../observability.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { bonusOrderOf } from '../recharges/bonus-lots.ts';
import { changedMeanwhile, isTransient, untilUnchanged } from '../store/contention.ts';
import { dueKeys } from '../store/due.ts';
import { type PromoLot, parseWallet, type Wallet } from '../store/items/wallet.ts';
import type { ExpiryEntry } from '../store/items/wallet-entry.ts';
import { type Key, rechargeKey, walletEntryKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, updateIf, type Write } from '../store/write.ts';
import { guardsOf } from './guards.ts';
import { lotsDue, warningDue } from './promo-lots.ts';

export type ExpiryReport = { wallets: number; coins: number; failed: number; complete: boolean };

/** One wallet is a read and a transaction or two; none begins with less time left. */
const reserveMilliseconds = 5_000;

const walletsPerPage = 25;

/** Each lot may have an order that must be told; a transaction holds 100 items. */
const mostLotsAtOnce = 50;

/**
 * Takes promotional coins that were not spent in time out of their wallets, by an entry, and notes on those that expire soon that
 * their users are warned. Only wallets that have such coins are looked at, when it is time for the first of them.
 */
export async function expireLots(ledger: Table, run: JobRun): Promise<ExpiryReport> {
  const report: ExpiryReport = { wallets: 0, coins: 0, failed: 0, complete: true };
  for await (const keys of dueKeys(ledger, { kind: 'promo-lots', now: run.now, atOnce: walletsPerPage }))
    for (const key of keys) {
      await expireAlone(ledger, { key, report, now: run.now });
      if (run.remainingMilliseconds() < reserveMilliseconds) return { ...report, complete: false };
    }
  return report;
}

type Work = { key: Key; report: ExpiryReport; now: Date };

/** One that fails stays due for the next run and holds up no other. */
async function expireAlone(ledger: Table, { key, report, now }: Work): Promise<void> {
  try {
    const coins = await expireInWallet(ledger, key, now);
    report.wallets += 1;
    report.coins += coins;
    if (coins > 0) count('CoinsExpired', coins);
  } catch (error) {
    report.failed += 1;
    const about = { key: key.pk, error: error as Error };
    // What AWS could not do now is done by the next run; anything else needs a person.
    if (isTransient(error)) return logger.warn('expiry interrupted', about);
    count('ExpiriesFailed');
    logger.error('expiry failed', about);
  }
}

/** @returns how many coins expired. */
async function expireInWallet(ledger: Table, key: Key, now: Date): Promise<number> {
  let total = 0;
  for (;;) {
    const expired = await untilUnchanged(`The wallet ${key.pk}`, async () => {
      const item = await readItem(ledger, key);
      const wallet = item && parseWallet(item);
      // The index lags behind the table.
      if (wallet?.dueAt === undefined || wallet.dueAt > now.toISOString()) return [];
      return (await expireStep(ledger, wallet, now)) ?? changedMeanwhile;
    });
    if (expired.length === 0) return total;
    total += expired.reduce((sum, { coins }) => sum + coins, 0);
  }
}

/** The lots that were taken out; none when only warnings and the time to look again were to be written; nothing when the wallet has changed. */
async function expireStep(ledger: Table, wallet: Wallet, now: Date): Promise<PromoLot[] | undefined> {
  const lots = wallet.promo ?? [];
  const expired = lots.filter(({ expiresAt }) => expiresAt <= now.toISOString()).slice(0, mostLotsAtOnce);
  const left = lots.filter((lot) => !expired.includes(lot)).map((lot) => warnedIfDue(lot, now));
  const update = keepLots(wallet, left, now);
  if (expired.length === 0) return (await updateIf(ledger, update)).applied ? [] : undefined;
  const written = await transact(ledger, [
    { update, failure: () => 'changed' },
    putEntry(wallet.userId, expired, now),
    ...expired.flatMap(tellOrder),
  ]);
  return written.committed ? expired : undefined;
}

/** That the lot says so is what the event of it is made from. */
function warnedIfDue(lot: PromoLot, now: Date): PromoLot {
  const at = now.toISOString();
  const isDue = lot.warnedAt === undefined && warningDue(lot) <= at && at < lot.expiresAt;
  return isDue ? { ...lot, warnedAt: at } : lot;
}

function keepLots(wallet: Wallet, left: PromoLot[], now: Date) {
  const due = lotsDue(wallet.userId, left);
  const promo = left.length > 0 ? left : undefined;
  const kept = { promo, guards: guardsOf({ ...wallet, promo }, now), dueBucket: due?.dueBucket, dueAt: due?.dueAt };
  const names = Object.keys(kept) as (keyof typeof kept)[];
  const present = names.filter((name) => kept[name] !== undefined);
  const absent = names.filter((name) => kept[name] === undefined);
  const set = ['version = version + :one', ...present.map((name) => `${name} = :${name}`)];
  return {
    Key: walletKey(wallet.userId),
    ConditionExpression: 'version = :version',
    UpdateExpression: `SET ${set.join(', ')}${absent.length > 0 ? ` REMOVE ${absent.join(', ')}` : ''}`,
    ExpressionAttributeValues: {
      ':version': wallet.version,
      ':one': 1,
      ...Object.fromEntries(present.map((name) => [`:${name}`, kept[name]])),
    },
  };
}

function putEntry(userId: string, expired: PromoLot[], now: Date): Write<'changed'> {
  const promo: Record<string, number> = {};
  for (const { lotId, coins } of expired) promo[lotId] = (promo[lotId] ?? 0) + coins;
  const entry: ExpiryEntry = {
    entryId: newId(now),
    userId,
    at: now.toISOString(),
    flow: 'expiry',
    amounts: { promoCoins: Object.values(promo).reduce((sum, coins) => sum + coins, 0) },
    promo,
  };
  return {
    put: { Item: { ...walletEntryKey(entry), ...entry }, ConditionExpression: 'attribute_not_exists(pk)' },
    failure: () => 'changed',
  };
}

/** When the payment of bonus coins goes back, those that expired, or were given up, are not owed. */
export function tellOrder({ lotId, coins }: PromoLot): Write<'changed'>[] {
  const rechargeId = bonusOrderOf(lotId);
  if (rechargeId === undefined) return [];
  return [
    {
      update: {
        Key: rechargeKey(rechargeId),
        ConditionExpression: 'attribute_exists(pk)',
        UpdateExpression:
          'SET bonusExpiredCoins = if_not_exists(bonusExpiredCoins, :none) + :coins, version = version + :one',
        ExpressionAttributeValues: { ':none': 0, ':coins': coins, ':one': 1 },
      },
      failure: () => {
        throw new Error(`The recharge ${rechargeId}, whose bonus coins expired, has no order.`);
      },
    },
  ];
}
