import * as z from 'zod/mini';
import { daysAfter } from '../calendar.ts';
import { readShards } from '../earnings/read-shards.ts';
import { idsFrom } from '../identifiers.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { closureKey } from '../store/account-keys.ts';
import { parseCreatorEntry } from '../store/items/creator.ts';
import { parseReachedLevel } from '../store/items/level.ts';
import { parsePayout } from '../store/items/payout.ts';
import { parseWalletEntry } from '../store/items/wallet-entry.ts';
import { creatorShardPartition, entryKeyPrefix, walletKey } from '../store/keys.ts';
import { levelsOf } from '../store/level-keys.ts';
import { creatorPayoutKey, payoutKey } from '../store/payout-keys.ts';
import { queryAll, queryPage, readItem, readItems } from '../store/read.ts';
import type { Item, Table } from '../store/table.ts';
import type { Event } from './event.ts';
import { eventsOfClosure } from './events-of-change.ts';
import { creditsOf, eventsOfCreatorEntry, eventsOfPayout } from './events-of-creator.ts';
import { eventsOfLevel } from './events-of-level.ts';
import { eventsOfWallet, eventsOfWalletEntry, sentGiftOf } from './events-of-wallet.ts';

export type Whose = { userId: string } | { creatorId: string };

type Request = {
  whose: Whose;
  since: string;
  cursor: string | undefined;
  /** How many entries a page has. */
  most?: number;
};

type Rebuilt = { events: Event[]; nextCursor?: string };

/** Which of the partitions is being read, and after which entry it goes on. */
const Cursor = z.tuple([z.int(), z.optional(z.string())]);

/** What a request can send in its time. The gifts of one wallet go one after another; a creator's entry lists up to 90 of many. */
const entriesPerPage = { wallet: 200, creator: 20 };

/**
 * An entry is named by the key that the app chose when it began what ended in the entry: a payment that took days, or a gift that
 * was sent late, has its entry among older ones. Entries from so many days before are looked through as well.
 */
const lookBackDays = 7;

/**
 * The events of one wallet or creator since a time, as the ledger tells them, a page at a time: with the ids under which they were
 * announced. What the ledger does not keep is not among them: the states that a payout has left, all but the last change
 * of a wallet's status, and what has been reached of limits. `sequence` is missing in what comes from entries.
 */
export async function rebuildEvents(ledger: Table, request: Request): Promise<Rebuilt | Refusal> {
  const { whose, since, cursor, most = 'userId' in whose ? entriesPerPage.wallet : entriesPerPage.creator } = request;
  const at = cursor === undefined ? ([0, undefined] as const) : readCursor(cursor);
  if (at === undefined) return refuse('malformed_request', 'The cursor is not one of ours: use nextCursor unchanged.');
  const partitions = await partitionsOf(ledger, whose);
  const [place, after] = at;
  const beside = cursor === undefined ? await eventsBeside(ledger, whose) : [];
  const { items, lastKey } = await readPage(ledger, { pk: partitions[place], since, after, most });
  const found = [...beside, ...items.flatMap((item) => eventsOfEntry(whose, item))];
  const events = firstOfEach(found)
    .filter(({ time }) => time >= since)
    .toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
  const next = lastKey ? [place, String(lastKey.sk)] : place + 1 < partitions.length ? [place + 1] : undefined;
  return { events, ...(next && { nextCursor: Buffer.from(JSON.stringify(next)).toString('base64url') }) };
}

/** A gift may be told by the wallet, which comes first and has its `sequence`, and by its entry. */
function firstOfEach(events: Event[]): Event[] {
  const firsts = new Map<string, Event>();
  for (const event of events) if (!firsts.has(event.id)) firsts.set(event.id, event);
  return [...firsts.values()];
}

function readCursor(cursor: string): readonly [number, string | undefined] | undefined {
  try {
    return z.parse(Cursor, JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))) as [
      number,
      string | undefined,
    ];
  } catch {
    return undefined;
  }
}

async function partitionsOf(ledger: Table, whose: Whose): Promise<string[]> {
  if ('userId' in whose) return [walletKey(whose.userId).pk];
  return (await readShards(ledger, whose.creatorId)).map(creatorShardPartition);
}

async function readPage(
  ledger: Table,
  page: { pk: string | undefined; since: string; after: string | undefined; most: number },
): Promise<{ items: Item[]; lastKey: Item | undefined }> {
  const { pk, since, after, most } = page;
  // A creator without gifts has no balance yet.
  if (pk === undefined) return { items: [], lastKey: undefined };
  const from = daysAfter(new Date(since), -lookBackDays);
  return queryPage(ledger, {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: {
      ':pk': pk,
      ':first': `${entryKeyPrefix}${idsFrom(from)}`,
      ':last': `${entryKeyPrefix}~`,
    },
    ConsistentRead: true,
    Limit: most,
    ...(after !== undefined && { ExclusiveStartKey: { pk, sk: after } }),
  });
}

function eventsOfEntry(whose: Whose, item: Item): Event[] {
  if ('userId' in whose) {
    const entry = parseWalletEntry(item);
    return [...(entry.flow === 'gift' ? [sentGiftOf(entry)] : []), ...eventsOfWalletEntry(entry)];
  }
  const entry = parseCreatorEntry(item);
  return entry.flow === 'credit' ? creditsOf(entry) : eventsOfCreatorEntry(entry);
}

/** What is told by other items than entries: what the wallet shows and the closing of the account, or the payouts; and levels. */
async function eventsBeside(ledger: Table, whose: Whose): Promise<Event[]> {
  return [...(await eventsOfItems(ledger, whose)), ...(await levelsReached(ledger, whose))];
}

async function levelsReached(ledger: Table, whose: Whose): Promise<Event[]> {
  const climber =
    'userId' in whose
      ? { ladder: 'gifters' as const, id: whose.userId }
      : { ladder: 'creators' as const, id: whose.creatorId };
  const events: Event[] = [];
  const levels = queryAll(ledger, {
    KeyConditionExpression: 'pk = :levels',
    ExpressionAttributeValues: { ':levels': levelsOf(climber).pk },
    ConsistentRead: true,
  });
  for await (const level of levels) events.push(...eventsOfLevel(parseReachedLevel(level)));
  return events;
}

async function eventsOfItems(ledger: Table, whose: Whose): Promise<Event[]> {
  if ('userId' in whose) {
    const [wallet, closure] = await Promise.all([
      readItem(ledger, walletKey(whose.userId)),
      readItem(ledger, closureKey(whose.userId)),
    ]);
    return [
      ...(wallet ? eventsOfWallet(wallet, undefined) : []),
      ...(closure ? eventsOfClosure(closure, undefined) : []),
    ];
  }
  const { pk, sk } = creatorPayoutKey({ creatorId: whose.creatorId, payoutId: '' });
  const payoutIds: string[] = [];
  const lines = queryAll(ledger, {
    KeyConditionExpression: 'pk = :creator AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':creator': pk, ':prefix': sk },
    ConsistentRead: true,
  });
  for await (const line of lines) payoutIds.push(String(line.payoutId));
  return (await readItems(ledger, payoutIds.map(payoutKey))).flatMap((item) =>
    eventsOfPayout(parsePayout(item), undefined),
  );
}
