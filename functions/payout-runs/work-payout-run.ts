import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { WorkPayoutRunEnvironment } from '../../shared/payout-runs/environments.ts';
import { PayoutRunMessage } from '../../shared/payout-runs/messages.ts';
import { defaultSliceSeconds, workPayoutRun } from '../../shared/payout-runs/work-payout-run.ts';
import { queueWorker } from '../../shared/queue/queue-worker.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(WorkPayoutRunEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const work = {
  ledger,
  catalog: openCatalog({ ...ledger, name: environment.CATALOG_TABLE }),
  payouts: connectQueue(environment.PAYOUTS_QUEUE_URL),
  runs: connectQueue(environment.PAYOUT_RUNS_QUEUE_URL),
  sliceSeconds: defaultSliceSeconds,
};

export const handler = queueWorker(PayoutRunMessage, (message, now) => workPayoutRun(work, message, now));
