import type { EventBus } from '../../../shared/events/event-bus.ts';
import type { Queue } from '../../../shared/queue/send-messages.ts';
import type { Bucket } from '../../../shared/store/bucket.ts';
import type { Table } from '../../../shared/store/table.ts';
import type { Connections } from '../providers.ts';

/** Everything that functions are wired to. */
export type Cloud = {
  ledger: Table;
  catalogTable: Table;
  credits: Queue;
  payouts: Queue;
  runs: Queue;
  events: EventBus;
  webhooks: Queue;
  scores: Queue;
  boards: Table;
  reports: Bucket;
  providers: Connections;
};

/** Unlike the local cloud's 0, so that diamonds mature only when the clock moves. */
export const maturityDays = 14;
export const staleAfterSeconds = 180;
