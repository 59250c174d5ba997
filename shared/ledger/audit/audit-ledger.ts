import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { pauseBefore } from '../../store/contention.ts';
import { queryAll, readItems } from '../../store/read.ts';
import type { Item, Table } from '../../store/table.ts';
import { type AccountBalance, Books } from './books.ts';
import { type Findings, judgePartition } from './judge-partition.ts';
import { type Difference, joinSubjects, nameOf, type Subject, Tally } from './tally.ts';

export type AuditReport = {
  /** Items read. */
  items: number;
  /** The chart of accounts, folded from every entry and every gift that waits in an outbox. */
  balances: AccountBalance[];
  /** The sum of each asset's balances; anything but zero is a difference as well. */
  sums: Record<string, number>;
  differences: Difference[];
  /** Subjects that changed each time they were looked at again: nothing is known of them until a quieter audit. */
  unsettled: string[];
  /** How many more subjects differed at first sight than one audit looks at again. */
  unconfirmed: number;
};

/** Parts of the table that are read side by side. */
const segments = 4;

/**
 * Reads the whole ledger, folds every entry, and compares with every balance. As the ledger goes on changing meanwhile,
 * whatever differs is looked at again by itself; what differs by the same amount twice in a row is reported.
 */
export async function auditLedger(ledger: Table): Promise<AuditReport> {
  const findings: Findings = { tally: new Tally(), books: new Books() };
  const numbers = Array.from({ length: segments }, (_, segment) => segment);
  const items = await Promise.all(numbers.map((segment) => auditSegment(ledger, segment, findings)));
  const confirmed = await confirm(ledger, findings.tally.differences());
  const { books } = findings;
  return {
    items: items.reduce((sum, one) => sum + one, 0),
    balances: books.balances(),
    sums: books.sums(),
    ...confirmed,
  };
}

/** The segments share the findings: what two of them say about the same thing cancels out at once. */
async function auditSegment(ledger: Table, segment: number, findings: Findings): Promise<number> {
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
  return items;
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

/** A subject is looked at this often before it counts as unsettled. */
const looks = 6;
const looksAtOnce = 8;
/** More than this is no passing difference: the first so many name what is wrong. */
const mostConfirmed = 2_000;

type Confirmed = Pick<AuditReport, 'differences' | 'unsettled' | 'unconfirmed'>;

async function confirm(ledger: Table, suspected: Difference[]): Promise<Confirmed> {
  const bySubject = Map.groupBy(suspected, ({ subject }) => nameOf(subject));
  const subjects = [...bySubject.values()].map((group) => joinSubjects(group.map(({ subject }) => subject)));
  const looked = subjects.slice(0, mostConfirmed);
  const differences: Difference[] = [];
  const unsettled: string[] = [];
  for (let start = 0; start < looked.length; start += looksAtOnce) {
    const group = looked.slice(start, start + looksAtOnce);
    const outcomes = await Promise.all(group.map((subject) => lookAgain(ledger, subject)));
    for (const [position, outcome] of outcomes.entries()) {
      if (outcome !== 'unsettled') differences.push(...outcome);
      else unsettled.push(...group.slice(position, position + 1).map(nameOf));
    }
  }
  return { differences, unsettled, unconfirmed: subjects.length - looked.length };
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
  const { items = [], partitions = [] } = subject.evidence();
  const found = items.length > 0 ? await readItems(ledger, items) : [];
  for (const partition of Map.groupBy(found, ({ pk }) => pk).values()) judgePartition(partition, findings);
  for (const pk of partitions) {
    const partition: Item[] = [];
    const query = {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    };
    for await (const item of queryAll(ledger, query)) partition.push(item);
    if (partition.length > 0) judgePartition(partition, findings);
  }
  return findings.tally.differences().filter(({ subject: judged }) => nameOf(judged) === nameOf(subject));
}
