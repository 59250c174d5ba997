import { type Facts, type Refusal, statusOf, titleOf } from '../refusals.ts';

/** Where the meaning of each problem is documented; the code follows, with hyphens. */
const problemTypeBase = 'https://tributary.dev/problems/';

/** An error as RFC 9457 has it, with a stable `code` and the facts beside the standard members. */
export type Problem = { type: string; title: string; status: number; code: string; detail: string } & Facts;

export type HttpAnswer = {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
};

type Occasion = { status: number; title: string; code: string; detail: string; facts?: Facts };

/** Nobody's mistake who called: the caller is told no more than what to do. */
export const faults = {
  internal_error: {
    status: 500,
    title: 'Internal error',
    detail:
      'Something went wrong on our side. Repeat the request under the same idempotency key; nothing happens twice.',
  },
  busy: {
    status: 503,
    title: 'Busy',
    detail:
      'The ledger is busy and your request may or may not have been carried out: repeat it under the same idempotency key.',
  },
} as const;

export function problemOf({ status, title, code, detail, facts = {} }: Occasion): Problem {
  return { type: problemTypeBase + code.replaceAll('_', '-'), title, status, code, detail, ...facts };
}

export function problemAnswer(occasion: Occasion, headers: Record<string, string> = {}): HttpAnswer {
  return {
    statusCode: occasion.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(problemOf(occasion)),
  };
}

/** A refusal that ends by itself says so in the header as well, which clients and proxies wait by. */
export function refusalAnswer(refusal: Refusal): HttpAnswer {
  const { code, detail, facts } = refusal;
  const { retryAfterSeconds } = facts;
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return problemAnswer({ status: statusOf(code), title: titleOf(code), code, detail, facts }, headers);
}
