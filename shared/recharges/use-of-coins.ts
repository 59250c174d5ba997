import { scale } from '../money/units.ts';
import { nothingBack, type Recharge } from '../store/items/recharge.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import type { GiftEntry } from '../store/items/wallet-entry.ts';
import { walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { spendingLines } from './spending-lines.ts';
import { placeOf } from './unspent-coins.ts';

/** A gift that was paid with coins of an order, and with how many of them. */
type GiftPaid = Pick<GiftEntry, 'creatorId' | 'gift' | 'quantity' | 'context' | 'at'> & {
  giftId: string;
  coins: number;
};

/** Something else that was paid with them: an item of the catalogue, or the promotion of a video. */
type ItemPaid = { purchaseId: string; item?: string; videoId?: string; at: string; coins: number };

/** What became of the bought coins of an order. */
export type UseOfCoins = {
  isDelivered: boolean;
  /** Gone from the buyer: spent, or set off against a debt. What is frozen or was taken back is not. */
  consumedCoins: number;
  /** Still in the wallet. */
  unusedCoins: number;
  /** Of the bought coins, in thousandths of a percent: 100,000 for all. */
  consumedMilliPercent: number;
  /** The latest first, and no more than were asked for. */
  gifts: GiftPaid[];
  purchases: ItemPaid[];
  /** Whether there is more than that. */
  isCut: boolean;
};

const undelivered: UseOfCoins = {
  isDelivered: false,
  consumedCoins: 0,
  unusedCoins: 0,
  consumedMilliPercent: 0,
  gifts: [],
  purchases: [],
  isCut: false,
};

/** Tells from the journal what became of an order's coins, of which the first bought are spent first. */
export async function useOfCoins(ledger: Table, order: Recharge, { mostLines = 0 } = {}): Promise<UseOfCoins> {
  const item = order.state === 'paid' ? await readItem(ledger, walletKey(order.userId)) : undefined;
  if (!item) return undelivered;
  const wallet = parseWallet(item);
  const { unspentCoins: unusedCoins, laterSpentCoins } = await placeOf(ledger, order, wallet.paid);
  const { frozenCoins, takenCoins } = order.back ?? nothingBack;
  const consumedCoins = Math.max(0, order.coins - unusedCoins - frozenCoins - takenCoins);
  const share = { numerator: 100_000, denominator: order.coins, rounding: 'down' } as const;
  const spentCoins = Math.max(0, (order.inPaid ?? 0) - unusedCoins);
  return {
    isDelivered: true,
    consumedCoins,
    unusedCoins,
    consumedMilliPercent: scale(consumedCoins, share),
    ...(await paidWith(ledger, wallet, { spentCoins, laterSpentCoins, mostLines })),
  };
}

type Spent = { spentCoins: number; laterSpentCoins: number; mostLines: number };

/** Walks from the latest line back: the first coins that it meets belong to later purchases, the next to this one. */
async function paidWith(ledger: Table, wallet: Wallet, { spentCoins, laterSpentCoins, mostLines }: Spent) {
  const gifts: GiftPaid[] = [];
  const purchases: ItemPaid[] = [];
  let [skip, left] = [laterSpentCoins, spentCoins];
  if (mostLines === 0 || left === 0) return { gifts, purchases, isCut: left > 0 };
  for await (const { coins: paidCoins, ...spent } of latestSpent(ledger, wallet)) {
    const skipped = Math.min(skip, paidCoins);
    const coins = Math.min(left, paidCoins - skipped);
    skip -= skipped;
    left -= coins;
    if (coins > 0 && 'giftId' in spent) gifts.push({ ...spent, coins });
    if (coins > 0 && 'purchaseId' in spent) purchases.push({ ...spent, coins });
    if (left === 0 || gifts.length + purchases.length === mostLines) break;
  }
  return { gifts, purchases, isCut: left > 0 };
}

/** All that a wallet paid for with the bought coins that each cost, the latest first; gifts still in the outbox are among it. */
async function* latestSpent(ledger: Table, wallet: Wallet): AsyncGenerator<GiftPaid | ItemPaid> {
  const waiting = waitingGifts(wallet);
  for await (const { entry, paidCoins: coins } of spendingLines(ledger, wallet)) {
    while (waiting[0] && waiting[0].giftId > entry.entryId) yield waiting.shift() as GiftPaid;
    if (entry.flow !== 'gift') {
      const { entryId: purchaseId, at } = entry;
      const item = 'item' in entry ? entry.item : undefined;
      const video = 'videoId' in entry && entry.videoId !== undefined ? { videoId: entry.videoId } : {};
      yield { purchaseId, ...(item !== undefined && { item }), ...video, at, coins };
      continue;
    }
    const { entryId: giftId, creatorId, gift, quantity, context, at } = entry;
    // What is credited stays in the outbox until it is pruned.
    if (waiting[0]?.giftId === giftId) waiting.shift();
    yield { giftId, creatorId, gift, quantity, context, at, coins };
  }
  yield* waiting;
}

function waitingGifts({ outbox }: Wallet): GiftPaid[] {
  return Object.entries(outbox)
    .map(([giftId, { creatorId, gift, quantity, unitPrice, context, sentAt, promo = {} }]) => {
      const promoCoins = Object.values(promo).reduce((sum, coins) => sum + coins, 0);
      const coins = unitPrice * quantity - promoCoins;
      return { giftId, creatorId, gift, quantity, context, at: new Date(sentAt).toISOString(), coins };
    })
    .toSorted((a, b) => (a.giftId < b.giftId ? 1 : -1));
}
