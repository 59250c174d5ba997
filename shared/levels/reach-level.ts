import type { Catalog } from '../catalog/catalog.ts';
import { boardHeadKey, type Lifetime } from '../store/board-keys.ts';
import type { ReachedLevel } from '../store/items/level.ts';
import { levelKey } from '../store/level-keys.ts';
import type { Table } from '../store/table.ts';
import { transact, updateIf } from '../store/write.ts';
import { ladderOf, standOn } from './ladder.ts';

type Stores = { ledger: Table; boards: Table; catalog: Catalog };

type Counted = {
  board: Lifetime;
  /** What was counted, read strongly after counting. */
  total: number;
  /** Where the highest level begins that was reached before. */
  reached: number;
  now: Date;
};

/**
 * Keeps in the ledger that a level was reached, once for each level and for ever, and the ledger's stream makes the event of it. A
 * message that comes again comes here again, so that a worker's death after counting loses nothing.
 * Only the highest level is kept when several are passed at once, and none when coins were taken back and are given again.
 */
export async function reachLevel(stores: Stores, { board, total, reached, now }: Counted): Promise<void> {
  const { value, version } = await stores.catalog.current('levels', now);
  const { step } = standOn(ladderOf(value, board.ladder), total);
  if (!step || step.from <= reached) return;
  const { ladder, id } = board;
  const level: ReachedLevel = { ladder, id, ...step, at: now.toISOString(), version };
  // That it is there already is as good as putting it.
  await transact(stores.ledger, [
    {
      put: { Item: { ...levelKey(level), ...level }, ConditionExpression: 'attribute_not_exists(pk)' },
      failure: () => 'reached before' as const,
    },
  ]);
  await updateIf(stores.boards, {
    Key: boardHeadKey(board),
    ConditionExpression: 'attribute_not_exists(reached) OR reached < :from',
    UpdateExpression:
      'SET reached = :from, generation = if_not_exists(generation, :zero), version = if_not_exists(version, :zero)',
    ExpressionAttributeValues: { ':from': step.from, ':zero': 0 },
  });
}
