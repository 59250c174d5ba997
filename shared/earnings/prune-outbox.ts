import type { Wallet } from '../store/items/wallet.ts';
import { walletEntryKey, walletKey } from '../store/keys.ts';
import { keysPerBatch, readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';
import { spentCounters } from '../users/balances.ts';

/** Four gifts of some 150 bytes keep an ordinary wallet below 1 kB, one write unit. */
const roomyOutbox = 4;

export function wantsPruning(wallet: Wallet): boolean {
  return Object.keys(wallet.outbox).length >= roomyOutbox;
}

/**
 * Those of the oldest gifts of the outbox whose entry exists: they are credited, and nothing else needs them in the
 * wallet. One batch of reads, however long the outbox has become.
 */
export async function creditedGifts(ledger: Table, wallet: Wallet): Promise<string[]> {
  const keys = Object.keys(wallet.outbox)
    .toSorted()
    .slice(0, keysPerBatch)
    .map((giftId) => walletEntryKey({ userId: wallet.userId, flow: 'gift', entryId: giftId }));
  const entries = await readItems(ledger, keys);
  return entries.map(({ entryId }) => String(entryId));
}

/** Takes credited gifts out of the outbox. Returns those it took; none when there are none. */
export async function pruneWallet(ledger: Table, wallet: Wallet): Promise<string[]> {
  const credited = await creditedGifts(ledger, wallet);
  await pruneGifts(ledger, wallet, credited);
  return credited;
}

/**
 * Removes gifts whose entries exist and raises `prunedThrough` to the highest of them in the same update. The mark must
 * never fall: where another pruning has raised it further, the gifts are removed and the mark stays. Counters of days,
 * weeks and months that are over go too.
 */
export async function pruneGifts(ledger: Table, wallet: Wallet, credited: string[]): Promise<void> {
  const giftIds = credited.toSorted();
  const highest = giftIds.at(-1);
  if (highest === undefined) return;
  const raised = await updateIf(ledger, pruneUpdate(wallet, giftIds, highest));
  if (raised.applied || !raised.current) return;
  await updateIf(ledger, pruneUpdate(wallet, giftIds, undefined));
}

function pruneUpdate(wallet: Wallet, giftIds: string[], highest: string | undefined) {
  const counters = finishedCounters(wallet);
  const removed = [...giftIds.map((_, i) => `outbox.#gift${i}`), ...counters.map((_, i) => `spent.#counter${i}`)];
  return {
    Key: walletKey(wallet.userId),
    ConditionExpression: highest ? 'attribute_exists(pk) AND prunedThrough < :highest' : 'attribute_exists(pk)',
    UpdateExpression: `REMOVE ${removed.join(', ')} SET version = version + :one${highest ? ', prunedThrough = :highest' : ''}`,
    ExpressionAttributeNames: {
      ...Object.fromEntries(giftIds.map((giftId, i) => [`#gift${i}`, giftId])),
      ...Object.fromEntries(counters.map((counter, i) => [`#counter${i}`, counter])),
    },
    ExpressionAttributeValues: { ':one': 1, ...(highest && { ':highest': highest }) },
  };
}

/** Counters of periods that ended before the wallet's latest gift; those are never added to again. */
function finishedCounters(wallet: Wallet): string[] {
  const latest = Math.max(...Object.values(wallet.outbox).map(({ sentAt }) => sentAt));
  const { day, week, month } = spentCounters(new Date(latest));
  return Object.keys(wallet.spent).filter(
    (name) =>
      (name.startsWith('d') && name < day) ||
      (name.startsWith('w') && name < week) ||
      (name.startsWith('m') && name < month),
  );
}
