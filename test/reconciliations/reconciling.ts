import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { addDays, dayOf } from '../../shared/calendar.ts';
import { listReconciliations } from '../../shared/reconciliations/list-reconciliations.ts';
import type { ProviderList } from '../../shared/reconciliations/provider-list.ts';
import { type ReconcileReport, reconcile } from '../../shared/reconciliations/reconcile.ts';
import type { Recharge } from '../../shared/store/items/recharge.ts';
import type { Difference, Outcome } from '../../shared/store/items/reconciliation.ts';
import { rechargeKey } from '../../shared/store/keys.ts';
import type { Item, Table } from '../../shared/store/table.ts';
import { updateIf } from '../../shared/store/write.ts';
import type { Shop } from '../recharges/shop.ts';

type Stores = Pick<Shop, 'ledger' | 'catalog'>;
type Options = { remainingMilliseconds?: () => number; goOn?: boolean };

/** Compares today, and the days on which all that is paid today must have been listed, as a run some days later does. */
export function compare(
  { ledger, catalog }: Stores,
  list: ProviderList,
  { remainingMilliseconds = () => 600_000, goOn = false }: Options = {},
): Promise<ReconcileReport> {
  const today = dayOf(startedAt);
  const now = new Date(`${addDays(today, 4)}T12:00:00Z`);
  return reconcile({ ledger, catalog }, list, { now, remainingMilliseconds, ...(!goOn && { from: today }) });
}

/** Fixed, so that a test that runs over midnight still compares from the day on which it began. */
const startedAt = new Date();

export type Compared = { totals: Record<string, number>; differences: Difference[]; lines: number; count: number };

/** What the reports of the days say together: how often each outcome was found, and what differs. */
export async function comparedWith({ ledger }: Pick<Stores, 'ledger'>, { provider }: ProviderList): Promise<Compared> {
  const to = addDays(dayOf(startedAt), 4);
  const reports = await listReconciliations(ledger, { provider, to }, startedAt);
  const totals: Record<string, number> = {};
  for (const { movement, outcome, count } of reports.flatMap((report) => report.totals)) {
    const name = `${movement} ${outcome satisfies Outcome}`;
    totals[name] = (totals[name] ?? 0) + count;
  }
  return {
    totals,
    differences: reports.flatMap(({ differences }) => differences),
    lines: reports.reduce((sum, { lines }) => sum + lines, 0),
    count: reports.reduce((sum, { differenceCount }) => sum + differenceCount, 0),
  };
}

/** What is told day after day, once each. */
export function distinct(differences: Difference[]): Difference[] {
  return [...new Map(differences.map((difference) => [JSON.stringify(difference), difference])).values()];
}

/** All that the ledger holds beside how far the reconciliation is and what it reports. */
export async function booksOf({ ledger }: Pick<Stores, 'ledger'>): Promise<Item[]> {
  const items: Item[] = [];
  let from: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await ledger.client.send(
      new ScanCommand({ TableName: ledger.name, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
    );
    items.push(...Items);
    from = LastEvaluatedKey;
  } while (from);
  return items
    .filter(({ pk }) => !/^(PROGRESS|RECONCILIATION)#/.test(String(pk)))
    .toSorted((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1));
}

/** Somebody changes an order behind the ledger's back. */
export async function meddleWith(ledger: Table, rechargeId: string, change: Partial<Recharge>): Promise<void> {
  const names = Object.keys(change);
  await updateIf(ledger, {
    Key: rechargeKey(rechargeId),
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(Object.entries(change).map(([name, value]) => [`:${name}`, value])),
  });
}
