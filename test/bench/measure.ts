import { mostInBatch } from '../../shared/payouts/begin-batch.ts';
import { buildBundles } from './bundles.ts';
import { type ColdStarts, measureColdStarts } from './cold-start.ts';
import { countBankPayout } from './count-bank-payout.ts';
import { countPayout } from './count-payout.ts';
import { countRecharges, type RechargeMove } from './count-recharges.ts';
import type { Ground, Grounds } from './ground.ts';
import { type HotCreator, measureHotCreator } from './hot-creator.ts';
import { type HotSenders, measureHotSenders } from './hot-senders.ts';
import type { Usage } from './meter.ts';
import { measureOverhead, type Overhead } from './overhead.ts';
import { measurePeers, type PeerResult } from './peers-bench.ts';
import { type MeasuredPath, measurePath } from './units.ts';

export type Measured = {
  paths: MeasuredPaths;
  overhead: Overhead;
  peers: { rounds: number; results: PeerResult[] };
  hotCreator: HotCreator;
  hotSenders: HotSenders;
  moves: Record<RechargeMove | 'payout' | 'payoutInBatch' | 'bankPayout' | 'payoutOfAllShards', Usage>;
  coldStart: ColdStarts;
};

/** `hotUuid` is `hot` with app ids of 36 characters. */
type MeasuredPaths = Record<'hot' | 'hotUuid' | 'tail', MeasuredPath>;

/** Together with what is only counted, below six minutes on a machine of two cores that does something else as well. */
const efforts = {
  overheadRounds: 12,
  peers: { atLeast: 3, atMost: 9, seconds: 45 },
  hotCreator: { atLeast: 3, atMost: 9, seconds: 35 },
  hotSenders: { atLeast: 3, atMost: 7, seconds: 15 },
  coldStart: { atLeast: 3, atMost: 9, seconds: 35 },
};

/** Runs every part, one after the other, each on emulators that nothing else uses at the time. */
export async function measureAll(grounds: Grounds, say: (step: string) => void): Promise<Measured> {
  async function on<Result>(step: string, work: (ground: Ground) => Promise<Result>): Promise<Result> {
    say(step);
    const ground = await grounds.open();
    const result = await work(ground);
    await ground.close();
    return result;
  }
  say('bundles');
  const bundles = buildBundles();
  const paths = await on('units along the path', measurePaths);
  const moves = await on('recharges, a refund and payouts', async (ground) => ({
    ...(await countRecharges(ground)),
    payout: await countPayout(ground, { shards: 1 }),
    payoutInBatch: await countPayout(ground, { shards: 1, inBatch: mostInBatch }),
    bankPayout: await countBankPayout(ground),
    payoutOfAllShards: await countPayout(ground, { shards: 64 }),
  }));
  const overhead = await on('the gift handler against the bare update', (ground) =>
    measureOverhead(ground, bundles, efforts.overheadRounds),
  );
  say('peers');
  const peers = await measurePeers(grounds, efforts.peers);
  say('a hot creator');
  const hotCreator = await measureHotCreator(grounds, {
    debitAndPrune: debitAndPruneOf(paths.hot),
    effort: efforts.hotCreator,
  });
  const hotSenders = await on('those who send to a hot creator', (ground) =>
    measureHotSenders(ground, efforts.hotSenders),
  );
  say('cold starts');
  const coldStart = await measureColdStarts(bundles, efforts.coldStart);
  return { paths, overhead, peers, hotCreator, hotSenders, moves, coldStart };
}

function debitAndPruneOf({ parts }: MeasuredPath): number {
  return (parts.debit?.writeUnits ?? Number.NaN) + (parts.prune?.writeUnits ?? Number.NaN);
}

/** Three turns are a whole cycle of pruning, and what is counted is the same in every cycle. */
const turns = 3;

async function measurePaths(ground: Ground): Promise<MeasuredPaths> {
  const tail = await measurePath(ground, { fans: 30, to: 'a creator each', ids: 'number', turns });
  const hot = await measurePath(ground, { fans: 90, to: 'one creator', ids: 'number', turns });
  const hotUuid = await measurePath(ground, { fans: 90, to: 'one creator', ids: 'uuid', turns });
  return { hot, hotUuid, tail };
}
