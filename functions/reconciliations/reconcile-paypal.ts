import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { connectPayPalOrders } from '../../shared/recharges/paypal-connection.ts';
import { ReconcilePayPalEnvironment } from '../../shared/reconciliations/environments.ts';
import { payPalList } from '../../shared/reconciliations/paypal-list.ts';
import { readReconcileRequest, reconcile } from '../../shared/reconciliations/reconcile.ts';
import { connectTable } from '../../shared/store/table.ts';

/** A page of the list may take long to be put together; the job's reserve of time rests on this. */
const paypalTimeoutSeconds = 10;

const environment = readEnvironment(ReconcilePayPalEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const connect = connectPayPalOrders(environment, paypalTimeoutSeconds);

export const handler = scheduledJob(async (run, event) =>
  reconcile({ ledger, catalog }, payPalList(await connect()), { ...run, ...readReconcileRequest(event) }),
);
