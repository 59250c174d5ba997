import { addDays, type Day, dayOf } from '../calendar.ts';
import { parseReconciliation, type Reconciliation } from '../store/items/reconciliation.ts';
import { reconciliationKey } from '../store/keys.ts';
import { queryUpTo } from '../store/read.ts';
import type { Table } from '../store/table.ts';

/** So many days are shown at once, and looked back when nobody says from when. */
const shownDays = 31;

export type ReconciliationQuery = {
  provider: Reconciliation['provider'];
  from?: Day | undefined;
  to?: Day | undefined;
};

/** The days of a period that were compared, the latest first. */
export async function listReconciliations(
  ledger: Table,
  { provider, to: lastDay, from }: ReconciliationQuery,
  now: Date,
): Promise<Reconciliation[]> {
  const to = lastDay ?? dayOf(now);
  const { pk, sk: last } = reconciliationKey({ provider, day: to });
  const { sk: first } = reconciliationKey({ provider, day: from ?? addDays(to, 1 - shownDays) });
  if (first > last) return [];
  const query = {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: { ':pk': pk, ':first': first, ':last': last },
    ScanIndexForward: false,
    ConsistentRead: true,
  };
  return (await queryUpTo(ledger, query, shownDays)).map(parseReconciliation);
}
