import { readEnvironment } from '../../shared/environment.ts';
import { ReplayEventsEnvironment } from '../../shared/events/environments.ts';
import { replayEvents } from '../../shared/events/replay-events.ts';
import { replayEventsRoute } from '../../shared/events/routes.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { connectQueue } from '../../shared/queue/send-messages.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const environment = readEnvironment(ReplayEventsEnvironment);
const stores = {
  ledger: connectTable(environment.LEDGER_TABLE),
  deliveries: connectQueue(environment.WEBHOOKS_QUEUE_URL),
  announced: environment.ANNOUNCED_TYPES,
};

export const handler = endpoint(replayEventsRoute, async ({ body, now }) => {
  const replayed = await replayEvents(stores, body, now);
  return isRefusal(replayed) ? replayed : { value: replayed };
});
