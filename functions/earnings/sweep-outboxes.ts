import { SweepOutboxesEnvironment } from '../../shared/earnings/environments.ts';
import { sweepOutboxes } from '../../shared/earnings/sweep-outboxes.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { scheduledJob } from '../../shared/queue/scheduled-job.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(SweepOutboxesEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const credits = connectQueue(environment.CREDITS_QUEUE_URL);

export const handler = scheduledJob((run) =>
  sweepOutboxes({ ledger, credits, staleAfterSeconds: environment.STALE_AFTER_SECONDS }, run),
);
