import { type OutboxGift, parseWallet, type Wallet } from '../../store/items/wallet.ts';
import { type GiftEntry, parseWalletEntry, type WalletEntry } from '../../store/items/wallet-entry.ts';
import { entryKeyPrefix, headKey } from '../../store/keys.ts';
import type { Item } from '../../store/table.ts';
import type { Account } from '../accounts.ts';
import { changesOf, type Movement } from '../postings.ts';
import type { Findings } from './judge-partition.ts';
import { giftSubject, rechargeSubject, walletSubject } from './subjects.ts';

/** A wallet's balances are the fold of its entries and of the gifts in its outbox that have no entry yet. */
export function judgeWallet(items: Item[], findings: Findings): void {
  const head = items.find(({ sk }) => sk === headKey);
  const entries = items.filter(({ sk }) => String(sk).startsWith(entryKeyPrefix)).map(parseWalletEntry);
  const gifts = new Map(entries.flatMap((entry) => (entry.flow === 'gift' ? [[entry.entryId, entry] as const] : [])));
  for (const entry of entries) judgeEntry(entry, findings);
  if (!head) return;
  const wallet = parseWallet(head);
  judgeHead(wallet, findings);
  for (const [giftId, gift] of Object.entries(wallet.outbox)) {
    const entry = gifts.get(giftId);
    if (entry) compareWithEntry(wallet.userId, { ...gift, giftId }, { entry, findings });
    else enter({ flow: 'gift', owner: wallet.userId, amounts: amountsOf(gift) }, findings);
  }
}

function judgeHead(wallet: Wallet, { tally }: Findings): void {
  const subject = walletSubject(wallet.userId);
  const promo = (wallet.promo ?? []).reduce((sum, lot) => sum + lot.coins, 0);
  tally.add(subject, 'wallet.paid', wallet.paid);
  tally.add(subject, 'wallet.promo', promo);
  tally.add(subject, 'wallet.owed', -wallet.owed);
}

function judgeEntry(entry: WalletEntry, findings: Findings): void {
  const currency = 'currency' in entry ? entry.currency : undefined;
  enter({ flow: entry.flow, owner: entry.userId, amounts: entry.amounts, currency }, findings);
  if (entry.flow === 'gift') {
    const subject = giftSubject({ senderId: entry.userId, giftId: entry.entryId, creatorId: entry.creatorId });
    findings.tally.add(subject, 'milli-diamonds credited', -entry.milliDiamonds);
    findings.tally.add(subject, 'coins', -(entry.amounts.paidCoins + entry.amounts.promoCoins));
  }
  if (entry.flow === 'recharge') {
    const { paidCoins, repaidCoins, bonusCoins, stripeMinor } = entry.amounts;
    const subject = rechargeSubject({ rechargeId: entry.entryId, userId: entry.userId });
    findings.tally.add(subject, 'coins', -(paidCoins + repaidCoins + bonusCoins));
    findings.tally.add(subject, `minor units of ${entry.currency}`, -stripeMinor);
  }
}

/** Enters a movement of a wallet in the books and takes it from what the wallet's balances must explain. */
function enter(movement: Movement, { tally, books }: Findings): void {
  books.enter(movement);
  const subject = walletSubject(movement.owner);
  for (const { account, amount } of changesOf(movement))
    if (isWalletAccount(account)) tally.add(subject, account, -amount);
}

function isWalletAccount(account: Account): boolean {
  return account.startsWith('wallet.');
}

function amountsOf({ unitPrice, quantity, promo }: OutboxGift) {
  const promoCoins = Object.values(promo ?? {}).reduce((sum, taken) => sum + taken, 0);
  return { paidCoins: unitPrice * quantity - promoCoins, promoCoins };
}

/** A gift that is still in the outbox and has its entry must be the same in both. */
function compareWithEntry(
  senderId: string,
  gift: OutboxGift & { giftId: string },
  { entry, findings }: { entry: GiftEntry; findings: Findings },
): void {
  const subject = giftSubject({ senderId, giftId: gift.giftId, creatorId: gift.creatorId });
  const { paidCoins, promoCoins } = amountsOf(gift);
  findings.tally.add(subject, 'outbox against entry, paid coins', paidCoins - entry.amounts.paidCoins);
  findings.tally.add(subject, 'outbox against entry, promotional coins', promoCoins - entry.amounts.promoCoins);
  findings.tally.add(subject, 'outbox against entry, milli-diamonds', gift.milliDiamonds - entry.milliDiamonds);
}
