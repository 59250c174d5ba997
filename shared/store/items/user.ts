import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Day, Moment } from './common.ts';

/** What the app told us about a person: `WALLET#{userId}` / `USER`. The only item with personal data in it. */
export const User = z.object({
  userId: z.string(),
  region: z.string(),
  birthDate: z.optional(Day),
  /** The user id of a parent or other guardian. */
  guardian: z.optional(z.string()),
  /** Whether an app store that decides about a refund may be told how much of the purchase was used. */
  refundDataConsent: z.optional(z.boolean()),
  registeredAt: Moment,
  updatedAt: Moment,
});
export type User = z.infer<typeof User>;

export function parseUser(item: Item): User {
  return z.parse(User, item);
}
