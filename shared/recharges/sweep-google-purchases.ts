import { count, logger } from '../observability.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { dueKeys } from '../store/due.ts';
import { type GooglePurchaseWork, parseGooglePurchaseWork } from '../store/items/google-purchase.ts';
import type { Key } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { newsOfLookUp } from './google-news.ts';
import { finishPurchase, postponePurchase } from './google-work.ts';
import { type GoogleStores, settleGooglePurchase } from './receive-google-purchase.ts';

/** `forgotten` are those of which Google knows nothing any more. */
type LookedInto = 'finished' | 'open' | 'forgotten' | 'changed';

export type GoogleSweepReport = Record<LookedInto | 'failed', number> & {
  /** Whether all that was due was looked at; if not, the next run goes on. */
  complete: boolean;
};

/** Google allows 3,000 calls a minute for purchases and their orders; each of these takes up to three. */
const purchasesAtOnce = 10;

/** No page is begun with less time left than two of Google's calls and the writes after them may take. */
const reserveMilliseconds = 15_000;

/**
 * Asks Google about the purchases that are not finished: pending ones, those of which a function died before the credit,
 * and those that are credited and not consumed, which Google would give back after three days.
 */
export async function sweepGooglePurchases(
  stores: GoogleStores,
  { now, remainingMilliseconds }: JobRun,
): Promise<GoogleSweepReport> {
  const report = { finished: 0, open: 0, forgotten: 0, changed: 0, failed: 0, complete: false };
  for await (const keys of dueKeys(stores.ledger, { kind: 'google-purchase', now, atOnce: purchasesAtOnce })) {
    if (remainingMilliseconds() < reserveMilliseconds) return report;
    for (const outcome of await Promise.all(keys.map((key) => lookIntoAlone(stores, key, now)))) report[outcome] += 1;
  }
  return { ...report, complete: true };
}

/** Tokens end some 60 days after their purchase. Of a younger one Google knows nothing when it is asked with the keys of another app. */
const forgottenAfterMilliseconds = 61 * 24 * 3_600_000;

/** One that fails stays due for the next run and holds up no other. */
async function lookIntoAlone(stores: GoogleStores, key: Key, now: Date): Promise<LookedInto | 'failed'> {
  try {
    const work = await workAt(stores.ledger, key);
    // The index lags behind the table, and says only what to read.
    if (work?.dueAt === undefined || work.dueAt > now.toISOString()) return 'changed';
    return await lookInto(stores, { key, work, now });
  } catch (error) {
    count('RechargeLookUpsFailed');
    logger.error('look-up of a purchase failed', { key: key.pk, error: error as Error });
    return 'failed';
  }
}

async function lookInto(
  stores: GoogleStores,
  { key, work, now }: { key: Key; work: GooglePurchaseWork; now: Date },
): Promise<LookedInto> {
  const { ledger, play } = stores;
  const { purchaseToken, rechargeId } = work;
  const purchase = await play.lookUp(purchaseToken);
  if (!purchase) {
    logger.error('purchase forgotten before it was finished', { key: key.pk, rechargeId });
    if (now.getTime() - Date.parse(work.firstSeenAt) < forgottenAfterMilliseconds) {
      count('RechargeLookUpsFailed');
      await postponePurchase(ledger, work, now);
      return 'open';
    }
    await finishPurchase(ledger, { purchaseToken, as: 'closed' });
    return 'forgotten';
  }
  await settleGooglePurchase(stores, purchase, newsOfLookUp(purchase, now));
  if ((await workAt(ledger, key))?.state !== 'open') return 'finished';
  await postponePurchase(ledger, work, now);
  return 'open';
}

async function workAt(ledger: Table, key: Key): Promise<GooglePurchaseWork | undefined> {
  const item = await readItem(ledger, key);
  return item && parseGooglePurchaseWork(item);
}
