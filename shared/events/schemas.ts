import * as z from 'zod/mini';
import { AppId } from '../identifiers.ts';
import { Moment } from '../store/items/common.ts';
import { SecretVersion, type WebhookEndpoint } from '../store/items/webhook-endpoint.ts';
import { EventTypeName } from './event-types.ts';

/** Chosen by whoever registers it; it goes into names of message groups, which are short. */
const EndpointId = z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,31}$/));

export const WebhookEndpointPath = z.strictObject({ endpointId: EndpointId });

export const WebhookEndpointBody = z.strictObject({
  url: z.url().check(z.maxLength(2_000)),
  types: z.array(EventTypeName).check(z.minLength(1)),
  enabled: z.boolean(),
  secretVersion: z.optional(SecretVersion),
});
export type WebhookEndpointBody = z.infer<typeof WebhookEndpointBody>;

const shape = {
  endpointId: EndpointId,
  url: z.string(),
  types: z.array(z.string()),
  enabled: z.boolean(),
  goneAt: z.optional(Moment),
  secretVersion: z.optional(SecretVersion),
  formerSecretUntil: z.optional(Moment),
  createdAt: Moment,
  updatedAt: Moment,
};

export const WebhookEndpointAnswer = z.object({ ...shape, signingSecrets: z.array(z.string()) });
export const WebhookEndpointsAnswer = z.object({ endpoints: z.array(z.object(shape)) });
export const RemovedEndpointAnswer = z.object({ endpointId: EndpointId });

export function presentEndpoint({
  changedBy: _,
  formerSecretVersion: __,
  ...endpoint
}: WebhookEndpoint): z.infer<z.ZodMiniObject<typeof shape>> {
  return endpoint;
}

export const RedriveAnswer = z.object({ redriven: z.int(), more: z.boolean() });

/** Of whom, and since when; `endpointId` when only one is to be told again. */
export const ReplayBody = z.union([
  z.strictObject({ userId: AppId, ...since() }),
  z.strictObject({ creatorId: AppId, ...since() }),
]);
export type ReplayBody = z.infer<typeof ReplayBody>;

function since() {
  return {
    since: Moment,
    endpointId: z.optional(EndpointId),
    cursor: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,200}$/))),
  };
}

export const ReplayAnswer = z.object({ events: z.int(), deliveries: z.int(), nextCursor: z.optional(z.string()) });
