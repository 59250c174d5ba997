import { scale } from '../money/units.ts';
import { nothingBack, type Recharge } from '../store/items/recharge.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { type GiftEntry, parseWalletEntry } from '../store/items/wallet-entry.ts';
import { entryKeyPrefix, walletKey } from '../store/keys.ts';
import { queryAll, readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { placeOf } from './unspent-coins.ts';

/** A gift that was paid with coins of an order, and with how many of them. */
type GiftPaid = Pick<GiftEntry, 'creatorId' | 'gift' | 'quantity' | 'context' | 'at'> & {
  giftId: string;
  coins: number;
};

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
  /** Whether there are more gifts than that. */
  isCut: boolean;
};

const undelivered: UseOfCoins = {
  isDelivered: false,
  consumedCoins: 0,
  unusedCoins: 0,
  consumedMilliPercent: 0,
  gifts: [],
  isCut: false,
};

/** Tells from the journal what became of an order's coins, of which the first bought are spent first. */
export async function useOfCoins(ledger: Table, order: Recharge, { mostGifts = 0 } = {}): Promise<UseOfCoins> {
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
    ...(await giftsPaidWith(ledger, wallet, { spentCoins, laterSpentCoins, mostGifts })),
  };
}

type Spent = { spentCoins: number; laterSpentCoins: number; mostGifts: number };

/** Walks from the latest gift back: the first coins that it meets belong to later purchases, the next to this one. */
async function giftsPaidWith(ledger: Table, wallet: Wallet, { spentCoins, laterSpentCoins, mostGifts }: Spent) {
  const gifts: GiftPaid[] = [];
  let [skip, left] = [laterSpentCoins, spentCoins];
  if (mostGifts === 0 || left === 0) return { gifts, isCut: left > 0 };
  for await (const { coins: paidCoins, ...gift } of latestGifts(ledger, wallet)) {
    const skipped = Math.min(skip, paidCoins);
    const coins = Math.min(left, paidCoins - skipped);
    skip -= skipped;
    left -= coins;
    if (coins > 0) gifts.push({ ...gift, coins });
    if (left === 0 || gifts.length === mostGifts) break;
  }
  return { gifts, isCut: left > 0 };
}

/** A wallet's gifts with the bought coins that each cost, the latest first; those still in the outbox are among them. */
async function* latestGifts(ledger: Table, wallet: Wallet): AsyncGenerator<GiftPaid> {
  const waiting = waitingGifts(wallet);
  const lines = queryAll(ledger, {
    KeyConditionExpression: 'pk = :wallet AND begins_with(sk, :prefix)',
    FilterExpression: '#flow = :gift',
    ExpressionAttributeNames: { '#flow': 'flow' },
    ExpressionAttributeValues: { ':wallet': walletKey(wallet.userId).pk, ':prefix': entryKeyPrefix, ':gift': 'gift' },
    ScanIndexForward: false,
    ConsistentRead: true,
  });
  for await (const line of lines) {
    const entry = parseWalletEntry(line);
    if (entry.flow !== 'gift') continue;
    const { entryId: giftId, creatorId, gift, quantity, context, at, amounts } = entry;
    while (waiting[0] && waiting[0].giftId > giftId) yield waiting.shift() as GiftPaid;
    // What is credited stays in the outbox until it is pruned.
    if (waiting[0]?.giftId === giftId) waiting.shift();
    yield { giftId, creatorId, gift, quantity, context, at, coins: amounts.paidCoins };
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
