import { appId } from './fans.ts';
import { type GiftPath, openGiftPath } from './gift-path.ts';
import type { Ground } from './ground.ts';
import { hotCreatorId, hotMessages } from './hot-gifts.ts';
import { type Gift, settle } from './peers/contender.ts';
import { type Effort, median, quantile, repeat, timed, withClients } from './statistics.ts';

/** What senders wait for, in milliseconds, while the hot creator is credited without a pause. */
export type HotSenders = {
  rounds: number;
  hot: { p50Ms: number; p99Ms: number };
  spread: { p50Ms: number; p99Ms: number };
  /** The medians of the rounds' ratios, hot by spread. */
  ratioP50: number;
  ratioP99: number;
};

const fans = 240;
const spreadCreators = 20;
const clients = 16;
/** Messages that are credited at the same time, each to a balance of the hot creator. */
const creditsAtOnce = 2;
const giftsPerMessage = 90;

const quietCreatorIds = Array.from({ length: spreadCreators }, (_, i) => appId('number', 'creator', i + 1));

/** Neighbours in the line give to the hot creator and to one of many others, so that whatever the machine does meets both. */
const gifts: Gift[] = Array.from({ length: fans }, (_, i) => ({
  senderId: appId('number', 'fan', i),
  creatorId: i % 2 === 0 ? hotCreatorId : (quietCreatorIds[Math.floor(i / 2) % spreadCreators] ?? hotCreatorId),
  liveId: appId('number', 'live', 0),
}));

/**
 * Half of the senders give to a creator whose balances are written all the time, the other half to creators of their
 * own, in the same seconds. The instance knows all creators, as one does after the first gift to each.
 */
export async function measureHotSenders(ground: Ground, effort: Effort): Promise<HotSenders> {
  const path = await openGiftPath(ground, { counting: false, creatorIds: [hotCreatorId, ...quietCreatorIds] });
  await path.putFans(gifts.map(({ senderId }) => senderId));
  const taken: { hot: number[]; spread: number[] }[] = [];
  const rounds = await repeat(effort, async (round) => {
    const times = { hot: [] as number[], spread: [] as number[] };
    await whileCrediting(path, () =>
      withClients(gifts, clients, async (gift) => {
        const ofKind = gift.creatorId === hotCreatorId ? times.hot : times.spread;
        ofKind.push(await timed(() => path.send(gift)));
      }),
    );
    await settle(path, 4);
    if (round >= 0) taken.push(times);
  });
  const ratiosAt = (share: number) => taken.map(({ hot, spread }) => quantile(hot, share) / quantile(spread, share));
  const timesOf = (kind: 'hot' | 'spread') => {
    const all = taken.flatMap((times) => times[kind]);
    return { p50Ms: quantile(all, 0.5), p99Ms: quantile(all, 0.99) };
  };
  return {
    rounds,
    hot: timesOf('hot'),
    spread: timesOf('spread'),
    ratioP50: median(ratiosAt(0.5)),
    ratioP99: median(ratiosAt(0.99)),
  };
}

async function whileCrediting(path: GiftPath, work: () => Promise<void>): Promise<void> {
  let working = true;
  const crediting = Array.from({ length: creditsAtOnce }, async () => {
    while (working) await path.credit(hotMessages(giftsPerMessage, 1));
  });
  try {
    await work();
  } finally {
    working = false;
    await Promise.all(crediting);
  }
}
