import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOf, weekOf } from '../../shared/calendar.ts';
import { newId } from '../../shared/identifiers.ts';
import type { CountStores } from '../../shared/leaderboards/count-into.ts';
import { countMessages } from '../../shared/leaderboards/count-scores.ts';
import { openBoards, readBoardList } from '../../shared/leaderboards/read-board.ts';
import { rebuildBoard } from '../../shared/leaderboards/rebuild-board.ts';
import { type ScoreMessage, sourcesOf } from '../../shared/leaderboards/score-message.ts';
import { sendSources } from '../../shared/leaderboards/send-sources.ts';
import { setVisibility } from '../../shared/leaderboards/set-visibility.ts';
import type { RankedBoard } from '../../shared/store/board-keys.ts';
import type { CreditEntry } from '../../shared/store/items/creator.ts';
import { creatorEntryKey } from '../../shared/store/keys.ts';
import { connectTable } from '../../shared/store/table.ts';
import { transact } from '../../shared/store/write.ts';
import { meter, sum } from '../bench/meter.ts';
import { freshBoards } from '../support/boards.ts';
import { countingTable } from '../support/count-requests.ts';
import { startQueue, type TestQueue } from '../support/deliver.ts';
import { failingTable } from '../support/failing-table.ts';
import { testClient } from '../support/ledger.ts';
import { newWorld, register, type World } from '../support/people.ts';
import { seededRandom } from '../support/random.ts';

let world: World;
let stores: CountStores;
let queue: TestQueue;
let stars = 0;

beforeAll(async () => {
  world = await newWorld(new Date());
  stores = { ...world, boards: await freshBoards() };
  queue = await startQueue({ fifo: true });
});
afterAll(() => queue.close());

type Gifts = { senderId: string; coins: number; liveId?: string }[];

function newStar(): string {
  return `star-${++stars}`;
}

/** A creator's entry as crediting writes it. */
function credit(creatorId: string, gifts: Gifts, { shard = 0, at = new Date() } = {}): CreditEntry {
  const contexts = [...new Set(gifts.map(({ liveId = '' }) => liveId))];
  return {
    entryId: newId(at),
    creatorId,
    shard,
    at: at.toISOString(),
    flow: 'credit',
    amounts: { milliDiamonds: gifts.reduce((sum, { coins }) => sum + coins * 500, 0) },
    gifts: gifts.map(({ senderId, coins, liveId = '' }) => ({
      giftId: newId(at),
      senderId,
      gift: 'tip',
      quantity: 1,
      coins,
      milliDiamonds: coins * 500,
      context: contexts.indexOf(liveId),
    })),
    contexts: contexts.map((id) => (id === '' ? { type: 'video', id: 'video-1' } : { type: 'live', id })),
  };
}

async function commit(entries: CreditEntry[]): Promise<void> {
  for (const entry of entries)
    await transact(world.ledger, [{ put: { Item: { ...creatorEntryKey(entry), ...entry } }, failure: () => 'failed' }]);
}

async function messagesOf(entries: CreditEntry[]): Promise<ScoreMessage[]> {
  const counted = entries.flatMap((entry, record) => sourcesOf(entry).map((source) => ({ record, source })));
  expect(await sendSources(queue, counted)).toEqual(new Set());
  return (await queue.drain()) as ScoreMessage[];
}

/** One message for each source. */
function apart(messages: ScoreMessage[]): ScoreMessage[] {
  return messages.flatMap((message) => message.sources.map((source) => ({ ...message, sources: [source] })));
}

async function count(messages: ScoreMessage[], of = stores): Promise<unknown[]> {
  return (await countMessages(of, messages, new Date())).filter((reason) => reason !== undefined);
}

function weekBoard(creatorId: string): RankedBoard {
  return { type: 'week', creatorId, week: weekOf(dayOf(new Date())) };
}

let reads = 0;

/** The list as nobody has made it yet. */
async function listOf(board: RankedBoard): Promise<Record<string, number>> {
  reads += 1;
  const { places } = await readBoardList(openBoards(stores), board, new Date(Date.now() + reads * 60_000));
  return Object.fromEntries(places.map(({ userId, coins }) => [userId, coins]));
}

function sumsOf(entries: CreditEntry[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const { senderId, coins } of entries.flatMap(({ gifts }) => gifts))
    sums.set(senderId, (sums.get(senderId) ?? 0) + coins);
  return Object.fromEntries([...sums].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}

function traffic(creatorId: string, { entries, senders, seed }: { entries: number; senders: number; seed: number }) {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: entries }, () =>
    credit(
      creatorId,
      Array.from({ length: 1 + below(40) }, () => ({
        senderId: `fan-${below(senders)}`,
        coins: 1 + below(500),
        liveId: `live-${creatorId}`,
      })),
      { shard: below(4) },
    ),
  );
}

describe('counting gifts for leaderboards', () => {
  it('adds up what each sender gave in a live, and to a creator in a week, wherever they gave it', async () => {
    const star = newStar();
    const entries = [
      credit(star, [
        { senderId: 'ana', coins: 300, liveId: 'evening' },
        { senderId: 'ben', coins: 500, liveId: 'evening' },
        { senderId: 'ana', coins: 1_000 },
      ]),
      credit(star, [{ senderId: 'ana', coins: 100, liveId: 'morning' }]),
    ];
    expect(await count(await messagesOf(entries))).toEqual([]);
    expect(await listOf({ type: 'live', liveId: 'evening' })).toEqual({ ben: 500, ana: 300 });
    expect(await listOf({ type: 'live', liveId: 'morning' })).toEqual({ ana: 100 });
    expect(await listOf(weekBoard(star))).toEqual({ ana: 1_400, ben: 500 });
  });

  it.each([1, 2])(
    'counts each gift once, however often, in whatever order and together with what it comes (%i)',
    async (seed) => {
      const star = newStar();
      const entries = traffic(star, { entries: 6, senders: 30, seed });
      const random = seededRandom(seed);
      const messages = await messagesOf(entries);
      const again = apart(messages).toSorted(() => random() - 0.5);
      const third = Math.floor(again.length / 3);
      await count(again.slice(0, third));
      // Two workers at once, with the same and with other messages.
      const failed = await Promise.all([count(messages), count(again.slice(third)), count(again.slice(0, 2 * third))]);
      if (failed.flat().length > 0) expect(await count(messages)).toEqual([]);
      expect(await listOf(weekBoard(star))).toEqual(sumsOf(entries));
      expect(await listOf({ type: 'live', liveId: `live-${star}` })).toEqual(sumsOf(entries));
    },
  );

  it.each([
    ['before a write', false],
    ['after a write, before its answer', true],
  ])('counts each gift once when the worker dies %s', async (_, afterEffect) => {
    const star = newStar();
    const entries = traffic(star, { entries: 4, senders: 30, seed: 5 });
    const messages = await messagesOf(entries);
    const fault = { command: 'TransactWriteItemsCommand', times: 3, error: new Error('died'), afterEffect };
    expect(await count(messages, { ...stores, boards: failingTable(stores.boards, fault) })).not.toEqual([]);
    expect(await count(messages)).toEqual([]);
    expect(await listOf(weekBoard(star))).toEqual(sumsOf(entries));
  });

  it('does not count what comes later than marks are sure to be kept, and says so', async () => {
    const star = newStar();
    const at = new Date(Date.now() - 31 * 86_400_000);
    const late = credit(star, [{ senderId: 'ana', coins: 5, liveId: 'old' }], { at });
    expect(await count(await messagesOf([late]))).toEqual([]);
    expect(await listOf({ type: 'live', liveId: 'old' })).toEqual({});
  });

  it('has every message of a creator and bucket in one group, and tells which records were not taken', async () => {
    const broken = { client: queue.client, url: `${queue.url}-missing` };
    const sources = sourcesOf(credit(newStar(), [{ senderId: 'ana', coins: 5 }]));
    expect(
      await sendSources(
        broken,
        sources.map((source) => ({ record: 7, source })),
      ),
    ).toEqual(new Set([7]));
  });
});

describe('what counting costs', () => {
  /** What was written in the boards' table for the entries, as AWS would bill it, and in how many requests. */
  async function costOf(entries: CreditEntry[]) {
    const messages = await messagesOf(entries);
    const [dynamodb, sqs] = [testClient(), queue.client];
    const { parts, begin } = meter({ dynamodb, sqs }, stores.boards.client);
    begin('counting');
    expect(await count(messages, { ...stores, boards: connectTable(stores.boards.name, dynamodb) })).toEqual([]);
    return sum(parts.get('counting')?.values() ?? []);
  }

  it('is 20 write units for a gift that comes alone, 12 of them for the two boards and 8 for levels', async () => {
    const star = newStar();
    const gift = () => [credit(star, [{ senderId: `fan-of-${star}`, coins: 1, liveId: `quiet-${star}` }])];
    await costOf(gift());
    expect((await costOf(gift())).writeUnits).toBe(20);
  });

  it('is about one write unit a gift in a live where each sender gives many, and few requests', async () => {
    const star = newStar();
    const entries = () =>
      Array.from({ length: 10 }, () =>
        credit(
          star,
          Array.from({ length: 90 }, (_, i) => ({ senderId: `fan-${i % 45}`, coins: 1, liveId: `hot-${star}` })),
        ),
      );
    await costOf(entries());
    // For each of the eight buckets: marks of 10 sources on four boards, and some six scores on three, of which two are in the index.
    const { writeUnits, requests } = await costOf(entries());
    expect(writeUnits).toBe(4 * 80 * 2 + 2 * 45 * (2 + 2) + 45 * 2 + 8 * 2);
    expect(requests).toBeLessThan(100);
    expect(Object.values(await listOf(weekBoard(star)))).toEqual(Array.from({ length: 45 }, () => 40));
  });
});

describe('rebuilding a board', () => {
  it('counts it again from the ledger while gifts go on, none twice and none missed', async () => {
    const star = newStar();
    const board = weekBoard(star);
    const entries = traffic(star, { entries: 10, senders: 20, seed: 9 });
    const [before, meanwhile] = [entries.slice(0, 6), entries.slice(6)];
    await commit(before);
    // Half of what is in the ledger was never counted.
    await count(await messagesOf(before.slice(0, 3)));
    const wanted = { board, creatorIds: [star], from: `${weekOf(dayOf(new Date()))}T00:00:00.000Z` };
    const step = await rebuildBoard(stores, wanted, { now: new Date(), until: new Date(0) });
    expect(step.state).toBe('running');
    expect(await listOf(board)).toEqual(sumsOf(before.slice(0, 3)));
    await commit(meanwhile);
    await count(await messagesOf([...meanwhile, ...before.slice(3)]));
    const rebuilt = await rebuildBoard(stores, wanted, { now: new Date(), until: new Date(Date.now() + 20_000) });
    expect(rebuilt).toEqual({ state: 'finished', generation: 1 });
    await count(await messagesOf(entries));
    expect(await listOf(board)).toEqual(sumsOf(entries));
  });
});

describe('rebuilding a board for other creators than one that was not finished', () => {
  it('begins anew, and shows what was asked for', async () => {
    const [star, guest] = [newStar(), newStar()];
    const board: RankedBoard = { type: 'live', liveId: `both-${star}` };
    const entries = [star, guest].map((creatorId) =>
      credit(creatorId, [{ senderId: `fan-of-${creatorId}`, coins: 5, liveId: `both-${star}` }]),
    );
    await commit(entries);
    const wanted = { board, from: `${dayOf(new Date())}T00:00:00.000Z` };
    const begun = { now: new Date(), until: new Date(0) };
    await rebuildBoard(stores, { ...wanted, creatorIds: [star] }, begun);
    const whole = { now: new Date(), until: new Date(Date.now() + 20_000) };
    const rebuilt = await rebuildBoard(stores, { ...wanted, creatorIds: [star, guest] }, whole);
    expect(rebuilt).toEqual({ state: 'finished', generation: 2 });
    expect(await listOf(board)).toEqual(sumsOf(entries));
  });
});

describe('the list', () => {
  it('is as it was for a second, and never older than two', async () => {
    const star = newStar();
    const board = weekBoard(star);
    const boards = openBoards(stores);
    const start = Date.now();
    const at = async (milliseconds: number) => {
      const { places } = await readBoardList(boards, board, new Date(start + milliseconds));
      return places[0]?.coins;
    };
    await count(await messagesOf([credit(star, [{ senderId: 'ana', coins: 1 }])]));
    expect(await at(0)).toBe(1);
    await count(await messagesOf([credit(star, [{ senderId: 'ana', coins: 1 }])]));
    expect(await at(900)).toBe(1);
    expect(await at(1_100)).toBe(2);
    await count(await messagesOf([credit(star, [{ senderId: 'ana', coins: 1 }])]));
    expect(await at(3_200)).toBe(3);
  });

  it('is made by one of many who find it too old at once, and the others wait for it', async () => {
    const star = newStar();
    const now = new Date();
    await count(await messagesOf([credit(star, [{ senderId: 'ana', coins: 1 }])]));
    await readBoardList(openBoards(stores), weekBoard(star), now);
    await count(await messagesOf([credit(star, [{ senderId: 'ana', coins: 1 }])]));
    const { table, usage } = countingTable(stores.ledger);
    const later = new Date(now.getTime() + 5_000);
    const readers = Array.from({ length: 12 }, () => openBoards({ ...stores, ledger: table }));
    const lists = await Promise.all(readers.map((reader) => readBoardList(reader, weekBoard(star), later)));
    expect(lists.map(({ places }) => places[0]?.coins)).toEqual(Array(12).fill(2));
    // Who wants to be seen is asked once for each list that is made.
    expect(usage().requests).toBe(1);
  });

  it('is made by another when the reader who began to make it died', async () => {
    const star = newStar();
    const now = new Date();
    await count(await messagesOf([credit(star, [{ senderId: 'ana', coins: 1 }])]));
    await readBoardList(openBoards(stores), weekBoard(star), now);
    const later = new Date(now.getTime() + 5_000);
    const ledger = failingTable(stores.ledger, { command: 'BatchGetItemCommand', times: 1, error: new Error('died') });
    await expect(readBoardList(openBoards({ ...stores, ledger }), weekBoard(star), later)).rejects.toThrow('died');
    const { builtAt } = await readBoardList(openBoards(stores), weekBoard(star), later);
    expect(Date.parse(builtAt) - later.getTime()).toBeLessThanOrEqual(1_500);
  });

  it('is kept too when nobody is left on it, so that nobody has to wait for it', async () => {
    const star = newStar();
    const now = new Date();
    const senderId = `once-on-${star}`;
    await count(await messagesOf([credit(star, [{ senderId, coins: 1 }])]));
    await readBoardList(openBoards(stores), weekBoard(star), now);
    await register(world, senderId, now);
    await setVisibility(world.ledger, { userId: senderId, visibility: 'hidden', now });
    const later = new Date(now.getTime() + 5_000);
    const first = await readBoardList(openBoards(stores), weekBoard(star), later);
    expect(first.places).toEqual([]);
    expect(await readBoardList(openBoards(stores), weekBoard(star), later)).toEqual(first);
  });

  it('is read with one request while it is fresh, and with none by whoever has just read it', async () => {
    const star = newStar();
    await count(await messagesOf([credit(star, [{ senderId: 'ana', coins: 1 }])]));
    const now = new Date();
    await readBoardList(openBoards(stores), weekBoard(star), now);
    const { table, usage } = countingTable(stores.boards);
    const reader = openBoards({ ...stores, boards: table });
    await readBoardList(reader, weekBoard(star), now);
    await readBoardList(reader, weekBoard(star), new Date(now.getTime() + 900));
    expect(usage().requests).toBe(1);
  });

  it('shows neither the hidden nor the ids of the anonymous, fills up with those behind, and follows a change of mind', async () => {
    const star = newStar();
    const now = new Date();
    const gifts = Array.from({ length: 130 }, (_, i) => ({ senderId: `${star}-${i}`, coins: 1_000 - i }));
    await count(await messagesOf([credit(star, gifts.slice(0, 80)), credit(star, gifts.slice(80))]));
    for (const i of [0, 1, 2, 3]) {
      await register(world, `${star}-${i}`, now);
      const visibility = i === 3 ? 'anonymous' : 'hidden';
      await setVisibility(world.ledger, { userId: `${star}-${i}`, visibility, now });
    }
    const read = (later: number) => readBoardList(openBoards(stores), weekBoard(star), new Date(now.getTime() + later));
    const { places } = await read(0);
    expect(places).toHaveLength(100);
    expect(places.slice(0, 2)).toEqual([
      { userId: `${star}-3`, coins: 997, anonymous: true },
      { userId: `${star}-4`, coins: 996 },
    ]);
    await setVisibility(world.ledger, { userId: `${star}-0`, visibility: 'public', now });
    expect((await read(5_000)).places[0]).toEqual({ userId: `${star}-0`, coins: 1_000 });
  });
});
