import * as z from 'zod/mini';
import type { Webhook } from '../http/openapi/webhooks.ts';
import { Event } from './event.ts';
import { type EventType, eventTypes } from './event-types.ts';

/** Each type of event as the API's document describes it to receivers. */
export const eventWebhooks: Record<string, Webhook> = Object.fromEntries(
  Object.entries(eventTypes).map(([type, { version, data, meaning }]: [string, EventType]) => [
    type,
    {
      summary: meaning.replace(/\.$/, ''),
      schemaName: `${type.split(/[._]/).map(capitalized).join('')}Event`,
      schema: z.object({ ...Event.shape, type: z.literal(type), schemaVersion: z.literal(version), data }),
    },
  ]),
);

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
