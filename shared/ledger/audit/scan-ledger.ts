import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { walletKeyPrefix } from '../../store/keys.ts';
import type { Item, Table } from '../../store/table.ts';
import type { AuditProgress } from './audit-progress.ts';

/** Reads and judges on from where the audit stands, all segments side by side, until all is read or it is to stop. */
export async function scanLedger(ledger: Table, progress: AuditProgress, mustStop: () => boolean): Promise<void> {
  await Promise.all(progress.segments.map((_, segment) => scanSegment(ledger, progress, { segment, mustStop })));
}

async function scanSegment(
  ledger: Table,
  progress: AuditProgress,
  { segment, mustStop }: { segment: number; mustStop: () => boolean },
): Promise<void> {
  const place = progress.segments[segment];
  if (!place) throw new Error(`The audit has no segment ${segment}.`);
  let begun: Item[] = [];
  let from: Item | undefined = place.from;
  while (!place.isRead && !mustStop()) {
    const page = await readPage(ledger, { segment, segments: progress.segments.length, from });
    from = page.next;
    const { whole, rest } = wholePartitions([...begun, ...page.items], from === undefined);
    // From here to the end of the round nothing waits, so what is judged and how far it is judged are stored together.
    progress.judge(whole);
    begun = rest;
    const last = whole.at(-1)?.at(-1);
    if (last) place.from = { pk: String(last.pk), sk: String(last.sk) };
    place.isRead = from === undefined;
  }
}

/**
 * A scan returns the items of a partition one after the other. A wallet can only be judged whole, so it waits until the
 * next partition begins; in other partitions each item stands for itself.
 */
function wholePartitions(items: Item[], isEnd: boolean): { whole: Item[][]; rest: Item[] } {
  const whole: Item[][] = [];
  let open: Item[] = [];
  for (const item of items) {
    if (open.length > 0 && open[0]?.pk !== item.pk) {
      whole.push(open);
      open = [];
    }
    if (isOfWallet(item)) open.push(item);
    else whole.push([item]);
  }
  if (!isEnd || open.length === 0) return { whole, rest: open };
  return { whole: [...whole, open], rest: [] };
}

function isOfWallet({ pk }: Item): boolean {
  return String(pk).startsWith(walletKeyPrefix);
}

async function readPage(
  ledger: Table,
  { segment, segments, from }: { segment: number; segments: number; from: Item | undefined },
): Promise<{ items: Item[]; next: Item | undefined }> {
  const { Items, LastEvaluatedKey } = await ledger.client.send(
    new ScanCommand({
      TableName: ledger.name,
      ConsistentRead: true,
      Segment: segment,
      TotalSegments: segments,
      ...(from && { ExclusiveStartKey: from }),
    }),
  );
  return { items: Items ?? [], next: LastEvaluatedKey };
}
