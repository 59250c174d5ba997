import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { connectStripeBalance } from '../../shared/recharges/stripe-connection.ts';
import { ReconcileStripeEnvironment } from '../../shared/reconciliations/environments.ts';
import { readReconcileRequest, reconcile } from '../../shared/reconciliations/reconcile.ts';
import { stripeList } from '../../shared/reconciliations/stripe-list.ts';
import { connectTable } from '../../shared/store/table.ts';

/** A page of the list may take long to be put together; the job's reserve of time rests on this. */
const stripeTimeoutSeconds = 10;

const environment = readEnvironment(ReconcileStripeEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const connect = connectStripeBalance(environment, stripeTimeoutSeconds);

export const handler = scheduledJob(async (run, event) =>
  reconcile({ ledger, catalog }, stripeList(await connect()), { ...run, ...readReconcileRequest(event) }),
);
