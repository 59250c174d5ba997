import { type OutboxGift, parseWallet, type Wallet } from '../store/items/wallet.ts';
import { type GiftEntry, parseWalletEntry } from '../store/items/wallet-entry.ts';
import { walletEntryKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';

/** A gift that was debited, wherever it is kept by now. */
export type SentGift = Omit<OutboxGift, 'sentAt' | 'promo'> & {
  giftId: string;
  sentAt: Date;
  state: 'sent' | 'credited';
};

/**
 * Looks for a gift in the wallet's outbox, then among its entries. In this order nothing is missed: a gift leaves the
 * outbox only after its entry exists, so one that the wallet no longer has is found as an entry. One that is in both has
 * been credited and waits to be pruned.
 */
export async function findGift(
  ledger: Table,
  { senderId, giftId }: { senderId: string; giftId: string },
): Promise<{ wallet: Wallet | undefined; gift: SentGift | undefined }> {
  const item = await readItem(ledger, walletKey(senderId));
  if (!item) return { wallet: undefined, gift: undefined };
  const wallet = parseWallet(item);
  return { wallet, gift: (await findGiftEntry(ledger, { senderId, giftId })) ?? giftInOutbox(wallet, giftId) };
}

export function giftInOutbox(wallet: Wallet, giftId: string): SentGift | undefined {
  const gift = wallet.outbox[giftId];
  return gift && { ...gift, giftId, sentAt: new Date(gift.sentAt), state: 'sent' };
}

export async function findGiftEntry(
  ledger: Table,
  { senderId, giftId }: { senderId: string; giftId: string },
): Promise<SentGift | undefined> {
  const item = await readItem(ledger, walletEntryKey({ userId: senderId, flow: 'gift', entryId: giftId }));
  if (!item) return undefined;
  const entry = parseWalletEntry(item);
  return entry.flow === 'gift' ? fromGiftEntry(entry) : undefined;
}

export function fromGiftEntry(entry: GiftEntry): SentGift {
  return { ...entry, giftId: entry.entryId, sentAt: new Date(entry.at), state: 'credited' };
}
