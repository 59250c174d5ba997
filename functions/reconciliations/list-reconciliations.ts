import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { ListReconciliationsEnvironment } from '../../shared/reconciliations/environments.ts';
import { listReconciliations } from '../../shared/reconciliations/list-reconciliations.ts';
import { listReconciliationsRoute } from '../../shared/reconciliations/routes.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ListReconciliationsEnvironment).LEDGER_TABLE);

export const handler = endpoint(listReconciliationsRoute, async ({ query, now }) => ({
  value: { reconciliations: await listReconciliations(ledger, query, now) },
}));
