import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Moment } from './common.ts';

export const SecretVersion = z.int().check(z.minimum(1), z.maximum(1_000_000));

/** An address at which the app wants to be told of events: `WEBHOOKS#all` / `ENDPOINT#{endpointId}`. */
export const WebhookEndpoint = z.object({
  endpointId: z.string(),
  url: z.string(),
  /** The types of events that it gets; a type that the installation no longer announces is among them without effect. */
  types: z.array(z.string()),
  enabled: z.boolean(),
  /** Set when its receiver said that it is gone (410), which switched it off. */
  goneAt: z.optional(Moment),
  /** Which of the endpoint's secrets it has; the first when absent. */
  secretVersion: z.optional(SecretVersion),
  /** The one before, with which webhooks are signed as well for a while. */
  formerSecretVersion: z.optional(SecretVersion),
  formerSecretUntil: z.optional(Moment),
  changedBy: z.string(),
  createdAt: Moment,
  updatedAt: Moment,
});
export type WebhookEndpoint = z.infer<typeof WebhookEndpoint>;

export function parseWebhookEndpoint(item: Item): WebhookEndpoint {
  return z.parse(WebhookEndpoint, item);
}
