import { appId, type IdStyle } from './fans.ts';
import { openGiftPath } from './gift-path.ts';
import type { Ground } from './ground.ts';
import { perGift, sum, type Usage } from './meter.ts';
import { settle } from './peers/contender.ts';
import { withClients } from './statistics.ts';

export type Crowd = {
  fans: number;
  /** All fans' gifts go to one creator, or each fan's to a creator of their own. */
  to: 'one creator' | 'a creator each';
  ids: IdStyle;
  turns: number;
};

export type MeasuredPath = {
  gifts: number;
  total: Usage;
  /** debit, relay, prune, credit. */
  parts: Record<string, Usage>;
};

/**
 * Every outbox is pruned in the fourth turn for the first time, and in every third after that: counting starts after the
 * fourth, so that whole cycles of pruning are counted.
 */
const turnsBefore = 4;

/**
 * Each fan gives one gift a turn; between turns, everything is relayed, pruned and credited. What was counted, divided by
 * the gifts, is what a gift of a fan who keeps giving costs.
 */
export async function measurePath(ground: Ground, { fans, to, ids, turns }: Crowd): Promise<MeasuredPath> {
  const gifts = Array.from({ length: fans }, (_, i) => ({
    senderId: appId(ids, 'fan', i),
    creatorId: appId(ids, 'creator', to === 'one creator' ? 0 : i),
    // A creator is in one live at a time.
    liveId: appId(ids, 'live', to === 'one creator' ? 0 : i),
  }));
  const creatorIds = [...new Set(gifts.map(({ creatorId }) => creatorId))];
  const path = await openGiftPath(ground, { counting: true, creatorIds });
  await path.putFans(gifts.map(({ senderId }) => senderId));
  for (let turn = 0; turn < turnsBefore + turns; turn++) {
    if (turn === turnsBefore) path.meter.parts.clear();
    path.meter.begin('debit');
    if (to === 'a creator each') path.forgetCreators();
    await withClients(gifts, 8, (gift) => path.send(gift));
    await settle(path);
  }
  const { parts } = path.meter;
  const counted = Object.fromEntries([...parts].map(([part, operations]) => [part, sum(operations.values())]));
  // What the relay does with tables is pruning; the rest of it is sending.
  const relay = parts.get('relay') ?? new Map<string, Usage>();
  counted.prune = sum(
    [...relay].filter(([operation]) => !operation.startsWith('SendMessage')).map(([, usage]) => usage),
  );
  counted.relay = sum(
    [...relay].filter(([operation]) => operation.startsWith('SendMessage')).map(([, usage]) => usage),
  );
  const sent = fans * turns;
  return {
    gifts: sent,
    total: perGift(sum(Object.values(counted)), sent),
    parts: Object.fromEntries(Object.entries(counted).map(([part, usage]) => [part, perGift(usage, sent)])),
  };
}
