import { momentOfId } from '../../identifiers.ts';
import { type OutboxGift, parseWallet, type Wallet } from '../../store/items/wallet.ts';
import {
  type ClaimEntry,
  type GiftEntry,
  parseWalletEntry,
  type RechargeEntry,
  type WalletEntry,
} from '../../store/items/wallet-entry.ts';
import { entryKeyPrefix, headKey } from '../../store/keys.ts';
import type { Item } from '../../store/table.ts';
import type { Account } from '../accounts.ts';
import { changesOf, type Movement } from '../postings.ts';
import { judgeRedemption } from './judge-code.ts';
import { type Findings, isSettled } from './judge-partition.ts';
import { judgeAdCounts, judgeReward } from './judge-reward.ts';
import { judgeGot, judgeShopping } from './judge-shopping.ts';
import { readable } from './readable.ts';
import { creditedIn, giftSubject, rechargeSubject, walletSubject } from './subjects.ts';
import type { Subject, Tally } from './tally.ts';

/** A wallet's balances are the fold of its entries and of the gifts in its outbox that have no entry yet. */
export function judgeWallet(items: Item[], findings: Findings): void {
  const { tally } = findings;
  const entries = items
    .filter(({ sk }) => String(sk).startsWith(entryKeyPrefix))
    .flatMap((item) => readable(item, parseWalletEntry, tally));
  for (const entry of entries) judgeEntry(entry, findings);
  judgeShopping({ items, entries }, findings, (movement) => enter(movement, findings));
  judgeAdCounts({ items, entries }, tally);
  const head = items.find(({ sk }) => sk === headKey);
  for (const wallet of head ? readable(head, parseWallet, tally) : []) {
    judgeHead(wallet, findings);
    judgeOutbox(wallet, entries, findings);
  }
}

function judgeOutbox(wallet: Wallet, entries: WalletEntry[], findings: Findings): void {
  const gifts = new Map(entries.flatMap((entry) => (entry.flow === 'gift' ? [[entry.entryId, entry] as const] : [])));
  for (const [giftId, gift] of Object.entries(wallet.outbox)) {
    const entry = gifts.get(giftId);
    if (entry) compareWithEntry(gift, entry, findings.tally);
    else enter({ flow: 'gift', owner: wallet.userId, amounts: amountsOf(gift) }, findings);
  }
}

function judgeHead(wallet: Wallet, { tally }: Findings): void {
  const subject = walletSubject(wallet.userId);
  const promo = (wallet.promo ?? []).reduce((sum, lot) => sum + lot.coins, 0);
  tally.add(subject, 'wallet.paid', wallet.paid);
  tally.add(subject, 'wallet.promo', promo);
  tally.add(subject, 'wallet.owed', -wallet.owed);
  tally.add(subject, 'wallet.frozen', wallet.frozen ?? 0);
}

function judgeEntry(entry: WalletEntry, findings: Findings): void {
  const currency = 'currency' in entry ? entry.currency : undefined;
  enter({ flow: entry.flow, owner: entry.userId, amounts: entry.amounts, currency }, findings);
  if (entry.flow === 'gift' && isSettled(findings, momentOfId(entry.creditId))) judgeGift(entry, findings.tally);
  if (entry.flow === 'recharge' && isSettled(findings, entry.at)) judgeRechargeEntry(entry, findings.tally);
  judgeGot(entry, findings.tally);
  if (entry.flow === 'redemption') judgeRedemption(entry, findings);
  if (entry.flow === 'reward') judgeReward(entry, findings);
  if ('rechargeId' in entry && isSettled(findings, entry.at)) judgeClaimEntry(entry, findings.tally);
}

function judgeGift(entry: GiftEntry, tally: Tally): void {
  const subject = subjectOf(entry);
  tally.add(subject, creditedIn(entry), -entry.milliDiamonds);
  tally.add(subject, 'coins', -(entry.amounts.paidCoins + entry.amounts.promoCoins));
}

function subjectOf({ userId, entryId, creatorId, shard, creditId }: GiftEntry): Subject {
  return giftSubject({ senderId: userId, giftId: entryId, credit: { creatorId, shard, creditId } });
}

function judgeRechargeEntry({ entryId, userId, amounts, currency }: RechargeEntry, tally: Tally): void {
  const { paidCoins, repaidCoins, bonusCoins } = amounts;
  const subject = rechargeSubject({ rechargeId: entryId, userId });
  tally.add(subject, `coins for ${userId}`, -(paidCoins + repaidCoins + bonusCoins));
  tally.add(subject, `minor units of ${currency}`, -cashIn(amounts));
}

/** What claims took from an order, or gave back to it. */
function judgeClaimEntry(entry: ClaimEntry, tally: Tally): void {
  const { rechargeId, userId, flow, amounts } = entry;
  const subject = rechargeSubject({ rechargeId, userId });
  const { paidCoins = 0, promoCoins = 0 } = amounts;
  const moved = paidCoins + promoCoins;
  if (flow === 'freeze' || flow === 'thaw') {
    tally.add(subject, 'frozen coins', flow === 'freeze' ? -moved : moved);
    return;
  }
  const { owedCoins = 0, owedPromoCoins = 0 } = amounts;
  const frozen = flow === 'take_back' ? (amounts.frozenCoins ?? 0) + (amounts.frozenPromoCoins ?? 0) : 0;
  const sign = flow === 'take_back' ? 1 : -1;
  tally.add(subject, 'frozen coins', frozen);
  tally.add(subject, `coins for ${userId}`, sign * (moved + owedCoins + owedPromoCoins + frozen));
  tally.add(subject, `minor units of ${entry.currency}`, sign * cashIn(amounts));
}

function cashIn(amounts: RechargeEntry['amounts'] | ClaimEntry['amounts']): number {
  return Object.entries(amounts)
    .filter(([name]) => name.endsWith('Minor'))
    .reduce((sum, [, amount = 0]) => sum + amount, 0);
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
function compareWithEntry(gift: OutboxGift, entry: GiftEntry, tally: Tally): void {
  const subject = subjectOf(entry);
  const { paidCoins, promoCoins } = amountsOf(gift);
  tally.add(subject, 'outbox against entry, paid coins', paidCoins - entry.amounts.paidCoins);
  tally.add(subject, 'outbox against entry, promotional coins', promoCoins - entry.amounts.promoCoins);
  tally.add(subject, 'outbox against entry, milli-diamonds', gift.milliDiamonds - entry.milliDiamonds);
  const [inOutbox = 0, inEntry = 0] = [gift.promoMilliDiamonds, entry.promoMilliDiamonds];
  tally.add(subject, 'outbox against entry, milli-diamonds of promotional coins', inOutbox - inEntry);
  const same = gift.creatorId === entry.creatorId && gift.gift === entry.gift && gift.quantity === entry.quantity;
  tally.add(subject, 'outbox against entry, creator and kind', same ? 0 : 1);
}
