import type * as z from 'zod/mini';
import type { RefusalCode } from '../refusals.ts';

export type Scope = 'economy/read' | 'economy/write' | 'economy/operate';

/**
 * The contract of one route. The function parses by it, the gateway is built from it (path and scope), and the
 * OpenAPI document is generated from it, so the three cannot disagree.
 */
export type Route<
  Path extends z.ZodMiniType = z.ZodMiniType,
  Query extends z.ZodMiniType = z.ZodMiniType,
  Body extends z.ZodMiniType = z.ZodMiniType,
  Answer extends z.ZodMiniType = z.ZodMiniType,
> = {
  operationId: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** Absent where anybody may call. */
  scope?: Scope;
  summary: string;
  description?: string;
  parameters?: Path;
  query?: Query;
  body?: Body;
  /** Where a body may be larger than those of the other routes. */
  largestBodyBytes?: number;
  /** Whether the caller's `Idempotency-Key` is required; it becomes the id of what is created. */
  idempotencyKey?: boolean;
  /**
   * The headers by which a payment provider proves itself, none where the proof is in the body or in a token of the
   * provider's; such a route takes no token of ours. Without a `body`, the body is the provider's own.
   */
  signatureHeaders?: readonly string[];
  /** For how long anybody may keep the answer, which is then the same for everybody; absent, nobody may. */
  cacheSeconds?: number;
  /** The status of success; a replay of a `POST` answers 200 instead. */
  status: 200 | 201 | 202;
  answer: Answer;
  /** Whether the query `format=csv` answers the same as CSV. */
  csv?: true;
  refusals: readonly RefusalCode[];
  examples?: { parameters?: Record<string, string>; query?: Record<string, string>; body?: unknown; answer: unknown };
};

export function defineRoute<
  Path extends z.ZodMiniType = z.ZodMiniType<Record<string, never>>,
  Query extends z.ZodMiniType = z.ZodMiniType<Record<string, never>>,
  Body extends z.ZodMiniType = z.ZodMiniType<undefined>,
  Answer extends z.ZodMiniType = z.ZodMiniType,
>(route: Route<Path, Query, Body, Answer>): Route<Path, Query, Body, Answer> {
  return route;
}
