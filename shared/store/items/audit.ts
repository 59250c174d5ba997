import * as z from 'zod/mini';
import type { Item } from '../table.ts';
import { Moment } from './common.ts';

/** What the last audit found: `AUDIT#latest` / `AUDIT`. */
export const Audit = z.object({
  startedAt: Moment,
  finishedAt: Moment,
  clean: z.boolean(),
  items: z.int(),
  balances: z.array(z.object({ account: z.string(), asset: z.string(), amount: z.int() })),
  sums: z.record(z.string(), z.int()),
  /** How many differences there are; the first of them are listed. */
  differenceCount: z.int(),
  differences: z.array(z.object({ kind: z.string(), id: z.string(), measure: z.string(), delta: z.int() })),
  unsettled: z.array(z.string()),
});
export type Audit = z.infer<typeof Audit>;

export function parseAudit(item: Item): Audit {
  return z.parse(Audit, item);
}
