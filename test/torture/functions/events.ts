import { openCatalog } from '../../../shared/catalog/catalog.ts';
import { announceChanges } from '../../../shared/events/announce-changes.ts';
import { eventTypeNames } from '../../../shared/events/event-types.ts';
import { streamWorker } from '../../../shared/queue/stream-worker.ts';
import type { WebhookEndpoint } from '../../../shared/store/items/webhook-endpoint.ts';
import type { Cloud } from './cloud.ts';

const at = '2026-01-01T00:00:00.000Z';

/** The app wants to know everything. */
const endpoint: WebhookEndpoint = {
  endpointId: 'app',
  url: 'https://app.example.com/events',
  types: eventTypeNames,
  enabled: true,
  changedBy: 'operator',
  createdAt: at,
  updatedAt: at,
};

/** The function that tells what was committed, wired as its file under `functions/` wires it. */
export const eventFunctions = {
  'announce-changes'({ catalogTable, events: bus, webhooks: deliveries, scores }: Cloud) {
    const announcer = {
      catalog: openCatalog(catalogTable),
      bus,
      deliveries,
      endpoints: async () => [endpoint],
      scores,
      announced: new Set(eventTypeNames),
    };
    return streamWorker((records) => announceChanges(announcer, records));
  },
};
