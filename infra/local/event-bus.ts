import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { closeServer, listen } from './ports.ts';
import { physicalNameOf } from './resource-values.ts';
import { resourcesOfType, type Template } from './template.ts';

export interface LocalEventBus {
  url: string;
  /** Knows the buses that the template declares. */
  load(template: Template): void;
  close(): Promise<void>;
}

/** An event as a rule of EventBridge would see it. */
interface BusEvent {
  id: string;
  bus: string;
  source: string;
  'detail-type': string;
  time: string;
  resources: string[];
  detail: unknown;
}

const Entry = z.object({
  EventBusName: z.string(),
  Source: z.string().check(z.minLength(1)),
  DetailType: z.string().check(z.minLength(1)),
  Detail: z.string(),
  Time: z.optional(z.number()),
  Resources: z._default(z.array(z.string()), []),
});

const PutEvents = z.object({ Entries: z.array(Entry).check(z.minLength(1), z.maxLength(10)) });

/** The latest events are kept for whoever wants to look at them. */
const keptEvents = 10_000;

/**
 * Speaks as much of EventBridge's protocol as the AWS SDK's PutEvents needs. What it took is answered at `GET /events`, the oldest first;
 * the template has no rule that would take it further.
 */
export async function startEventBus(): Promise<LocalEventBus> {
  const buses = new Set<string>();
  const events: BusEvent[] = [];
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    if (request.method === 'GET' && request.url === '/events') return answer(200, { events });
    const target = request.headers['x-amz-target'];
    if (target !== 'AWSEvents.PutEvents')
      return answer(400, { __type: 'UnknownOperationException', message: `The local cloud does not offer ${target}.` });
    const parsed = z.safeParse(PutEvents, JSON.parse(await text(request)));
    if (!parsed.success) return answer(400, { __type: 'ValidationException', message: z.prettifyError(parsed.error) });
    const Entries = parsed.data.Entries.map((entry) => put(entry, buses, events));
    events.splice(0, events.length - keptEvents);
    return answer(200, { FailedEntryCount: Entries.filter(({ EventId }) => EventId === undefined).length, Entries });
  });
  const url = await listen(server, 0);
  return {
    url,
    load(template) {
      for (const bus of resourcesOfType(template, 'AWS::Events::EventBus')) buses.add(physicalNameOf(template, bus));
    },
    close: () => closeServer(server),
  };
}

type Result = { EventId: string } | { EventId?: undefined; ErrorCode: string; ErrorMessage: string };

function put(entry: z.infer<typeof Entry>, buses: Set<string>, events: BusEvent[]): Result {
  const { EventBusName: bus, Source: source, DetailType, Detail, Time, Resources: resources } = entry;
  if (!buses.has(bus)) return { ErrorCode: 'InvalidArgument', ErrorMessage: `The template declares no bus ${bus}.` };
  const detail = parsedDetail(Detail);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const time = (Time === undefined ? new Date() : new Date(Time * 1_000)).toISOString();
  const event = { id: randomUUID(), bus, source, 'detail-type': DetailType, time, resources, detail };
  events.push(event);
  return { EventId: event.id };
}

function parsedDetail(detail: string): unknown {
  try {
    return JSON.parse(detail);
  } catch {
    return undefined;
  }
}
