import { count, logger } from '../observability.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { isTransient, untilUnchanged } from '../store/contention.ts';
import { dueKeys } from '../store/due.ts';
import { parseReservation } from '../store/items/reservation.ts';
import type { Key } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { endReservation } from './end-reservation.ts';
import { giveBack } from './settle-order.ts';

export type SweepReservationsReport = { lapsed: number; changed: number; failed: number; complete: boolean };

const reservationsAtOnce = 10;

/** Two reads and a transaction, with its repetitions. */
const reserveMilliseconds = 10_000;

/** Ends whatever was set aside and whose time is over: goods that nobody confirmed, promotions that nobody ended. */
export async function sweepReservations(
  ledger: Table,
  { now, remainingMilliseconds }: JobRun,
): Promise<SweepReservationsReport> {
  const report: SweepReservationsReport = { lapsed: 0, changed: 0, failed: 0, complete: false };
  for await (const keys of dueKeys(ledger, { kind: 'reservation', now, atOnce: reservationsAtOnce })) {
    if (remainingMilliseconds() < reserveMilliseconds) return report;
    for (const outcome of await Promise.all(keys.map((key) => lapseAlone(ledger, key, now)))) report[outcome] += 1;
  }
  return { ...report, complete: true };
}

/** One that fails stays due for the next run and holds up no other. */
async function lapseAlone(ledger: Table, key: Key, now: Date): Promise<'lapsed' | 'changed' | 'failed'> {
  try {
    return await untilUnchanged(`The reservation ${key.pk} ${key.sk}`, async () => {
      const item = await readItem(ledger, key);
      const reservation = item && parseReservation(item);
      if (reservation?.dueAt === undefined || reservation.dueAt > now.toISOString()) return 'changed';
      const ended =
        reservation.purpose === 'goods'
          ? await giveBack(ledger, { order: reservation, state: 'lapsed', now })
          : await endReservation(ledger, { reservation, state: 'lapsed', now });
      return typeof ended === 'symbol' ? ended : 'lapsed';
    });
  } catch (error) {
    const about = { key: `${key.pk} ${key.sk}`, error: error as Error };
    // What AWS could not do now is done by the next run; anything else needs a person.
    if (isTransient(error)) logger.warn('end of a reservation interrupted', about);
    else {
      count('ReservationsStuck');
      logger.error('end of a reservation failed', about);
    }
    return 'failed';
  }
}
