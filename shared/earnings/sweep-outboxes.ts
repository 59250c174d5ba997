import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { count, logger } from '../observability.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { type Queue, sendMessages } from '../queue/send-messages.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { headKey, progressKey, walletKeyPrefix } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Item, Table } from '../store/table.ts';
import { packGifts } from './messages.ts';
import { findCredited, pruneWallets, wantsPruning } from './prune-outbox.ts';
import { giftsOf } from './relay-gifts.ts';

export type SweepStores = { ledger: Table; credits: Queue; staleAfterSeconds: number };

export type SweepReport = { wallets: number; resent: number; pruned: number; finishedPass: boolean };

/** A slice ends while so much time is left, so that its position is always saved. */
const reserveMilliseconds = 5_000;

/**
 * Walks over all wallets, a slice each time it runs, from where the slice before ended. Gifts that have waited too long
 * without being credited are sent to the credits queue again, which does no harm when they are on their way; credited
 * ones are pruned. Whatever was lost on the way (a stream record, a message, a function) is found here.
 */
export async function sweepOutboxes(stores: SweepStores, { now, remainingMilliseconds }: JobRun): Promise<SweepReport> {
  const report: SweepReport = { wallets: 0, resent: 0, pruned: 0, finishedPass: false };
  let oldestAgeSeconds = 0;
  let from = await readPosition(stores.ledger);
  do {
    const { wallets, next } = await scanPage(stores.ledger, from);
    report.wallets += wallets.length;
    const credited = await findCredited(stores.ledger, wallets);
    const ripe = wallets.filter((wallet) => isRipe(wallet, credited.of(wallet), now));
    await pruneWallets(stores.ledger, ripe, credited);
    report.pruned += sum(ripe.map((wallet) => credited.of(wallet).length));
    const waiting = wallets.flatMap((wallet) => waitingGifts(wallet, credited.of(wallet)));
    report.resent += await resend(stores, waiting, now);
    oldestAgeSeconds = Math.max(oldestAgeSeconds, ageSeconds(waiting, now));
    from = next;
    await savePosition(stores.ledger, from);
  } while (from && remainingMilliseconds() > reserveMilliseconds);
  report.finishedPass = from === undefined;
  count('OutboxAge', oldestAgeSeconds);
  count('OutboxGiftsResent', report.resent);
  return report;
}

type WaitingGifts = ReturnType<typeof giftsOf>;

/** A few credited gifts may stay in their outbox for this long: taking each out at once would cost a write per gift. */
const pruneAfterMilliseconds = 24 * 3_600_000;

function isRipe(wallet: Wallet, credited: string[], now: Date): boolean {
  if (credited.length === 0) return false;
  const oldest = Math.min(...credited.map((giftId) => wallet.outbox[giftId]?.sentAt ?? now.getTime()));
  return wantsPruning(wallet) || oldest <= now.getTime() - pruneAfterMilliseconds;
}

function waitingGifts(wallet: Wallet, credited: string[]): WaitingGifts {
  const known = new Set(credited);
  return giftsOf(wallet).filter(({ giftId }) => !known.has(giftId));
}

async function resend({ credits, staleAfterSeconds }: SweepStores, waiting: WaitingGifts, now: Date): Promise<number> {
  const stale = waiting.filter(({ sentAt }) => sentAt <= now.getTime() - staleAfterSeconds * 1000);
  const messages = packGifts(stale);
  const failed = await sendMessages(
    credits,
    messages.map((body) => ({ body, group: body.creatorId })),
  );
  return sum(messages.map(({ gifts }, position) => (failed.has(position) ? 0 : gifts.length)));
}

function ageSeconds(waiting: WaitingGifts, now: Date): number {
  const oldest = Math.min(now.getTime(), ...waiting.map(({ sentAt }) => sentAt));
  return (now.getTime() - oldest) / 1000;
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

type Position = Record<string, unknown> | undefined;

/** Only wallets whose outbox has something in it come back; the rest is read and left out by DynamoDB. */
async function scanPage(ledger: Table, from: Position): Promise<{ wallets: Wallet[]; next: Position }> {
  const { Items, LastEvaluatedKey } = await ledger.client.send(
    new ScanCommand({
      TableName: ledger.name,
      FilterExpression: 'sk = :head AND begins_with(pk, :wallet) AND size(outbox) > :none',
      ExpressionAttributeValues: { ':head': headKey, ':wallet': walletKeyPrefix, ':none': 0 },
      ConsistentRead: true,
      ...(from && { ExclusiveStartKey: from }),
    }),
  );
  return { wallets: (Items ?? []).flatMap(readWallet), next: LastEvaluatedKey };
}

/** A wallet that cannot be read must not stop the others: it is counted, which raises an alarm. */
function readWallet(item: Item): Wallet[] {
  try {
    return [parseWallet(item)];
  } catch (error) {
    count('UnreadableRecords');
    logger.error('unreadable wallet', { pk: item.pk, error: error as Error });
    return [];
  }
}

const job = 'sweep-outboxes';
const SavedPosition = z.object({ position: z.optional(z.record(z.string(), z.unknown())) });

async function readPosition(ledger: Table): Promise<Position> {
  const item = await readItem(ledger, progressKey(job));
  return item && z.parse(SavedPosition, item).position;
}

async function savePosition(ledger: Table, position: Position): Promise<void> {
  await ledger.client.send(
    new PutCommand({ TableName: ledger.name, Item: { ...progressKey(job), ...(position && { position }) } }),
  );
}
