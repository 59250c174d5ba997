import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { ListGoogleVoidsEnvironment } from '../../shared/recharges/environments.ts';
import { connectGooglePlay } from '../../shared/recharges/google-connection.ts';
import { listGoogleVoids } from '../../shared/recharges/list-google-voids.ts';
import { connectTable } from '../../shared/store/table.ts';

/** What takes longer is asked again by the next run; the job's reserve of time rests on this. */
const googleTimeoutSeconds = 3;

const environment = readEnvironment(ListGoogleVoidsEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const connect = connectGooglePlay(environment, googleTimeoutSeconds);

export const handler = scheduledJob(async (run) => listGoogleVoids({ ledger, catalog, ...(await connect()) }, run));
