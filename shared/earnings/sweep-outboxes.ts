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
import { creditedGifts, pruneGifts, wantsPruning } from './prune-outbox.ts';
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
    const swept = await sweepWallets(stores.ledger, wallets, now);
    report.pruned += sum(swept.map(({ pruned }) => pruned));
    report.resent += await resend(
      stores,
      swept.flatMap(({ waiting }) => waiting),
      now,
    );
    oldestAgeSeconds = Math.max(oldestAgeSeconds, ...swept.map(({ waiting }) => ageSeconds(waiting, now)));
    from = next;
    await savePosition(stores.ledger, from);
  } while (from && remainingMilliseconds() > reserveMilliseconds);
  report.finishedPass = from === undefined;
  count('OutboxAge', oldestAgeSeconds);
  count('OutboxGiftsResent', report.resent);
  return report;
}

type SweptWallet = { waiting: ReturnType<typeof giftsOf>; pruned: number };

/** So many wallets at once: enough to hide the round trips, few enough not to crowd the table. */
const walletsAtOnce = 16;

async function sweepWallets(ledger: Table, wallets: Wallet[], now: Date): Promise<SweptWallet[]> {
  const swept: SweptWallet[] = [];
  for (let start = 0; start < wallets.length; start += walletsAtOnce) {
    const chunk = wallets.slice(start, start + walletsAtOnce);
    const outcomes = await Promise.allSettled(chunk.map((wallet) => sweepWallet(ledger, wallet, now)));
    for (const [position, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') swept.push(outcome.value);
      else reportFailure(chunk[position], outcome.reason);
    }
  }
  return swept;
}

/** One wallet that cannot be swept must not keep the others waiting; the next pass comes to it again. */
function reportFailure(wallet: Wallet | undefined, error: unknown): void {
  count('PruneFailures');
  logger.warn('sweeping a wallet failed', { userId: wallet?.userId, error: error as Error });
}

/** A few credited gifts may stay in their outbox for this long: taking each out at once would cost a write per gift. */
const pruneAfterMilliseconds = 24 * 3_600_000;

async function sweepWallet(ledger: Table, wallet: Wallet, now: Date): Promise<SweptWallet> {
  const credited = new Set(await creditedGifts(ledger, wallet));
  const gifts = giftsOf(wallet);
  const waiting = gifts.filter(({ giftId }) => !credited.has(giftId));
  const isOld = gifts.some(
    ({ giftId, sentAt }) => credited.has(giftId) && sentAt <= now.getTime() - pruneAfterMilliseconds,
  );
  if (!isOld && !wantsPruning(wallet)) return { waiting, pruned: 0 };
  await pruneGifts(ledger, wallet, [...credited]);
  return { waiting, pruned: credited.size };
}

async function resend(
  { credits, staleAfterSeconds }: SweepStores,
  waiting: SweptWallet['waiting'],
  now: Date,
): Promise<number> {
  const stale = waiting.filter(({ sentAt }) => sentAt <= now.getTime() - staleAfterSeconds * 1000);
  const messages = packGifts(stale);
  const failed = await sendMessages(
    credits,
    messages.map((body) => ({ body, group: body.creatorId })),
  );
  return sum(messages.map(({ gifts }, position) => (failed.has(position) ? 0 : gifts.length)));
}

function ageSeconds(waiting: SweptWallet['waiting'], now: Date): number {
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
