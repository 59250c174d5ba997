import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';
import { isReplaying } from '../recharges/replay-events.ts';
import { Moment, providerNames } from '../store/items/common.ts';
import { EventDecision, type ProviderEvent } from '../store/items/recharge.ts';
import { Reason } from './schemas.ts';

const Provider = z.enum(providerNames);
const EventId = z.string().check(z.regex(/^[\w.:-]{1,255}$/));

export const ParkedEventAnswer = z.object({
  provider: Provider,
  eventId: z.string(),
  type: z.string(),
  outcome: z.enum(['applied', 'ignored', 'parked', 'closed']),
  /** Why it is parked, or was ignored. */
  reason: z.optional(z.string()),
  subject: z.optional(z.string()),
  receivedAt: Moment,
  replayable: z.boolean(),
  replaying: z.boolean(),
  report: z.optional(z.string()),
  trail: z.array(EventDecision),
});

export const ParkedEventsAnswer = z.object({ events: z.array(ParkedEventAnswer), more: z.boolean() });

export function presentEvent(event: ProviderEvent): z.infer<typeof ParkedEventAnswer> {
  const { provider, eventId, type, outcome, reason, subject, receivedAt, report, trail = [] } = event;
  return {
    ...{ provider, eventId, type, outcome, receivedAt, trail },
    ...(reason !== undefined && { reason }),
    ...(subject !== undefined && { subject }),
    ...(report !== undefined && { report }),
    replayable: outcome === 'parked' && report !== undefined,
    replaying: isReplaying(event),
  };
}

const example = {
  provider: 'stripe',
  eventId: 'evt_1SVxExample',
  type: 'payment_intent.succeeded',
  outcome: 'parked',
  reason: 'amount_differs',
  subject: '0199e5a0-0000-7000-8000-000000000001',
  receivedAt: '2026-11-21T10:00:42.000Z',
  replayable: true,
  replaying: false,
  report: '{"eventId":"evt_1SVxExample","type":"payment_intent.succeeded","kind":"payment_succeeded","payment":{}}',
  trail: [],
} as const;

export const listParkedEventsRoute = defineRoute({
  operationId: 'listParkedEvents',
  method: 'GET',
  path: '/v1/operations/parked-events',
  scope: 'economy/operate',
  summary: 'List the events that wait for a decision',
  description:
    'What providers reported, with a valid signature, and what does not fit the ledger. The longest waiting come first; ' +
    'an event that is decided leaves the list, which may take a second.',
  query: z.strictObject({ limit: z.optional(z.string().check(z.regex(/^([1-9]|[1-9]\d|100)$/))) }),
  status: 200,
  answer: ParkedEventsAnswer,
  refusals: ['malformed_request'],
  examples: { query: { limit: '25' }, answer: { events: [example], more: false } },
});

export const decideParkedEventRoute = defineRoute({
  operationId: 'decideParkedEvent',
  method: 'POST',
  path: '/v1/operations/parked-events/{provider}/{eventId}',
  scope: 'economy/operate',
  summary: 'Replay a parked event, or close it',
  description:
    '`replay` deals with the event as if it had just arrived: once its cause is mended it is applied, and else it stays ' +
    'parked. An event of which the provider must be asked again is `replaying` until that was done, within a minute or two: ' +
    'read the list to see whether it stayed. `close` ends it without effect. The caller, the time and the reason are kept with the event. The same decision ' +
    'again is answered again.',
  parameters: z.strictObject({ provider: Provider, eventId: EventId }),
  body: z.strictObject({ action: z.enum(['replay', 'close']), reason: Reason }),
  status: 200,
  answer: ParkedEventAnswer,
  refusals: ['malformed_request', 'event_not_found', 'state_conflict'],
  examples: {
    parameters: { provider: 'stripe', eventId: 'evt_1SVxExample' },
    body: { action: 'close', reason: "Refunded in Stripe's dashboard" },
    answer: {
      ...example,
      outcome: 'closed',
      replayable: false,
      trail: [
        {
          action: 'close',
          by: 'operator-client',
          at: '2026-11-21T10:30:00.000Z',
          reason: "Refunded in Stripe's dashboard",
        },
      ],
    },
  },
});
