import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { SweepGooglePurchasesEnvironment } from '../../shared/recharges/environments.ts';
import { connectGooglePlay } from '../../shared/recharges/google-connection.ts';
import { replayEvents } from '../../shared/recharges/replay-events.ts';
import { replayGoogleEvent } from '../../shared/recharges/replay-google-event.ts';
import { sweepGooglePurchases } from '../../shared/recharges/sweep-google-purchases.ts';
import type { ProviderEvent } from '../../shared/store/items/recharge.ts';
import { dueBuckets } from '../../shared/store/keys.ts';
import { connectTable } from '../../shared/store/table.ts';

/** What takes longer is asked again by the next run; the job's reserve of time rests on this. */
const googleTimeoutSeconds = 3;

/** Four of Google's calls and the writes after them. */
const replayReserveMilliseconds = 20_000;

const environment = readEnvironment(SweepGooglePurchasesEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const catalog = openCatalog({ ...ledger, name: environment.CATALOG_TABLE });
const connect = connectGooglePlay(environment, googleTimeoutSeconds);

export const handler = scheduledJob(async (run) => {
  const stores = { ledger, catalog, ...(await connect()) };
  const replaying = {
    buckets: dueBuckets('google-replay'),
    replay: (event: ProviderEvent) => replayGoogleEvent(stores, event, run.now),
    reserveMilliseconds: replayReserveMilliseconds,
  };
  const replays = await replayEvents(ledger, replaying, run);
  return { replays, ...(await sweepGooglePurchases(stores, run)) };
});
