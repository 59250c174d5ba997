import { parseCreator } from '../store/items/creator.ts';
import { creatorKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';

/** What sending a gift must know about a creator. */
export type Recipient = { ownerUserId: string; giftsEnabled: boolean };

/** A creator who switches gifts off may still receive some for this long, from function instances that know the creator. */
const cacheSeconds = 30;
const mostCached = 10_000;

export type Recipients = { find(creatorId: string, now: Date): Promise<Recipient | undefined> };

/** Reads creators through a short, bounded cache, so that gifts to the creators of the hour cost no read. Unknown ones are not remembered. */
export function openRecipients(ledger: Table): Recipients {
  const cache = new Map<string, { until: number; recipient: Recipient }>();
  return {
    async find(creatorId, now) {
      const cached = cache.get(creatorId);
      if (cached && cached.until > now.getTime()) return cached.recipient;
      const item = await readItem(ledger, creatorKey(creatorId));
      if (!item) return undefined;
      const { ownerUserId, giftsEnabled } = parseCreator(item);
      cache.delete(creatorId);
      const oldest = cache.keys().next();
      if (cache.size >= mostCached && !oldest.done) cache.delete(oldest.value);
      cache.set(creatorId, { until: now.getTime() + cacheSeconds * 1000, recipient: { ownerUserId, giftsEnabled } });
      return { ownerUserId, giftsEnabled };
    },
  };
}
