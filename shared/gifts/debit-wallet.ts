import type { SpendingRules } from '../catalog/spending-rules.ts';
import { shortId } from '../identifiers.ts';
import { storedOutboxGift } from '../store/items/wallet.ts';
import { limitNames } from '../store/items/wallet-rules.ts';
import { walletKey } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { type Updated, updateIf } from '../store/write.ts';
import { spentCounters } from '../users/balances.ts';
import type { DecidedGift } from './decide-gift.ts';
import type { Quote, SendGift } from './quote-gift.ts';

/**
 * So many gifts may wait in one outbox. There are a handful when all is well; when crediting stands still for hours, the
 * wallet must stay far below DynamoDB's 400 kB, or it could be neither frozen nor recharged.
 */
export const mostWaiting = 250;

export type Debit = { command: SendGift; quote: Quote; spending: SpendingRules; now: Date };

/** Whether the gift alone is more than the platform lets an ordinary wallet spend; the fast path cannot tell. */
export function isAboveCaps({ quote, spending }: Debit): boolean {
  return limitNames.some((name) => quote.price > (spending.default[name] ?? quote.price));
}

/**
 * The whole gift of an ordinary wallet: one conditional update, one write unit while the wallet stays below 1 kB.
 * It can succeed only once for a key: a key that was debited is in the outbox, or at most `prunedThrough`. The platform's caps
 * are part of the condition, for gifts that are not above them alone.
 */
export function debitOrdinaryWallet(ledger: Table, debit: Debit): Promise<Updated> {
  const { command, quote } = debit;
  const region = conditionsOnRegion(quote);
  const caps = capsLeft(debit);
  return updateIf(ledger, {
    Key: walletKey(command.senderId),
    ConditionExpression: [ordinary, ...caps.conditions, ...region.conditions].join(' AND '),
    UpdateExpression: `SET paid = paid - :price, ${commonSets}`,
    ExpressionAttributeNames: {
      ...namesOf(debit),
      '#status': 'status',
      ...(region.conditions.length > 0 && { '#region': 'region' }),
    },
    ExpressionAttributeValues: {
      ...valuesOf(debit, { milliDiamonds: quote.milliDiamonds, promo: {} }),
      ':active': 'active',
      ':most': mostWaiting,
      ':key': command.giftId,
      ...region.values,
      ...caps.values,
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
  debit: Debit & { version: number; decided: DecidedGift },
): Promise<Updated> {
  const { command, version } = debit;
  const { spending, worth } = debit.decided;
  const { lotsLeft, rulesLeft, guardsLeft } = spending;
  const left = { promo: lotsLeft.length > 0 ? lotsLeft : undefined, specialRules: rulesLeft, guards: guardsLeft };
  const names = Object.keys(left) as (keyof typeof left)[];
  const present = names.filter((name) => left[name] !== undefined);
  const sets = present.map((name) => `${name} = :${name}`);
  const removes = [
    ...names.filter((name) => left[name] === undefined),
    // Without lots nothing can expire; while there are any, the index is left alone.
    ...(lotsLeft.length > 0 ? [] : ['dueBucket', 'dueAt']),
  ];
  return updateIf(ledger, {
    Key: walletKey(command.senderId),
    ConditionExpression: 'version = :version',
    UpdateExpression:
      `SET ${['paid = paid - :paidCoins', ...sets, commonSets].join(', ')}` +
      (removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : ''),
    ExpressionAttributeNames: namesOf(debit),
    ExpressionAttributeValues: {
      ...valuesOf(debit, { ...worth, promo: spending.promo }),
      ':paidCoins': spending.paidCoins,
      ':version': version,
      ...Object.fromEntries(present.map((name) => [`:${name}`, left[name]])),
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

/** What may have been spent of each of the platform's caps so far, for the price to find room. */
function capsLeft({ quote, spending }: Debit): { conditions: string[]; values: Record<string, number> } {
  const capped = (['day', 'week', 'month'] as const).flatMap((name) => {
    const cap = spending.default[name];
    return cap === undefined ? [] : [{ name, room: cap - quote.price }];
  });
  return {
    conditions: capped.map(({ name }) => `(attribute_not_exists(spent.#${name}) OR spent.#${name} <= :${name}Room)`),
    values: Object.fromEntries(capped.map(({ name, room }) => [`:${name}Room`, room])),
  };
}

function namesOf({ command, now }: Debit): Record<string, string> {
  const { day, week, month } = spentCounters(now);
  return { '#key': command.giftId, '#day': day, '#week': week, '#month': month };
}

type PaidHow = DecidedGift['worth'] & { promo: Record<string, number> };

function valuesOf({ command, quote, now }: Debit, { promo, ...worth }: PaidHow): Record<string, unknown> {
  const { creatorId, gift, quantity, unitPrice, context, comboId } = command;
  const outboxGift = storedOutboxGift({
    creatorId,
    gift,
    quantity,
    unitPrice,
    context,
    sentAt: now.getTime(),
    versions: quote.versions,
    ...(comboId !== undefined && { combo: shortId(comboId) }),
    ...worth,
    ...(Object.keys(promo).length > 0 && { promo }),
  });
  return { ':gift': outboxGift, ':price': quote.price, ':zero': 0, ':one': 1 };
}
