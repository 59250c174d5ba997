import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { connectApple } from '../../shared/recharges/apple-connection.ts';
import { appleList } from '../../shared/reconciliations/apple-list.ts';
import { ReconcileAppleEnvironment } from '../../shared/reconciliations/environments.ts';
import { readReconcileRequest, reconcile } from '../../shared/reconciliations/reconcile.ts';
import { connectTable } from '../../shared/store/table.ts';

/** A page of the list may take long to be put together; the job's reserve of time rests on this. */
const appleTimeoutSeconds = 10;

const environment = readEnvironment(ReconcileAppleEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const connect = connectApple(environment, appleTimeoutSeconds);

export const handler = scheduledJob(async (run, event) =>
  reconcile({ ledger, catalog }, appleList(await connect()), { ...run, ...readReconcileRequest(event) }),
);
