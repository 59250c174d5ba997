import * as z from 'zod/mini';
import { Moment } from '../../store/items/common.ts';
import type { Item } from '../../store/table.ts';
import { accounts } from '../accounts.ts';
import { Books } from './books.ts';
import { DifferenceSketch } from './difference-sketch.ts';
import { judgePartition } from './judge-partition.ts';
import { subjectOf } from './subjects.ts';
import { type Difference, subjectKinds, Tally } from './tally.ts';

const Position = z.object({ pk: z.string(), sk: z.string() });

/** One part of the table: everything up to `from` has been judged; without it, nothing yet. */
const Segment = z.object({ from: z.optional(Position), isRead: z.boolean() });

const Account = z.enum(Object.keys(accounts) as (keyof typeof accounts)[]);

/** An audit as it is kept between two runs: about 600 kB when compressed, however large the ledger is. */
export const StoredProgress = z.object({
  startedAt: Moment,
  settledBefore: z.optional(Moment),
  items: z.int(),
  segments: z.array(Segment),
  balances: z.array(z.object({ account: Account, asset: z.string(), amount: z.int() })),
  sketch: z.array(z.tuple([z.string(), z.string(), z.string()])),
});
export type StoredProgress = z.infer<typeof StoredProgress>;

/** Parts of the table that are read side by side. */
const segmentsSideBySide = 4;

/** What an audit knows of the items that it has read so far. It takes the same room however many these are. */
export class AuditProgress {
  readonly startedAt: string;
  readonly segments: z.infer<typeof Segment>[];
  readonly books: Books;
  readonly #settledBefore: string | undefined;
  readonly #sketch: DifferenceSketch;
  #items: number;

  constructor(stored: Pick<StoredProgress, 'startedAt' | 'settledBefore'> & Partial<StoredProgress>) {
    this.startedAt = stored.startedAt;
    this.#settledBefore = stored.settledBefore;
    this.#items = stored.items ?? 0;
    this.segments =
      stored.segments?.map((segment) => ({ ...segment })) ??
      Array.from({ length: segmentsSideBySide }, () => ({ isRead: false }));
    this.books = new Books(stored.balances);
    this.#sketch = new DifferenceSketch(stored.sketch);
  }

  /** Items that were judged. */
  get items(): number {
    return this.#items;
  }

  get isRead(): boolean {
    return this.segments.every(({ isRead }) => isRead);
  }

  /** Judges whole wallets, and items of other partitions one by one. What they leave open goes into the sketch. */
  judge(partitions: Iterable<Item[]>): void {
    const settledBefore = this.#settledBefore;
    const tally = new Tally();
    for (const partition of partitions) {
      judgePartition(partition, { tally, books: this.books, ...(settledBefore !== undefined && { settledBefore }) });
      this.#items += partition.length;
    }
    for (const { subject, measure, delta } of tally.differences())
      this.#sketch.add(JSON.stringify([subject.kind, measure, ...subject.parts]), delta);
  }

  /** What is open now, and how many differences there are at least besides those that could be told apart. */
  differences(): { suspected: Difference[]; untold: number } {
    const { found, cellsLeft } = this.#sketch.differences();
    const suspected = [...found].map(([name, delta]) => {
      const [kind, measure, ...parts] = z.parse(Name, JSON.parse(name));
      return { subject: subjectOf({ kind, parts }), measure, delta };
    });
    return { suspected, untold: Math.ceil(cellsLeft / 3) };
  }

  /** For storing; between two calls of `judge` it is complete at any time. */
  toJSON(): StoredProgress {
    return {
      startedAt: this.startedAt,
      ...(this.#settledBefore !== undefined && { settledBefore: this.#settledBefore }),
      items: this.#items,
      segments: this.segments,
      balances: this.books.balances(),
      sketch: this.#sketch.toJSON(),
    };
  }
}

const Name = z.tuple([z.enum(subjectKinds), z.string()], z.string());
