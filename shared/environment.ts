import * as z from 'zod/mini';

/** The part of the environment that a function declares, parsed once at cold start. */
export function readEnvironment<Shape extends z.ZodMiniType>(schema: Shape): z.output<Shape> {
  const parsed = z.safeParse(schema, process.env);
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new Error(`The function's environment lacks or has wrong: ${names}`);
}

export const TableName = z.string().check(z.minLength(3));
export const Url = z.url();
export const WholeNumber = z.pipe(
  z.string().check(z.regex(/^\d+$/)),
  z.transform((text: string) => Number(text)),
);
