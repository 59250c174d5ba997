import type { Payout } from '../store/items/payout.ts';
import { type PayoutRun, type PayoutRunLine, parsePayoutRunLine } from '../store/items/payout-run.ts';
import { payoutRunChunkKey, payoutRunLineKey, payoutRunLinePartition } from '../store/payout-keys.ts';
import { queryPage } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import type { Write } from '../store/write.ts';

/** Why a creator was not counted: there is a line already, or the chunk is no longer running. */
export type NotCounted = 'listed' | 'chunk_over';

type Counted = { run: PayoutRun; chunk: number; outcome: PayoutRunLine['outcome'] };

/** Lists what the run came to with the payout's creator. */
export function putLine(payout: Payout, { run, chunk, outcome }: Counted): Write<NotCounted> {
  const { payoutId, creatorId, state, reason, method, currency, grossMinor, feeMinor, netMinor } = payout;
  const line: PayoutRunLine = {
    ...{ runId: run.runId, chunk, payoutId, creatorId, outcome },
    ...(run.dryRun && {
      decision: { state, ...(reason && { reason: reason.code }), method, currency, grossMinor, feeMinor, netMinor },
    }),
  };
  return {
    put: { Item: { ...payoutRunLineKey(line), ...line }, ConditionExpression: 'attribute_not_exists(pk)' },
    failure: () => 'listed',
  };
}

/** Counts a creator, if the chunk has not been stopped. */
export function countInChunk(
  chunk: { runId: string; chunk: number },
  outcome: PayoutRunLine['outcome'],
): Write<NotCounted> {
  return {
    update: {
      Key: payoutRunChunkKey(chunk),
      ConditionExpression: '#state = :running',
      UpdateExpression: 'ADD #outcome :one',
      ExpressionAttributeNames: { '#state': 'state', '#outcome': outcome },
      ExpressionAttributeValues: { ':running': 'running', ':one': 1 },
    },
    failure: () => 'chunk_over',
  };
}

/** As many as one BatchGetItem reads payouts. */
const linesAtOnce = 100;

/** All lines of a run, page by page: chunk after chunk, and by date and id in each. */
export async function* linesOf(
  ledger: Table,
  { runId, chunks }: { runId: string; chunks: number },
): AsyncGenerator<PayoutRunLine[]> {
  for (let chunk = 0; chunk < chunks; chunk++) {
    let from: Record<string, unknown> | undefined;
    do {
      const { items, lastKey } = await queryPage(ledger, {
        KeyConditionExpression: 'pk = :lines',
        ExpressionAttributeValues: { ':lines': payoutRunLinePartition({ runId, chunk }) },
        ConsistentRead: true,
        Limit: linesAtOnce,
        ...(from && { ExclusiveStartKey: from }),
      });
      if (items.length > 0) yield items.map(parsePayoutRunLine);
      from = lastKey;
    } while (from);
  }
}
