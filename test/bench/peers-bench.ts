import { type ContenderDescription, peers, tributary } from './contenders.ts';
import { appId } from './fans.ts';
import type { Ground, Grounds, OpenGround } from './ground.ts';
import { perGift, sum, type Usage } from './meter.ts';
import { type Contender, type Gift, settle } from './peers/contender.ts';
import { type Effort, median, quantile, repeat, timed, withClients } from './statistics.ts';

export type PeerResult = {
  name: string;
  sameGuarantees: boolean;
  lacks: string;
  /** Of a gift: what its sender waits for. */
  sending: Usage;
  /** Of a gift: what comes afterwards, until the creator has it. */
  settling: Usage;
  /** Gifts accepted in a second. */
  perSecond1: number;
  perSecond16: number;
  /** Times of one client. */
  p50Ms: number;
  p99Ms: number;
  /** Times of sixteen clients. */
  p50Ms16: number;
  p99Ms16: number;
};

/** Each fan gives one gift a round, so that nobody's wallet is asked twice at once. */
const fans = 240;
const giftsAlone = 80;
const clients = 16;

const creatorId = appId('number', 'creator', 0);
const gifts: Gift[] = Array.from({ length: fans }, (_, i) => ({
  senderId: appId('number', 'fan', i),
  creatorId,
  liveId: appId('number', 'live', 0),
}));

type Runner = {
  description: ContenderDescription;
  ground: OpenGround;
  contender: Contender;
  rates1: number[];
  rates16: number[];
  times1: number[];
  times16: number[];
};

/**
 * In each round every contender sends with one client, then with sixteen; the rounds start with another contender each
 * time. Throughputs are medians of the rounds.
 */
export async function measurePeers(
  grounds: Grounds,
  effort: Effort,
): Promise<{ rounds: number; results: PeerResult[] }> {
  const contenders = [tributary, ...peers];
  const counting = await grounds.open();
  const units: { sending: Usage; settling: Usage }[] = [];
  for (const description of contenders) units.push(await countUnits(counting, description));
  await counting.close();
  const runners: Runner[] = [];
  for (const description of contenders) runners.push(await openRunner(await grounds.open(), description));
  const rounds = await repeat(effort, async (round) => {
    for (let turn = 0; turn < runners.length; turn++) {
      const runner = runners[(turn + round + runners.length) % runners.length];
      if (runner) await runRound(runner, { counts: round >= 0 });
    }
  });
  await Promise.all(runners.map(({ ground }) => ground.close()));
  const results = runners.map((runner, position) => resultOf(runner, units[position] as (typeof units)[number]));
  return { rounds, results };
}

function resultOf(runner: Runner, units: { sending: Usage; settling: Usage }): PeerResult {
  const { name, sameGuarantees, lacks } = runner.description;
  return {
    name,
    sameGuarantees,
    lacks,
    ...units,
    perSecond1: median(runner.rates1),
    perSecond16: median(runner.rates16),
    p50Ms: quantile(runner.times1, 0.5),
    p99Ms: quantile(runner.times1, 0.99),
    p50Ms16: quantile(runner.times16, 0.5),
    p99Ms16: quantile(runner.times16, 0.99),
  };
}

async function openRunner(ground: OpenGround, description: ContenderDescription): Promise<Runner> {
  const contender = await description.open(ground, { counting: false, creatorIds: [creatorId] });
  await contender.putFans(gifts.map(({ senderId }) => senderId));
  return { description, ground, contender, rates1: [], rates16: [], times1: [], times16: [] };
}

/** Our outboxes are emptied while no clock runs; what the peers sent may wait in their queues, where it is in nobody's way. */
async function settleOurs({ description, contender }: Runner): Promise<void> {
  if (description === tributary) await settle(contender, 4);
}

async function runRound(runner: Runner, { counts }: { counts: boolean }): Promise<void> {
  const { contender, ...results } = runner;
  const send = (times: number[]) => async (gift: Gift) => {
    times.push(await timed(() => contender.send(gift)));
  };
  const [times1, times16]: [number[], number[]] = [[], []];
  const alone = gifts.slice(0, giftsAlone);
  const ms1 = await timed(() => withClients(alone, 1, send(times1)));
  await settleOurs(runner);
  const ms16 = await timed(() => withClients(gifts, clients, send(times16)));
  await settleOurs(runner);
  if (!counts) return;
  results.rates1.push(alone.length / (ms1 / 1000));
  results.rates16.push(gifts.length / (ms16 / 1000));
  results.times1.push(...times1);
  results.times16.push(...times16);
}

const countedFans = 10;

/** Counts a gift of each of a few fans, after everybody gave one. */
async function countUnits(
  ground: Ground,
  { open }: ContenderDescription,
): Promise<{ sending: Usage; settling: Usage }> {
  const contender = await open(ground, { counting: true, creatorIds: [creatorId] });
  const few = gifts.slice(0, countedFans);
  await contender.putFans(few.map(({ senderId }) => senderId));
  for (let turn = 0; turn < 2; turn++) {
    contender.meter.parts.clear();
    contender.meter.begin('send');
    await withClients(few, 1, (gift) => contender.send(gift));
    contender.meter.begin('settle');
    await settle(contender);
  }
  const { parts } = contender.meter;
  const of = (wanted: (part: string) => boolean): Usage => {
    const counted = [...parts].filter(([part]) => wanted(part));
    return perGift(sum(counted.flatMap(([, operations]) => [...operations.values()])), countedFans);
  };
  return { sending: of((part) => part === 'send'), settling: of((part) => part !== 'send') };
}
