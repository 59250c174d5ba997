import { sendMessages } from '../../shared/queue/send-messages.ts';
import { type CeilingInputs, ceilingOnAws } from './aws-ceiling.ts';
import { appId } from './fans.ts';
import { type GiftPath, openGiftPath } from './gift-path.ts';
import { drain, type Grounds } from './ground.ts';
import { countHotUnits, type LoadUnits } from './hot-creator-units.ts';
import { hotCreatorId, hotMessages } from './hot-gifts.ts';
import type { Contender, Gift } from './peers/contender.ts';
import { openTransactions } from './peers/transactions.ts';
import { type Effort, median, repeat, timed, withClients } from './statistics.ts';

type OfWorkers = {
  workers: number;
  /** Gifts from the queue to the creator's balance in a second, by as many workers as relayed them. */
  creditsPerSecond: number;
  /** The same, one transaction for each gift. */
  singleCreditsPerSecond: number;
  /** Along the whole path. */
  writeUnitsPerGift: number;
};

export type HotCreator = {
  rounds: number;
  workers: OfWorkers[];
  /** One relay worker, the creator getting more and more gifts at a time. */
  loads: Omit<LoadUnits, 'shardUnitsPerMessage'>[];
  ceiling: ReturnType<typeof ceilingOnAws> & { inputs: CeilingInputs };
};

const workerCounts = [1, 2, 4, 8];

/** The gifts of a second, which is as long as the relay collects. */
const giftsOfOurs = 360;

/** Of one transaction a gift, fewer tell the same: each gift takes its own time. */
const giftsOfSingle: Gift[] = Array.from({ length: 90 }, (_, i) => ({
  senderId: appId('number', 'fan', i),
  creatorId: hotCreatorId,
  liveId: appId('number', 'live', 0),
}));

/** A creator to whom everybody gives at once. Rounds go over all numbers of workers, ours and one transaction a gift in turn. */
export async function measureHotCreator(
  grounds: Grounds,
  { debitAndPrune, effort }: { debitAndPrune: number; effort: Effort },
): Promise<HotCreator> {
  const counting = await grounds.open();
  const units = await countHotUnits(counting, { gifts: giftsOfOurs, workerCounts, debitAndPrune });
  await counting.close();
  const [ourGround, singleGround] = [await grounds.open(), await grounds.open()];
  const ours = await openGiftPath(ourGround, { counting: false, conflicts: true, creatorIds: [hotCreatorId] });
  const single = await openTransactions(singleGround, { counting: false, conflicts: true, creatorIds: [hotCreatorId] });
  await single.putFans(giftsOfSingle.map(({ senderId }) => senderId));
  const taken = workerCounts.map((workers) => ({ workers, credit: [] as number[], single: [] as number[] }));
  const rounds = await repeat(effort, async (round) => {
    // Each round starts with another number of workers.
    const first = (round + taken.length) % taken.length;
    for (const { workers, ...rates } of [...taken.slice(first), ...taken.slice(0, first)]) {
      const ms = await creditOurs(ours, workers);
      const singleMs = await creditSingle(single, workers);
      if (round < 0) continue;
      rates.credit.push(giftsOfOurs / (ms / 1000));
      rates.single.push(giftsOfSingle.length / (singleMs / 1000));
    }
  });
  await Promise.all([ourGround.close(), singleGround.close()]);
  return {
    rounds,
    workers: taken.map(({ workers, credit, single: alone }) => ({
      workers,
      creditsPerSecond: median(credit),
      singleCreditsPerSecond: median(alone),
      writeUnitsPerGift: units.byWorkers.get(workers) ?? Number.NaN,
    })),
    loads: units.byLoad.map(({ giftsPerMessage, writeUnitsPerGift }) => ({ giftsPerMessage, writeUnitsPerGift })),
    ceiling: ceilingOf(units.byLoad),
  };
}

/** The largest load fills a message. */
function ceilingOf(byLoad: LoadUnits[]): HotCreator['ceiling'] {
  const inputs = byLoad.at(-1);
  if (!inputs) throw new Error('No load was counted.');
  return { ...ceilingOnAws(inputs), inputs };
}

async function creditOurs(path: GiftPath, workers: number): Promise<number> {
  const messages = hotMessages(giftsOfOurs, workers);
  const failed = await sendMessages(
    path.queue,
    messages.map((body) => ({ body, group: hotCreatorId })),
  );
  if (failed.size > 0) throw new Error('The queue did not take all gifts.');
  return timed(() => drain(path.queue, workers, path.credit));
}

async function creditSingle(single: Contender, workers: number): Promise<number> {
  await withClients(giftsOfSingle, 8, (gift) => single.send(gift));
  return timed(() => drain(single.queue, workers, single.credit));
}
