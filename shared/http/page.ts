import * as z from 'zod/mini';
import { type Refusal, refuse } from '../refusals.ts';

const defaultLimit = 25;

/** The query of every list. */
export const PageQuery = z.strictObject({
  limit: z.optional(z.string().check(z.regex(/^([1-9]|[1-9]\d|100)$/))),
  cursor: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,128}$/))),
});
export type PageQuery = z.infer<typeof PageQuery>;

const Position = z.string().check(z.regex(/^[0-9a-f-]{36}(#[a-z_]{1,20})?$/));

export type Page = {
  limit: number;
  /** Only what sorts before this id (with its type, where a list has several), which ended the page before. */
  before: string | undefined;
};

/** Lists are newest first by UUIDv7, so a cursor is the last id shown; clients treat it as opaque. */
export function parsePage({ limit, cursor }: PageQuery): Page | Refusal {
  const size = limit === undefined ? defaultLimit : Number(limit);
  if (cursor === undefined) return { limit: size, before: undefined };
  const before = z.safeParse(Position, Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!before.success)
    return refuse(
      'malformed_request',
      'The cursor is not one of ours: use the nextCursor of the page before, unchanged.',
    );
  return { limit: size, before: before.data };
}

function cursorAfter(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** Cuts what was read (one more than the limit, if there are more) to a page with its cursor. */
export function pageOf<Line>(
  lines: Line[],
  page: Page,
  idOf: (line: Line) => string,
): { lines: Line[]; nextCursor?: string } {
  const shown = lines.slice(0, page.limit);
  const last = shown.at(-1);
  return lines.length > page.limit && last ? { lines: shown, nextCursor: cursorAfter(idOf(last)) } : { lines: shown };
}
