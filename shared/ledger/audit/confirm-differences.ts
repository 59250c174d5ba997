import { pauseBefore } from '../../store/contention.ts';
import { walletKeyPrefix } from '../../store/keys.ts';
import { queryAll, readItems } from '../../store/read.ts';
import type { Item, Table } from '../../store/table.ts';
import { Books } from './books.ts';
import { type Findings, judgePartition } from './judge-partition.ts';
import { type Difference, joinSubjects, nameOf, type Subject, Tally } from './tally.ts';

export type Confirmed = {
  differences: Difference[];
  /** Subjects that changed each time they were looked at again: nothing is known of them until a quieter audit. */
  unsettled: string[];
  /** How many more subjects differed at first sight than one audit looks at again. */
  unconfirmed: number;
};

/** A subject is looked at this often before it counts as unsettled. */
const looks = 6;
const looksAtOnce = 8;
/** More than this is no passing difference: the first so many name what is wrong. */
const mostConfirmed = 2_000;

/**
 * Looks again at whatever differed at first sight: the ledger goes on changing while it is read. What differs by the same
 * amount twice in a row is a difference.
 */
export async function confirmDifferences(ledger: Table, suspected: Difference[]): Promise<Confirmed> {
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
    const wallet: Item[] = [];
    const query = {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    };
    // Of a wallet all is judged together; the items of other partitions, such as a campaign's million lines, need not be kept.
    for await (const item of queryAll(ledger, query))
      if (pk.startsWith(walletKeyPrefix)) wallet.push(item);
      else judgePartition([item], findings);
    if (wallet.length > 0) judgePartition(wallet, findings);
  }
  return findings.tally.differences().filter(({ subject: judged }) => nameOf(judged) === nameOf(subject));
}
