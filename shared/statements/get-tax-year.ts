import type { Currency } from '../money/currency.ts';
import { isRefusal, type Refusal } from '../refusals.ts';
import type { Movement } from '../store/items/creator-day.ts';
import type { StatementStores } from './add-up-days.ts';
import { bringUpToDate } from './bring-up-to-date.ts';
import { hasBegun, notBegun } from './get-statement.ts';
import { readMovements } from './read-days.ts';
import type { TaxYearAnswer } from './schemas.ts';

/** What a creator was paid in a year, by the day on which the provider said that it had paid or that it came back. */
export async function getTaxYear(
  stores: StatementStores,
  { creatorId, year, now }: { creatorId: string; year: string; now: Date },
): Promise<TaxYearAnswer | Refusal> {
  const [from, to] = [`${year}-01-01`, `${year}-12-31`];
  if (!hasBegun(from, now)) return notBegun(year);
  const ready = await bringUpToDate(stores, { creatorId, to, now });
  if (isRefusal(ready)) return ready;
  const { through } = ready;
  const days = through < from ? [] : await readMovements(stores.ledger, { creatorId, from, to: through });
  const movements = days.flatMap((day) => day.movements);
  const currencies = new Set(movements.flatMap(({ currency }) => currency ?? []));
  return {
    creatorId,
    year,
    state: through === to ? 'final' : 'open',
    ...(through >= from && { through }),
    totals: [...currencies].toSorted().map((currency) => ({
      currency,
      paid: totalOf(movements, 'payout_paid', currency),
      returned: totalOf(movements, 'payout_returned', currency),
    })),
  };
}

function totalOf(movements: Movement[], flow: Movement['flow'], currency: Currency) {
  const total = { count: 0, gross: 0, fee: 0, net: 0 };
  for (const { count, netMinor = 0, feeMinor = 0 } of movements.filter(
    (movement) => movement.flow === flow && movement.currency === currency,
  )) {
    total.count += count;
    total.gross += netMinor + feeMinor;
    total.fee += feeMinor;
    total.net += netMinor;
  }
  return total;
}
