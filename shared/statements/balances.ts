import type { Day } from '../calendar.ts';
import { changesOf } from '../ledger/postings.ts';
import type { CreatorEntry } from '../store/items/creator.ts';
import type { Changes, Closing, Movement } from '../store/items/creator-day.ts';

export const nothing: Closing = { available: 0, held: 0, paidOut: 0, owed: 0, maturing: {} };

/** Balances as they are told: what matures in one sum. `available` is before what is owed. */
export type Balances = Changes;

export function balancesOf({ maturing, ...others }: Closing): Balances {
  return { ...others, maturing: Object.values(maturing).reduce((sum, amount) => sum + amount, 0) };
}

/** What one entry moved, by the flows of the ledger; the entry itself says what of it matures when. */
export function movementOf(entry: CreatorEntry): Movement {
  const { flow, amounts, creatorId } = entry;
  const currency = 'currency' in entry ? entry.currency : undefined;
  const changes: Changes = { available: 0, maturing: 0, held: 0, paidOut: 0, owed: 0 };
  for (const { account, amount } of changesOf({ flow, amounts, owner: creatorId, currency })) {
    if (account === 'creator.earned') changes.available += amount;
    if (account === 'creator.held') changes.held += amount;
    if (account === 'creator.paid_out') changes.paidOut += amount;
    // What is owed is a balance below zero in the chart of accounts.
    if (account === 'creator.owed') changes.owed -= amount;
  }
  changes.maturing = Object.values(maturingChanges(entry)).reduce((sum, amount) => sum + amount, 0);
  changes.available -= changes.maturing;
  return {
    flow,
    ...(currency !== undefined && { currency }),
    count: 1,
    changes,
    ...('netMinor' in amounts && { netMinor: amounts.netMinor, feeMinor: amounts.feeMinor }),
  };
}

/** Signed, by the day from which on it is available. */
function maturingChanges(entry: CreatorEntry): Record<Day, number> {
  const { maturing = {} } = 'maturing' in entry ? entry : {};
  const sign = entry.flow === 'reversal' ? -1 : 1;
  return Object.fromEntries(Object.entries(maturing).map(([day, amount]) => [day, sign * amount]));
}

/** The balances after an entry, which moved this. */
export function afterEntry(closing: Closing, entry: CreatorEntry, { changes }: Movement): Closing {
  const maturing = { ...closing.maturing };
  for (const [day, amount] of Object.entries(maturingChanges(entry))) maturing[day] = (maturing[day] ?? 0) + amount;
  return {
    available: closing.available + changes.available,
    held: closing.held + changes.held,
    paidOut: closing.paidOut + changes.paidOut,
    owed: closing.owed + changes.owed,
    maturing,
  };
}

/** The balances once all that is available from `day` on, or was earlier, has become so. */
export function maturedOn(closing: Closing, day: Day): Closing {
  const days = Object.entries(closing.maturing);
  const matured = days.filter(([availableOn]) => availableOn <= day).reduce((sum, [, amount]) => sum + amount, 0);
  const maturing = Object.fromEntries(days.filter(([availableOn, amount]) => availableOn > day && amount !== 0));
  return { ...closing, available: closing.available + matured, maturing };
}

export function addChanges(a: Changes, b: Changes): Changes {
  return {
    available: a.available + b.available,
    maturing: a.maturing + b.maturing,
    held: a.held + b.held,
    paidOut: a.paidOut + b.paidOut,
    owed: a.owed + b.owed,
  };
}
