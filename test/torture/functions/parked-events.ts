import { openCatalog } from '../../../shared/catalog/catalog.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import {
  decideParkedEventRoute,
  listParkedEventsRoute,
  presentEvent,
} from '../../../shared/operations/parked-event-routes.ts';
import { decideParkedEvent, listParkedEvents } from '../../../shared/operations/parked-events.ts';
import { isRefusal } from '../../../shared/refusals.ts';
import type { Cloud } from './cloud.ts';

/** The functions by which operators look after what does not fit the ledger, wired as their files under `functions/` wire them. */
export const parkedEventFunctions = {
  'list-parked-events'({ ledger }: Cloud) {
    return endpoint(listParkedEventsRoute, async ({ query }) => {
      const { events, more } = await listParkedEvents(ledger, Number(query.limit ?? 25));
      return { value: { events: events.map(presentEvent), more } };
    });
  },

  'decide-parked-event'({ ledger, catalogTable }: Cloud) {
    const catalog = openCatalog(catalogTable);
    return endpoint(decideParkedEventRoute, async ({ parameters, body, caller, now }) => {
      const event = await decideParkedEvent({ ledger, catalog }, { ...parameters, ...body, caller, now });
      return isRefusal(event) ? event : { value: presentEvent(event) };
    });
  },
};
