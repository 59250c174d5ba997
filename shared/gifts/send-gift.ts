import type { Catalog } from '../catalog/catalog.ts';
import { shortId } from '../identifiers.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { Contention, changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Item, Table } from '../store/table.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { type Debit, debitDecidedWallet, debitOrdinaryWallet, isAboveCaps, mostWaiting } from './debit-wallet.ts';
import { decideGift } from './decide-gift.ts';
import { findGift, findGiftEntry, giftInOutbox, type SentGift } from './find-gift.ts';
import { quoteGift, type SendGift } from './quote-gift.ts';
import type { Recipients } from './recipients.ts';

export type GiftStores = { ledger: Table; catalog: Catalog; recipients: Recipients };

/** A gift as it was sent, the wallet after it, and whether this request was a repetition. */
export type Sent = { gift: SentGift; wallet: Wallet; replayed: boolean };

/**
 * Sends a gift: debits the sender once per key, for ever, and leaves the gift in the wallet's outbox, from where the
 * stream takes it to the creator. An ordinary wallet takes one request.
 * A request that once succeeded keeps its answer: replay is looked for before any refusal is given.
 * @throws Contention when the wallet changed on every attempt, or too many of its gifts wait to be credited.
 */
export async function sendGift(stores: GiftStores, command: SendGift, now: Date): Promise<Sent | Refusal> {
  const { ledger } = stores;
  const debit = await quoteFromCatalog(stores, command, now);
  if (isRefusal(debit)) return (await findSent(ledger, command)) ?? debit;
  if (isAboveCaps(debit)) return sendGuarded(ledger, debit, await readItem(ledger, walletKey(command.senderId)));
  const debited = await debitOrdinaryWallet(ledger, debit);
  if (debited.applied) return sent(parseWallet(debited.item), command.giftId);
  return sendGuarded(ledger, debit, debited.current);
}

async function quoteFromCatalog(
  { catalog, recipients }: GiftStores,
  command: SendGift,
  now: Date,
): Promise<Debit | Refusal> {
  const [gifts, rates, switches, spending, recipient] = await Promise.all([
    catalog.current('gifts', now),
    catalog.current('rates', now),
    catalog.current('switches', now),
    catalog.current('spending', now),
    recipients.find(command.creatorId, now),
  ]);
  const quote = quoteGift(command, { gifts, rates, switches, recipient, now });
  return isRefusal(quote) ? quote : { command, quote, spending: spending.value, now };
}

/** The answer of a gift that was sent before, whatever stands in its way by now. */
export async function findSent(ledger: Table, command: SendGift): Promise<Sent | Refusal | undefined> {
  const { wallet, gift } = await findGift(ledger, command);
  return wallet && gift ? replay(gift, wallet, command) : undefined;
}

/**
 * What the fast path could not do, decided from the wallet as it stood when the condition failed. The order is what makes
 * a late key safe: first the wallet at a version, then the search for the gift's entry, then a write at that version.
 */
async function sendGuarded(ledger: Table, debit: Debit, refusedBy: Item | undefined): Promise<Sent | Refusal> {
  const { command } = debit;
  let current = refusedBy;
  return untilUnchanged(`The wallet of gift ${command.giftId}`, async () => {
    if (!current) return userNotFound(command.senderId);
    const wallet = parseWallet(current);
    const earlier = giftInOutbox(wallet, command.giftId) ?? (await findIfPruned(ledger, wallet, command));
    if (earlier) return replay(earlier, wallet, command);
    if (Object.keys(wallet.outbox).length >= mostWaiting)
      throw new Contention(`Too many gifts of user ${command.senderId} wait for their credit.`);
    const decided = decideGift(wallet, debit);
    if (isRefusal(decided)) return decided;
    const debited = await debitDecidedWallet(ledger, { ...debit, version: wallet.version, decided });
    if (debited.applied) return sent(parseWallet(debited.item), command.giftId);
    current = debited.current;
    return changedMeanwhile;
  });
}

/** Only a key at or below the pruning mark can have left the outbox. */
async function findIfPruned(ledger: Table, wallet: Wallet, command: SendGift): Promise<SentGift | undefined> {
  return command.giftId <= wallet.prunedThrough ? findGiftEntry(ledger, command) : undefined;
}

function sent(wallet: Wallet, giftId: string): Sent {
  const gift = giftInOutbox(wallet, giftId);
  if (!gift) throw new Error(`The gift ${giftId} is not in the outbox of the wallet that was just debited.`);
  return { gift, wallet, replayed: false };
}

function replay(gift: SentGift, wallet: Wallet, command: SendGift): Sent | Refusal {
  if (isSameRequest(gift, command)) return { gift, wallet, replayed: true };
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to another gift of this sender: use a new key for a new gift.',
    { giftId: command.giftId },
  );
}

/** The stored gift keeps every field of its request, of a combo's id the short one, so the fields themselves are the fingerprint. */
function isSameRequest(gift: SentGift, command: SendGift): boolean {
  return (
    gift.creatorId === command.creatorId &&
    gift.gift === command.gift &&
    gift.quantity === command.quantity &&
    gift.unitPrice === command.unitPrice &&
    gift.context.type === command.context.type &&
    gift.context.id === command.context.id &&
    gift.combo === (command.comboId && shortId(command.comboId))
  );
}
