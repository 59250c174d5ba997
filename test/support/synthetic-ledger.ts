import { newId } from '../../shared/identifiers.ts';
import type { CreditEntry } from '../../shared/store/items/creator.ts';
import type { GiftEntry } from '../../shared/store/items/wallet-entry.ts';
import { creatorEntryKey, creatorShardKey, walletEntryKey, walletKey } from '../../shared/store/keys.ts';
import type { Item } from '../../shared/store/table.ts';

const giftsPerCredit = 50;

/**
 * The items of a ledger in which `senders` sent `giftsEach` gifts of one coin to one creator, all credited: the senders'
 * partitions first, then the creator's. The senders' coins were granted, so the books balance.
 */
export function* syntheticLedger({
  senders,
  giftsEach,
  now,
}: {
  senders: number;
  giftsEach: number;
  now: Date;
}): Generator<Item[]> {
  const at = now.toISOString();
  const prefix = newId(now).slice(0, 24);
  const idOf = (number: number) => `${prefix}${number.toString(16).padStart(12, '0')}`;
  const userOf = (sender: number) => `user-${sender}-with-an-id-as-long-as-a-uuid`;
  const context = { type: 'live', id: '9f1c2a34-0000-4000-8000-00000000beef' } as const;
  for (let sender = 0; sender < senders; sender++) {
    const userId = userOf(sender);
    const entries = Array.from({ length: giftsEach }, (_, position): Item => {
      const number = sender * giftsEach + position;
      const entry: GiftEntry = {
        ...{
          entryId: idOf(number),
          userId,
          at,
          flow: 'gift',
          creatorId: 'cy',
          gift: 'rose',
          quantity: 1,
          unitPrice: 1,
        },
        ...{ context, amounts: { paidCoins: 0, promoCoins: 1 }, milliDiamonds: 500, shard: 0 },
        creditId: idOf(Math.floor(number / giftsPerCredit)),
      };
      return { ...walletEntryKey({ userId, flow: 'gift', entryId: entry.entryId }), ...entry };
    });
    const grant = { entryId: idOf(sender), userId, at, flow: 'grant', reason: 'gift of the house', grantedBy: 'test' };
    const granted = { ...walletEntryKey({ userId, flow: 'grant', entryId: grant.entryId }), ...grant };
    const head = { userId, region: 'US', status: 'active', paid: 0, owed: 0, outbox: {}, prunedThrough: '', spent: {} };
    yield [
      ...entries,
      { ...granted, amounts: { promoCoins: giftsEach } },
      { ...walletKey(userId), ...head, version: 1, openedAt: at },
    ];
  }
  const gifts = senders * giftsEach;
  for (let first = 0; first < gifts; first += giftsPerCredit) {
    const numbers = Array.from({ length: Math.min(giftsPerCredit, gifts - first) }, (_, position) => first + position);
    const entryId = idOf(first / giftsPerCredit);
    const entry: CreditEntry = {
      ...{ entryId, creatorId: 'cy', shard: 0, at, flow: 'credit', amounts: { milliDiamonds: 500 * numbers.length } },
      gifts: numbers.map((number) => ({
        ...{ giftId: idOf(number), senderId: userOf(Math.floor(number / giftsEach)), gift: 'rose', quantity: 1 },
        ...{ coins: 1, milliDiamonds: 500 },
      })),
    };
    yield [{ ...creatorEntryKey({ creatorId: 'cy', shard: 0, entryId }), ...entry }];
  }
  const balance = { available: gifts * 500, lifetime: gifts * 500 };
  yield [{ ...creatorShardKey({ creatorId: 'cy', shard: 0 }), creatorId: 'cy', shard: 0, ...balance }];
}
