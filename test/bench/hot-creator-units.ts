import { openGiftPath } from './gift-path.ts';
import type { Ground } from './ground.ts';
import { hotCreatorId, hotMessages } from './hot-gifts.ts';
import { sum } from './meter.ts';

export type LoadUnits = {
  giftsPerMessage: number;
  writeUnitsPerGift: number;
  /** What one credit writes in the creator's own partition: the balance and the creator's entry. */
  shardUnitsPerMessage: number;
};

const loadsOfOneWorker = [1, 5, 10, 30, 90];

/** In the sender's partition, in a transaction. */
const unitsOfGiftEntry = 2;

/**
 * Write units of a gift to one creator along its whole way: when the gifts of a second are divided among so many relay
 * workers, and when there are more and more of them for one worker. What debit and pruning take does not depend on either.
 */
export async function countHotUnits(
  ground: Ground,
  { gifts, workerCounts, debitAndPrune }: { gifts: number; workerCounts: number[]; debitAndPrune: number },
): Promise<{ byWorkers: Map<number, number>; byLoad: LoadUnits[] }> {
  const { meter, credit } = await openGiftPath(ground, { counting: true, creatorIds: [hotCreatorId] });
  const countCredit = async (gifts: number, workers: number): Promise<number> => {
    meter.parts.clear();
    meter.begin('credit');
    await credit(hotMessages(gifts, workers));
    return sum(meter.parts.get('credit')?.values() ?? []).writeUnits;
  };
  const byWorkers = new Map<number, number>();
  for (const workers of workerCounts)
    byWorkers.set(workers, debitAndPrune + (await countCredit(gifts, workers)) / gifts);
  const byLoad: LoadUnits[] = [];
  for (const giftsPerMessage of loadsOfOneWorker) {
    const units = await countCredit(giftsPerMessage, 1);
    byLoad.push({
      giftsPerMessage,
      writeUnitsPerGift: debitAndPrune + units / giftsPerMessage,
      shardUnitsPerMessage: units - unitsOfGiftEntry * giftsPerMessage,
    });
  }
  return { byWorkers, byLoad };
}
