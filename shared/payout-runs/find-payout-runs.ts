import * as z from 'zod/mini';
import { type Page, pageOf } from '../http/page.ts';
import { type Refusal, refuse } from '../refusals.ts';
import {
  type PayoutRun,
  type PayoutRunChunk,
  type PayoutRunSchedule,
  parsePayoutRun,
  parsePayoutRunChunk,
} from '../store/items/payout-run.ts';
import { payoutRunChunkKey, payoutRunKey, scheduledPayoutRunKey } from '../store/payout-keys.ts';
import { queryPage, readItems } from '../store/read.ts';
import type { Item, Table } from '../store/table.ts';
import { chunksPerRun } from './chunk-dates.ts';

/** A run and its chunks, whose counts add up to what the run has done. */
export type RunWithChunks = { run: PayoutRun; chunks: PayoutRunChunk[] };

export async function findPayoutRun(ledger: Table, { runId }: { runId: string }): Promise<RunWithChunks | Refusal> {
  const [found] = await readRuns(ledger, [runId]);
  return found ?? runNotFound(runId);
}

function runNotFound(runId: string): Refusal {
  return refuse('payout_run_not_found', `There is no payout run ${runId}.`, { runId });
}

const Line = z.object({ runId: z.string() });

/** The runs of a schedule, dry ones among them, the latest first. */
export async function listPayoutRuns(
  ledger: Table,
  { schedule, page }: { schedule: PayoutRunSchedule; page: Page },
): Promise<{ runs: RunWithChunks[]; nextCursor?: string }> {
  const { pk, sk: first } = scheduledPayoutRunKey({ schedule, runId: '' });
  const { sk: upTo } = scheduledPayoutRunKey({ schedule, runId: page.before ?? '~' });
  const { items } = await queryPage(ledger, {
    KeyConditionExpression: 'pk = :schedule AND sk BETWEEN :first AND :upTo',
    ExpressionAttributeValues: { ':schedule': pk, ':first': first, ':upTo': upTo },
    ScanIndexForward: false,
    ConsistentRead: true,
    // The bound itself comes back too, as it ended the page before; and one more tells whether a page follows.
    Limit: page.limit + 2,
  });
  const runIds = items.map((item) => z.parse(Line, item).runId).filter((runId) => runId !== page.before);
  const { lines, nextCursor } = pageOf(runIds, page, (runId) => runId);
  const runs = await readRuns(ledger, lines);
  return { runs, ...(nextCursor !== undefined && { nextCursor }) };
}

/** Those of the runs that there are, the latest first. */
async function readRuns(ledger: Table, runIds: string[]): Promise<RunWithChunks[]> {
  const items = await readItems(
    ledger,
    runIds.flatMap((runId) => [
      payoutRunKey(runId),
      ...Array.from({ length: chunksPerRun }, (_, chunk) => payoutRunChunkKey({ runId, chunk })),
    ]),
  );
  const byRun = Map.groupBy(items, ({ runId }) => String(runId));
  return runIds
    .flatMap((runId) => asRun(byRun.get(runId) ?? []))
    .toSorted((a, b) => (a.run.runId < b.run.runId ? 1 : -1));
}

function asRun(items: Item[]): RunWithChunks[] {
  const run = items.find(({ sk }) => sk === 'RUN');
  if (!run) return [];
  const chunks = items.filter((item) => item !== run).map(parsePayoutRunChunk);
  return [{ run: parsePayoutRun(run), chunks: chunks.toSorted((a, b) => a.chunk - b.chunk) }];
}
