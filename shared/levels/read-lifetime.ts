import { boardHeadKey, type Generation, type Lifetime, lifetimeParts } from '../store/board-keys.ts';
import { parseBoardHead, parseLifetimePart } from '../store/items/board.ts';
import { queryAll, readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';

/** What somebody has given or earned as it is shown. */
export async function readLifetime(boards: Table, board: Lifetime): Promise<number> {
  const { generation } = parseBoardHead(await readItem(boards, boardHeadKey(board)));
  return sumOfParts(boards, { board, generation });
}

/** Below zero only for the moment in which a reversal is counted before its gift. */
export async function sumOfParts(boards: Table, generation: Generation): Promise<number> {
  let sum = 0;
  const parts = queryAll(boards, {
    KeyConditionExpression: 'pk = :lifetime',
    ExpressionAttributeValues: { ':lifetime': lifetimeParts(generation).pk },
    ConsistentRead: true,
  });
  for await (const part of parts) sum += parseLifetimePart(part);
  return Math.max(0, sum);
}
