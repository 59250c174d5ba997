import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { Moment } from '../store/items/common.ts';
import { EventTypeName, eventTypes } from './event-types.ts';

/** An event as it travels; its `data` is what the type's schema says. */
export const Event = z.object({
  id: z.string(),
  type: EventTypeName,
  schemaVersion: z.int(),
  time: Moment,
  subject: z.string(),
  sequence: z.optional(z.int()),
  data: z.record(z.string(), z.unknown()),
});
export type Event = z.infer<typeof Event>;

type Data<Name extends EventTypeName> = z.input<(typeof eventTypes)[Name]['data']>;

type Happening<Name extends EventTypeName> = {
  /** What tells it from everything else of its type that ever happens. */
  key: string;
  /** What it happened to: `wallets/ana`. */
  subject: string;
  time: string;
  /** Grows with each change of the subject, where the subject counts its changes. */
  sequence?: number;
  data: Data<Name>;
};

/**
 * An event of something that is committed. The same happening makes the same id, whoever looks at it and however often. What
 * is not in the type's schema does not go out.
 */
export function eventOf<Name extends EventTypeName>(type: Name, happening: Happening<Name>): Event {
  const { version, data: schema } = eventTypes[type];
  const { key, subject, time, sequence, data } = happening;
  return {
    id: idOf(type, key),
    type,
    schemaVersion: version,
    time,
    subject,
    ...(sequence !== undefined && { sequence }),
    data: z.parse(schema, data),
  };
}

/** Without dots, which separate the parts of what a webhook's signature covers. */
function idOf(type: string, key: string): string {
  return `evt_${createHash('sha256').update(`${type}\n${key}`).digest('base64url').slice(0, 32)}`;
}

export const subjects = {
  wallet: (userId: string) => `wallets/${userId}`,
  creator: (creatorId: string) => `creators/${creatorId}`,
  campaign: (code: string) => `campaigns/${code}`,
  payout: (payoutId: string) => `payouts/${payoutId}`,
  payoutRun: (runId: string) => `payout-runs/${runId}`,
};
