import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { ListParkedEventsEnvironment } from '../../shared/operations/environments.ts';
import { listParkedEventsRoute, presentEvent } from '../../shared/operations/parked-event-routes.ts';
import { listParkedEvents } from '../../shared/operations/parked-events.ts';
import { connectTable } from '../../shared/store/table.ts';

const ledger = connectTable(readEnvironment(ListParkedEventsEnvironment).LEDGER_TABLE);

export const handler = endpoint(listParkedEventsRoute, async ({ query }) => {
  const { events, more } = await listParkedEvents(ledger, Number(query.limit ?? 25));
  return { value: { events: events.map(presentEvent), more } };
});
