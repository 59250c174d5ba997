import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { pauseBefore } from '../../store/contention.ts';
import { queryAll } from '../../store/read.ts';
import type { Item, Table } from '../../store/table.ts';
import { type AccountBalance, Books } from './books.ts';
import { type Findings, judgePartition } from './judge-partition.ts';
import { type Difference, type Subject, Tally } from './tally.ts';

export type AuditReport = {
  /** Items read. */
  items: number;
  /** The chart of accounts, folded from every entry and every gift that waits in an outbox. */
  balances: AccountBalance[];
  /** The sum of each asset's balances; anything but zero is a difference as well. */
  sums: Record<string, number>;
  differences: Difference[];
  /** Subjects that changed each time they were looked at again; the next audit will find them quieter. */
  unsettled: string[];
};

/** Parts of the table that are read side by side. */
const segments = 4;

/**
 * Reads the whole ledger, folds every entry, and compares with every balance. As the ledger goes on changing meanwhile,
 * whatever differs is looked at again by itself; what differs by the same amount twice in a row is reported.
 */
export async function auditLedger(ledger: Table): Promise<AuditReport> {
  const parts = await Promise.all(Array.from({ length: segments }, (_, segment) => auditSegment(ledger, segment)));
  const tally = new Tally();
  const books = new Books();
  for (const { findings } of parts) {
    tally.merge(findings.tally);
    books.merge(findings.books);
  }
  const { differences, unsettled } = await confirm(ledger, tally.differences());
  const items = parts.reduce((sum, part) => sum + part.items, 0);
  return { items, balances: books.balances(), sums: books.sums(), differences, unsettled };
}

async function auditSegment(ledger: Table, segment: number): Promise<{ findings: Findings; items: number }> {
  const findings: Findings = { tally: new Tally(), books: new Books() };
  let items = 0;
  let partition: Item[] = [];
  for await (const item of scanSegment(ledger, segment)) {
    items += 1;
    // A scan returns the items of a partition one after the other, so a partition is whole when the next one begins.
    if (partition.length > 0 && partition[0]?.pk !== item.pk) {
      judgePartition(partition, findings);
      partition = [];
    }
    partition.push(item);
  }
  if (partition.length > 0) judgePartition(partition, findings);
  return { findings, items };
}

async function* scanSegment(ledger: Table, segment: number): AsyncGenerator<Item> {
  let from: Record<string, unknown> | undefined;
  do {
    const { Items, LastEvaluatedKey } = await ledger.client.send(
      new ScanCommand({
        TableName: ledger.name,
        ConsistentRead: true,
        Segment: segment,
        TotalSegments: segments,
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    yield* Items ?? [];
    from = LastEvaluatedKey;
  } while (from);
}

const looks = 6;

async function confirm(
  ledger: Table,
  suspected: Difference[],
): Promise<Pick<AuditReport, 'differences' | 'unsettled'>> {
  const subjects = new Map(suspected.map(({ subject }) => [`${subject.kind} ${subject.id}`, subject]));
  const differences: Difference[] = [];
  const unsettled: string[] = [];
  for (const [name, subject] of subjects) {
    const confirmed = await lookAgain(ledger, subject);
    if (confirmed === 'unsettled') unsettled.push(name);
    else differences.push(...confirmed);
  }
  return { differences, unsettled };
}

/** Reads all about one subject until it is clean, or differs in the same way twice in a row. */
async function lookAgain(ledger: Table, subject: Subject): Promise<Difference[] | 'unsettled'> {
  let before = '';
  for (let look = 1; look <= looks; look++) {
    const differences = await judgeSubject(ledger, subject);
    const picture = JSON.stringify(differences.map(({ measure, delta }) => [measure, delta]));
    if (differences.length === 0 || picture === before) return differences;
    before = picture;
    await pauseBefore(look);
  }
  return 'unsettled';
}

async function judgeSubject(ledger: Table, subject: Subject): Promise<Difference[]> {
  const findings: Findings = { tally: new Tally(), books: new Books() };
  for (const pk of subject.partitions) {
    const partition: Item[] = [];
    const query = {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    };
    for await (const item of queryAll(ledger, query)) partition.push(item);
    if (partition.length > 0) judgePartition(partition, findings);
  }
  return findings.tally
    .differences()
    .filter(({ subject: found }) => found.kind === subject.kind && found.id === subject.id);
}
