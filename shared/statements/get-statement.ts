import { addDays, type Day, dayOf } from '../calendar.ts';
import { formatDiamonds } from '../money/diamonds.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import type { Changes, Closing, Movement } from '../store/items/creator-day.ts';
import { lastClosedDay, type StatementStores } from './add-up-days.ts';
import { addChanges, type Balances, balancesOf, maturedOn } from './balances.ts';
import { bringUpToDate } from './bring-up-to-date.ts';
import { type DayMovements, readMovements, readOpening } from './read-days.ts';
import type { MonthlyStatementAnswer, StatementTotal } from './schemas.ts';

/** What a line of a statement says: all of one kind of movement on one day. `matured` has neither entries nor cash. */
type Line = Omit<Movement, 'flow' | 'count'> & { day: Day; type: Movement['flow'] | 'matured'; count?: number };

/**
 * A month's statement: what there was, all that moved, and what there is. It covers the closed days of the month, and is
 * `final` once these are all.
 * @throws Error when the lines do not lead from the opening balances to the closing ones; no such statement goes out.
 */
export async function getStatement(
  stores: StatementStores,
  { creatorId, month, now }: { creatorId: string; month: string; now: Date },
): Promise<MonthlyStatementAnswer | Refusal> {
  const [from, to] = [`${month}-01`, lastDayOf(month)];
  if (!hasBegun(from, now)) return notBegun(month);
  const ready = await bringUpToDate(stores, { creatorId, to, now });
  if (isRefusal(ready)) return ready;
  const { through } = ready;
  const opening = await readOpening(stores.ledger, { creatorId, from });
  const days = through < from ? [] : await readMovements(stores.ledger, { creatorId, from, to: through });
  const { lines, closing } = linesOf(opening, days, { from, through });
  assertAddsUp({ opening, lines, closing }, `${creatorId} in ${month}`);
  return {
    creatorId,
    month,
    state: through === to ? 'final' : 'open',
    ...(through >= from && { through }),
    opening: present(balancesOf(opening)),
    closing: present(balancesOf(closing)),
    totals: totalsOf(lines).map(presentLine),
    lines: lines.map((line) => ({ day: line.day, ...presentLine(line) })),
  };
}

/** Whether the day before is closed, so that what there was at the beginning is known. */
export function hasBegun(from: Day, now: Date): boolean {
  return from <= addDays(lastClosedDay(now), 1);
}

export function notBegun(period: string): Refusal {
  return refuse('malformed_request', `${period} has not begun, or did less than an hour ago (UTC).`);
}

function lastDayOf(month: string): Day {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return dayOf(new Date(Date.UTC(year, number, 0)));
}

/** Day by day: first what matures at its beginning, then its movements. */
function linesOf(
  opening: Closing,
  days: DayMovements[],
  { from, through }: { from: Day; through: Day },
): { lines: Line[]; closing: Closing } {
  const byDay = new Map(days.map((day) => [day.day, day]));
  const lines: Line[] = [];
  let balances = opening;
  for (let day = from; day <= through; day = addDays(day, 1)) {
    const matured = balances.maturing[day] ?? 0;
    if (matured !== 0) {
      const changes = { available: matured, maturing: -matured, held: 0, paidOut: 0, owed: 0 };
      lines.push({ day, type: 'matured', changes });
    }
    const { movements = [], closing = maturedOn(balances, day) } = byDay.get(day) ?? {};
    for (const { flow, ...movement } of movements) lines.push({ day, type: flow, ...movement });
    balances = closing;
  }
  return { lines, closing: balances };
}

function assertAddsUp({ opening, lines, closing }: { opening: Closing; lines: Line[]; closing: Closing }, of: string) {
  const reached = lines.reduce<Balances>((sum, { changes }) => addChanges(sum, changes), balancesOf(opening));
  const wanted = balancesOf(closing);
  for (const name of Object.keys(wanted) as (keyof Balances)[])
    if (reached[name] !== wanted[name])
      throw new Error(`The statement of ${of} does not add up: ${name} ${reached[name]} instead of ${wanted[name]}.`);
}

function totalsOf(lines: Line[]): Line[] {
  const totals = new Map<string, Line>();
  for (const line of lines) {
    const name = `${line.type} ${line.currency ?? ''}`;
    const known = totals.get(name);
    totals.set(name, known ? addLines(known, line) : line);
  }
  return [...totals.values()];
}

function addLines(a: Line, b: Line): Line {
  const sum = (name: 'count' | 'netMinor' | 'feeMinor') =>
    a[name] === undefined ? {} : { [name]: a[name] + (b[name] ?? 0) };
  return { ...a, changes: addChanges(a.changes, b.changes), ...sum('count'), ...sum('netMinor'), ...sum('feeMinor') };
}

function presentLine({ type, count, changes, currency, netMinor, feeMinor }: Line): StatementTotal {
  return {
    type,
    ...(count !== undefined && { count }),
    changes: present(changes),
    ...(currency !== undefined && netMinor !== undefined && { net: { amount: netMinor, currency } }),
    ...(currency !== undefined && feeMinor !== undefined && { fee: { amount: feeMinor, currency } }),
  };
}

function present({ available, maturing, held, paidOut, owed }: Changes) {
  return {
    available: formatDiamonds(available),
    maturing: formatDiamonds(maturing),
    held: formatDiamonds(held),
    paidOut: formatDiamonds(paidOut),
    owed: formatDiamonds(owed),
  };
}
