import * as z from 'zod/mini';

/**
 * What the checks may find. `refused` never passes. `large_change` is what a slip of the finger looks like: it passes when
 * the proposal repeats the place and the new value. `flagged` passes when the proposal names the code.
 */
const findingSeverities = {
  nothing_changes: 'refused',
  unknown_region: 'refused',
  repeated_id: 'refused',
  unknown_package: 'refused',
  ambiguous_product: 'refused',
  no_reference_rate: 'refused',
  no_tax_rate: 'refused',
  contradiction: 'refused',
  below_creator_worth: 'refused',
  number_jumped: 'large_change',
  much_removed: 'large_change',
  price_out_of_line: 'large_change',
  ladder_rises: 'flagged',
} as const satisfies Record<string, 'refused' | 'large_change' | 'flagged'>;

export type FindingCode = keyof typeof findingSeverities;

export const Finding = z.object({
  code: z.enum(Object.keys(findingSeverities) as [FindingCode, ...FindingCode[]]),
  severity: z.enum(['refused', 'large_change', 'flagged']),
  /** Where in the value; of another kind, the kind comes first. */
  at: z.string(),
  /** What was found, and what was expected. */
  sentence: z.string(),
  /** What the proposal must say to pass all the same; absent where nothing helps. */
  acknowledgeBy: z.optional(z.string()),
});
export type Finding = z.infer<typeof Finding>;

/** `to` is the new value at the place, for large changes. */
export function finding(
  code: FindingCode,
  { at, sentence, to }: { at: string; sentence: string; to?: number },
): Finding {
  const severity = findingSeverities[code];
  if (severity === 'refused') return { code, severity, at, sentence };
  if (severity === 'flagged') return { code, severity, at, sentence, acknowledgeBy: code };
  return { code, severity, at, sentence, acknowledgeBy: `${code} ${at}${to === undefined ? '' : `=${to}`}` };
}
