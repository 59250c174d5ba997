import type { Catalog } from '../catalog/catalog.ts';
import { idsFrom, shortId, timeOfId } from '../identifiers.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { remembered } from '../remembered.ts';
import { parseWallet } from '../store/items/wallet.ts';
import { parseWalletEntry } from '../store/items/wallet-entry.ts';
import { entryKeyPrefix, walletKey } from '../store/keys.ts';
import { queryAll, readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { type Combo, comboOf } from './combo.ts';
import { fromGiftEntry, giftInOutbox, type SentGift } from './find-gift.ts';
import type { ComboAnswer } from './schemas.ts';

type Wanted = { userId: string; comboId: string; now: Date };

type Stores = { ledger: Table; catalog: Catalog };

/** Shows streaks of taps, which may be a second old: all who watch a live see the same one grow. */
export function openCombos(stores: Stores): (wanted: Wanted) => Promise<ComboAnswer | Refusal> {
  const find = remembered(
    ({ userId, comboId }: Wanted) => `${userId} ${comboId}`,
    (wanted) => findCombo(stores, wanted),
  );
  return async (wanted) => {
    const combo = await find(wanted);
    return isRefusal(combo) ? combo : presentCombo(wanted.comboId, combo, wanted.now);
  };
}

/**
 * Makes a streak from the gifts that were debited with its id: those in the outbox, and then those that have an entry. In this order
 * none is missed, because a gift leaves the outbox only after its entry exists.
 */
async function findCombo({ ledger, catalog }: Stores, { userId, comboId, now }: Wanted): Promise<Combo | Refusal> {
  const [{ value }, item] = await Promise.all([catalog.current('gifts', now), readItem(ledger, walletKey(userId))]);
  if (!item) return userNotFound(userId);
  const wallet = parseWallet(item);
  const { idleSeconds, longestSeconds } = value.combos;
  const end = new Date(timeOfId(comboId) + longestSeconds * 1_000);
  const waiting = Object.keys(wallet.outbox).flatMap((giftId) => giftInOutbox(wallet, giftId) ?? []);
  const credited = await creditedGifts(ledger, { userId, comboId, end });
  const gifts = [...waiting.filter((gift) => gift.combo === shortId(comboId)), ...credited];
  const combo = comboOf([...new Map(gifts.map((gift) => [gift.giftId, gift])).values()], { idleSeconds, end });
  return combo ?? refuse('combo_not_found', `No gift of the user was paid for in a combo ${comboId}.`, { comboId });
}

/** Keys are taken when they are up to a minute ahead of the clock. */
const keysAheadMilliseconds = 60_000;

/** A gift's entry has its place by the gift's key, which is as old as the combo's or later, by little more than a streak may last. */
async function creditedGifts(
  ledger: Table,
  { userId, comboId, end }: { userId: string; comboId: string; end: Date },
): Promise<SentGift[]> {
  const entries = queryAll(ledger, {
    KeyConditionExpression: 'pk = :wallet AND sk BETWEEN :first AND :end',
    FilterExpression: 'combo = :combo',
    ExpressionAttributeValues: {
      ':wallet': walletKey(userId).pk,
      ':first': `${entryKeyPrefix}${idsFrom(new Date(timeOfId(comboId)))}`,
      ':end': `${entryKeyPrefix}${idsFrom(new Date(end.getTime() + keysAheadMilliseconds))}`,
      ':combo': shortId(comboId),
    },
    ConsistentRead: true,
  });
  const gifts: SentGift[] = [];
  for await (const item of entries) {
    const entry = parseWalletEntry(item);
    if (entry.flow === 'gift') gifts.push(fromGiftEntry(entry));
  }
  return gifts;
}

function presentCombo(comboId: string, combo: Combo, now: Date): ComboAnswer {
  const { creatorId, gift, context, sentAt } = combo.first;
  const { gifts, quantity, coins } = combo;
  return {
    ...{ comboId, creatorId, gift, context, gifts, quantity, coins },
    state: now <= combo.closesAt ? 'open' : 'closed',
    firstAt: sentAt.toISOString(),
    lastAt: combo.lastAt.toISOString(),
    closesAt: combo.closesAt.toISOString(),
  };
}
