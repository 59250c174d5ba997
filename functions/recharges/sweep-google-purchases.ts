import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { SweepGooglePurchasesEnvironment } from '../../shared/recharges/environments.ts';
import { connectGooglePlay } from '../../shared/recharges/google-connection.ts';
import { replayGoogleEvents } from '../../shared/recharges/replay-google-events.ts';
import { sweepGooglePurchases } from '../../shared/recharges/sweep-google-purchases.ts';
import { connectTable } from '../../shared/store/table.ts';

/** What takes longer is asked again by the next run; the job's reserve of time rests on this. */
const googleTimeoutSeconds = 3;

const environment = readEnvironment(SweepGooglePurchasesEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const connect = connectGooglePlay(environment, googleTimeoutSeconds);

export const handler = scheduledJob(async (run) => {
  const stores = { ledger, catalog, ...(await connect()) };
  const replays = await replayGoogleEvents(stores, run);
  return { replays, ...(await sweepGooglePurchases(stores, run)) };
});
