import { openCatalog } from '../../shared/catalog/catalog.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { announceChanges } from '../../shared/events/announce-changes.ts';
import { AnnounceChangesEnvironment } from '../../shared/events/environments.ts';
import { connectEventBus } from '../../shared/events/event-bus.ts';
import { openEndpoints } from '../../shared/events/read-endpoints.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { streamWorker } from '../../shared/queue/stream-worker.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(AnnounceChangesEnvironment);
const ledger = connectTable(environment.LEDGER_TABLE);
const announcer = {
  catalog: openCatalog({ ...ledger, name: environment.CATALOG_TABLE }),
  bus: connectEventBus(environment.EVENT_BUS),
  deliveries: connectQueue(environment.WEBHOOKS_QUEUE_URL),
  scores: connectQueue(environment.SCORES_QUEUE_URL),
  endpoints: openEndpoints(ledger),
  announced: environment.ANNOUNCED_TYPES,
};

export const handler = streamWorker((records) => announceChanges(announcer, records));
