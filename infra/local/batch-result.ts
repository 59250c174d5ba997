import * as z from 'zod/mini';
import type { InvocationResult } from './functions.ts';

const responseSchema = z.object({
  batchItemFailures: z.optional(z.nullable(z.array(z.object({ itemIdentifier: z.string() })))),
});

/**
 * Which records of a batch failed, by Lambda's rules for ReportBatchItemFailures: an empty answer means none, and an
 * answer that is malformed or names a record outside the batch means all. Without that feature it is all or none.
 */
export function failedItems(
  result: InvocationResult,
  batch: { identifiers: string[]; reportsItemFailures: boolean },
): Set<string> {
  const all = new Set(batch.identifiers);
  if (!result.ok) return all;
  if (!batch.reportsItemFailures || result.payload === null || result.payload === '') return new Set();
  const parsed = z.safeParse(responseSchema, result.payload);
  if (!parsed.success) return all;
  const failed = new Set((parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier));
  return [...failed].every((identifier) => all.has(identifier)) ? failed : all;
}
