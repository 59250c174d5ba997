import { storedOutboxGift } from '../store/items/wallet.ts';
import { walletKey } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { type Updated, updateIf } from '../store/write.ts';
import { spentCounters } from '../users/balances.ts';
import type { Spending } from '../users/decide-spending.ts';
import type { Quote, SendGift } from './quote-gift.ts';

/**
 * So many gifts may wait in one outbox. There are a handful when all is well; when crediting stands still for hours, the
 * wallet must stay far below DynamoDB's 400 kB, or it could be neither frozen nor recharged.
 */
export const mostWaiting = 250;

type Debit = { command: SendGift; quote: Quote; now: Date };

/**
 * The whole gift of an ordinary wallet: one conditional update, one write unit while the wallet stays below 1 kB.
 * It can succeed only once for a key: a key that was debited is in the outbox, or at most `prunedThrough`.
 */
export function debitOrdinaryWallet(ledger: Table, debit: Debit): Promise<Updated> {
  const { command, quote } = debit;
  const { conditions, values } = conditionsOnRegion(quote);
  return updateIf(ledger, {
    Key: walletKey(command.senderId),
    ConditionExpression: [ordinary, ...conditions].join(' AND '),
    UpdateExpression: `SET paid = paid - :price, ${commonSets}`,
    ExpressionAttributeNames: {
      ...namesOf(debit),
      '#status': 'status',
      ...(conditions.length > 0 && { '#region': 'region' }),
    },
    ExpressionAttributeValues: {
      ...valuesOf(debit, undefined),
      ':active': 'active',
      ':most': mostWaiting,
      ':key': command.giftId,
      ...values,
    },
  });
}

/** Where the gift may be sent from, and where gifts are switched on; ordinarily everywhere, and there is nothing to compare. */
function conditionsOnRegion({ regions, switchedOn }: Quote): { conditions: string[]; values: Record<string, string> } {
  const tests: { name: string; listed: string[]; isIn: boolean }[] = [];
  if (regions) tests.push({ name: 'region', listed: regions, isIn: true });
  if ('only' in switchedOn) tests.push({ name: 'on', listed: switchedOn.only, isIn: true });
  else if (switchedOn.except.length > 0) tests.push({ name: 'off', listed: switchedOn.except, isIn: false });
  const values: Record<string, string> = {};
  const conditions = tests.map(({ name, listed, isIn }) => {
    // A list has one value at least, and there is no region without a name.
    const named = (listed.length > 0 ? listed : ['']).map((region, i) => [`:${name}${i}`, region] as const);
    Object.assign(values, Object.fromEntries(named));
    return `${isIn ? '' : 'NOT '}#region IN (${named.map(([placeholder]) => placeholder).join(', ')})`;
  });
  return { conditions, values };
}

/**
 * The same for a wallet that was read and decided on: it holds only while the wallet is at the version it was decided
 * from, which also proves that the key, looked for after that version was read, has not been debited since.
 */
export function debitDecidedWallet(
  ledger: Table,
  debit: Debit & { version: number; spending: Spending },
): Promise<Updated> {
  const { command, spending, version } = debit;
  const { lotsLeft, guardsLeft } = spending;
  const sets = [...(lotsLeft.length > 0 ? ['promo = :promo'] : []), ...(guardsLeft ? ['guards = :guards'] : [])];
  const removes = [...(lotsLeft.length > 0 ? [] : ['promo']), ...(guardsLeft ? [] : ['guards'])];
  return updateIf(ledger, {
    Key: walletKey(command.senderId),
    ConditionExpression: 'version = :version',
    UpdateExpression:
      `SET ${['paid = paid - :paidCoins', ...sets, commonSets].join(', ')}` +
      (removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : ''),
    ExpressionAttributeNames: namesOf(debit),
    ExpressionAttributeValues: {
      ...valuesOf(debit, spending.promo),
      ':paidCoins': spending.paidCoins,
      ':version': version,
      ...(lotsLeft.length > 0 && { ':promo': lotsLeft }),
      ...(guardsLeft && { ':guards': guardsLeft }),
    },
  });
}

const ordinary = [
  '#status = :active',
  'paid >= :price',
  'attribute_not_exists(guards)',
  'prunedThrough < :key',
  'attribute_not_exists(outbox.#key)',
  'size(outbox) < :most',
].join(' AND ');

const commonSets = [
  'outbox.#key = :gift',
  'spent.#day = if_not_exists(spent.#day, :zero) + :price',
  'spent.#week = if_not_exists(spent.#week, :zero) + :price',
  'spent.#month = if_not_exists(spent.#month, :zero) + :price',
  'version = version + :one',
].join(', ');

function namesOf({ command, now }: Debit): Record<string, string> {
  const { day, week, month } = spentCounters(now);
  return { '#key': command.giftId, '#day': day, '#week': week, '#month': month };
}

function valuesOf({ command, quote, now }: Debit, promo: Record<string, number> | undefined): Record<string, unknown> {
  const { creatorId, gift, quantity, unitPrice, context } = command;
  const outboxGift = storedOutboxGift({
    creatorId,
    gift,
    quantity,
    unitPrice,
    context,
    sentAt: now.getTime(),
    milliDiamonds: quote.milliDiamonds,
    versions: quote.versions,
    ...(promo && Object.keys(promo).length > 0 && { promo }),
  });
  return { ':gift': outboxGift, ':price': quote.price, ':zero': 0, ':one': 1 };
}
