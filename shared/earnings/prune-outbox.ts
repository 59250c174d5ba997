import { inGroups } from '../in-groups.ts';
import { count, logger } from '../observability.ts';
import type { Wallet } from '../store/items/wallet.ts';
import { walletEntryKey, walletKey } from '../store/keys.ts';
import { readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';
import { finishedCounters } from '../users/balances.ts';

/** Four gifts of some 150 bytes keep an ordinary wallet below 1 kB, one write unit. */
const roomyOutbox = 4;

export function wantsPruning(wallet: Wallet): boolean {
  return Object.keys(wallet.outbox).length >= roomyOutbox;
}

/** Of an outbox that has become long, so many gifts are looked at a time, the oldest first. */
const mostLookedAt = 100;

/** The gifts of an outbox whose entry exists are credited, and nothing else needs them in the wallet. */
export type CreditedGifts = { of(wallet: Wallet): string[] };

/** Looks which gifts of the wallets are credited; the wallets share batches of reads. */
export async function findCredited(ledger: Table, wallets: Wallet[]): Promise<CreditedGifts> {
  const keys = wallets.flatMap(({ userId, outbox }) =>
    Object.keys(outbox)
      .toSorted()
      .slice(0, mostLookedAt)
      .map((entryId) => walletEntryKey({ userId, flow: 'gift', entryId })),
  );
  const entries = Map.groupBy(await readItems(ledger, keys), ({ userId }) => userId);
  return { of: ({ userId }) => (entries.get(userId) ?? []).map(({ entryId }) => String(entryId)) };
}

/** So many wallets are pruned at once: enough to hide the round trips, few enough not to crowd the client's connections. */
const walletsAtOnce = 16;

/** Takes credited gifts out of the outboxes. A wallet that fails is counted and left to its next gift, or to the sweep. */
export async function pruneWallets(ledger: Table, wallets: Wallet[], credited: CreditedGifts): Promise<void> {
  const outcomes = await inGroups(wallets, walletsAtOnce, (wallet) => pruneGifts(ledger, wallet, credited.of(wallet)));
  for (const [position, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled') continue;
    count('PruneFailures');
    logger.warn('pruning failed', { userId: wallets[position]?.userId, error: outcome.reason as Error });
  }
}

/**
 * Removes gifts whose entries exist and raises `prunedThrough` to the highest of them in the same update. The mark must
 * never fall: where another pruning has raised it further, the gifts are removed and the mark stays. Counters of days,
 * weeks and months that are over go too.
 */
async function pruneGifts(ledger: Table, wallet: Wallet, credited: string[]): Promise<void> {
  const giftIds = credited.toSorted();
  const highest = giftIds.at(-1);
  if (highest === undefined) return;
  const raised = await updateIf(ledger, pruneUpdate(wallet, giftIds, highest));
  if (raised.applied || !raised.current) return;
  await updateIf(ledger, pruneUpdate(wallet, giftIds, undefined));
}

function pruneUpdate(wallet: Wallet, giftIds: string[], highest: string | undefined) {
  const counters = finishedCounters(wallet, latestGift(wallet));
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

function latestGift({ outbox }: Wallet): Date {
  return new Date(Math.max(...Object.values(outbox).map(({ sentAt }) => sentAt)));
}
