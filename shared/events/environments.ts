import * as z from 'zod/mini';
import { TableName, Url } from '../environment.ts';
import { EventTypeName } from './event-types.ts';

/** The types that the stage lets out, separated by commas. */
const Announced = z.pipe(
  z.string(),
  z.pipe(
    z.transform((text: string) => text.split(',').filter((name) => name !== '')),
    z.pipe(
      z.array(EventTypeName),
      z.transform((names: EventTypeName[]): ReadonlySet<EventTypeName> => new Set(names)),
    ),
  ),
);

const Targets = z.enum(['public', 'any']);

export const AnnounceChangesEnvironment = z.object({
  LEDGER_TABLE: TableName,
  CATALOG_TABLE: TableName,
  EVENT_BUS: z.string(),
  WEBHOOKS_QUEUE_URL: Url,
  SCORES_QUEUE_URL: Url,
  ANNOUNCED_TYPES: Announced,
});
export const DeliverWebhookEnvironment = z.object({
  LEDGER_TABLE: TableName,
  WEBHOOKS_QUEUE: Url,
  DEAD_WEBHOOKS_QUEUE_URL: Url,
  WEBHOOK_SIGNING_SECRET_ID: z.string(),
  WEBHOOK_TARGETS: Targets,
});
export const PutWebhookEndpointEnvironment = z.object({
  LEDGER_TABLE: TableName,
  WEBHOOK_SIGNING_SECRET_ID: z.string(),
  WEBHOOK_TARGETS: Targets,
  ANNOUNCED_TYPES: Announced,
});
export const ListWebhookEndpointsEnvironment = z.object({ LEDGER_TABLE: TableName });
export const DeleteWebhookEndpointEnvironment = z.object({ LEDGER_TABLE: TableName });
export const RedriveWebhooksEnvironment = z.object({ WEBHOOKS_QUEUE_URL: Url, DEAD_WEBHOOKS_QUEUE: Url });
export const ReplayEventsEnvironment = z.object({
  LEDGER_TABLE: TableName,
  WEBHOOKS_QUEUE_URL: Url,
  ANNOUNCED_TYPES: Announced,
});
