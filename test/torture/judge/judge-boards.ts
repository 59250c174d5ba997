import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { weekOf } from '../../../shared/calendar.ts';
import type { CreatorEntry } from '../../../shared/store/items/creator.ts';
import type { GiftEntry } from '../../../shared/store/items/wallet-entry.ts';
import type { Item } from '../../../shared/store/table.ts';
import { subjects } from '../history.ts';
import { deliverAll } from '../traffic/deliveries.ts';
import type { World } from '../world.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Every leaderboard is what the senders' own entries come to, less what was reversed of them: found without any of the code
 * that counts.
 */
export async function judgeBoards(world: World, { walletEntries, creatorEntries }: Snapshot): Promise<void> {
  await deliverAll(world, 'scores', ['judge', 'scores']);
  const wanted = wantedScores(
    walletEntries.filter((entry) => entry.flow === 'gift'),
    creatorEntries,
  );
  const shown = await shownScores(world);
  for (const name of new Set([...wanted.keys(), ...shown.keys()])) {
    const [counted, given] = [shown.get(name) ?? 0, wanted.get(name) ?? 0];
    if (counted === given) continue;
    const [board = '', senderId] = name.split(' ');
    world.history.violate(subjects.board(board), `says that ${senderId} gave ${counted} coins, and it was ${given}`);
  }
}

/** The coins of each sender, by `{board} {sender}`; a gift is of the week in which it was credited. */
function wantedScores(gifts: GiftEntry[], entries: CreatorEntry[]): Map<string, number> {
  const creditedAt = new Map(entries.flatMap((entry) => (entry.flow === 'credit' ? [[entry.entryId, entry.at]] : [])));
  const reversed = new Map<string, number>();
  for (const entry of entries)
    if (entry.flow === 'reversal' || entry.flow === 'reversal_undone') {
      const name = `${entry.senderId} ${entry.giftId}`;
      reversed.set(name, (reversed.get(name) ?? 0) + (entry.flow === 'reversal' ? entry.coins : -entry.coins));
    }
  const scores = new Map<string, number>();
  for (const { userId, entryId, creatorId, unitPrice, quantity, context, creditId } of gifts) {
    const coins = unitPrice * quantity - (reversed.get(`${userId} ${entryId}`) ?? 0);
    const week = weekOf((creditedAt.get(creditId) ?? '').slice(0, 10));
    const boards = [`week#${creatorId}#${week}`, ...(context.type === 'live' ? [`live#${context.id}`] : [])];
    for (const board of boards) scores.set(`${board} ${userId}`, (scores.get(`${board} ${userId}`) ?? 0) + coins);
  }
  return scores;
}

/** What the generation of each board says that is shown. */
async function shownScores({ boards }: World): Promise<Map<string, number>> {
  const items: Item[] = [];
  let from: Item | undefined;
  do {
    const page = await boards.client.send(
      new ScanCommand({ TableName: boards.name, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
    );
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from);
  const generations = new Map(
    items
      .filter(({ sk }) => sk === 'HEAD')
      .map(({ pk, generation }) => [String(pk).slice('BOARD#'.length), generation]),
  );
  return new Map(
    items.flatMap(({ pk, sk, coins }): [string, number][] => {
      const [, board = '', generation] = /^SCORES#(.*)#(\d+)#\d+$/.exec(String(pk)) ?? [];
      return board !== '' && Number(generation) === (generations.get(board) ?? 0)
        ? [[`${board} ${sk}`, Number(coins)]]
        : [];
    }),
  );
}
