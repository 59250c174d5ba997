import { type Page, pageOf } from '../http/page.ts';
import type { Refusal } from '../refusals.ts';
import type { OutboxGift } from '../store/items/wallet.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { type ClaimEntry, parseWalletEntry, type RewardEntry, type WalletEntry } from '../store/items/wallet-entry.ts';
import { entryKeyPrefix, walletKey } from '../store/keys.ts';
import { queryUpTo, readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { describeShopping } from './describe-shopping.ts';
import { userNotFound } from './get-wallet.ts';
import type { StatementLine } from './schemas.ts';

/**
 * The statement, newest first. Gifts still in the outbox are part of it: the wallet is read first, so a gift that is
 * credited and pruned meanwhile shows up as an entry, and one that is in both shows up once.
 */
export async function listWalletEntries(
  { ledger }: { ledger: Table },
  { userId, page }: { userId: string; page: Page },
): Promise<{ entries: StatementLine[]; nextCursor?: string } | Refusal> {
  const item = await readItem(ledger, walletKey(userId));
  if (!item) return userNotFound(userId);
  const entries = await readEntries(ledger, userId, page);
  const lines = entries.map(describeEntry);
  const known = new Set(lines.map(positionOf));
  const waiting = waitingGifts(parseWallet(item), page).filter((line) => !known.has(positionOf(line)));
  const newestFirst = [...waiting, ...lines].toSorted((a, b) => (positionOf(a) < positionOf(b) ? 1 : -1));
  const { lines: shown, nextCursor } = pageOf(newestFirst, page, positionOf);
  return { entries: shown, ...(nextCursor !== undefined && { nextCursor }) };
}

async function readEntries(ledger: Table, userId: string, page: Page): Promise<WalletEntry[]> {
  const upTo = `${entryKeyPrefix}${page.before ?? '~'}`;
  const query = {
    KeyConditionExpression: 'pk = :wallet AND sk BETWEEN :first AND :upTo',
    ExpressionAttributeValues: { ':wallet': walletKey(userId).pk, ':first': entryKeyPrefix, ':upTo': upTo },
    ScanIndexForward: false,
    ConsistentRead: true,
  };
  // The bound itself comes back too, as it ended the page before; and one more tells whether a page follows.
  const items = await queryUpTo(ledger, query, page.limit + 2);
  return items.map(parseWalletEntry).filter(({ entryId, flow }) => `${entryId}#${flow}` !== page.before);
}

/** Where a line stands in the statement: its id, and its type for ids that the app used twice. */
function positionOf({ entryId, type }: StatementLine): string {
  return `${entryId}#${type}`;
}

function waitingGifts(wallet: Wallet, page: Page): StatementLine[] {
  return Object.entries(wallet.outbox)
    .map(([entryId, gift]) =>
      describeGift({ ...gift, entryId, at: new Date(gift.sentAt).toISOString(), state: 'sent' }),
    )
    .filter((line) => page.before === undefined || positionOf(line) < page.before);
}

function describeEntry(entry: WalletEntry): StatementLine {
  switch (entry.flow) {
    case 'gift':
      return describeGift({ ...entry, state: 'credited' });
    case 'recharge': {
      const { paidCoins, bonusCoins, repaidCoins } = entry.amounts;
      const line = { entryId: entry.entryId, type: 'recharge' as const, coins: paidCoins + bonusCoins, at: entry.at };
      return repaidCoins > 0 ? { ...line, repaidCoins } : line;
    }
    case 'freeze':
    case 'thaw':
    case 'take_back':
    case 'give_back':
      return describeClaim(entry);
    case 'expiry':
      return { entryId: entry.entryId, type: 'expiry', coins: -entry.amounts.promoCoins, at: entry.at };
    case 'forfeit': {
      const { paidCoins, promoCoins } = entry.amounts;
      return { entryId: entry.entryId, type: 'forfeit', coins: -(paidCoins + promoCoins), at: entry.at };
    }
    case 'purchase':
    case 'reserve':
    case 'release':
    case 'redemption':
      return describeShopping(entry);
    case 'reward':
      return describeReward(entry);
    case 'grant':
      return { entryId: entry.entryId, type: 'grant', coins: entry.amounts.promoCoins, at: entry.at };
  }
}

function describeReward({ entryId, at, amounts, source }: RewardEntry): StatementLine {
  const line = { entryId, type: 'reward' as const, coins: amounts.promoCoins, at };
  return source.type === 'ad' ? { ...line, placement: source.placement } : { ...line, challengeId: source.challengeId };
}

/** `coins` is by how much the coins that can be spent changed. */
function describeClaim({ entryId, flow, at, rechargeId, amounts }: ClaimEntry): StatementLine {
  const { paidCoins = 0, promoCoins = 0 } = amounts;
  const isLoss = flow === 'freeze' || flow === 'take_back';
  const coins = isLoss ? -(paidCoins + promoCoins) : paidCoins + promoCoins;
  const owed = 'owedCoins' in amounts || 'owedPromoCoins' in amounts ? owedIn(amounts) : 0;
  const line = { entryId, type: flow, coins, at, rechargeId };
  return owed > 0 ? { ...line, owedCoins: flow === 'take_back' ? owed : -owed } : line;
}

function owedIn({
  owedCoins = 0,
  owedPromoCoins = 0,
}: {
  owedCoins?: number | undefined;
  owedPromoCoins?: number | undefined;
}): number {
  return owedCoins + owedPromoCoins;
}

type GiftLine = Pick<OutboxGift, 'creatorId' | 'gift' | 'quantity' | 'unitPrice' | 'context'> & {
  entryId: string;
  at: string;
  state: 'sent' | 'credited';
};

function describeGift({ entryId, at, state, creatorId, gift, quantity, unitPrice, context }: GiftLine): StatementLine {
  return {
    entryId,
    type: 'gift',
    coins: -(unitPrice * quantity),
    at,
    gift: { creatorId, gift, quantity, context, state },
  };
}
