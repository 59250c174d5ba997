import { type Facts, type Refusal, statusOf, titleOf } from '../refusals.ts';

/** Where the meaning of each problem is documented; the code follows, with hyphens. */
export const problemTypeBase = 'https://tributary.dev/problems/';

/** An error as RFC 9457 has it, with a stable `code` and the facts beside the standard members. */
export type Problem = { type: string; title: string; status: number; code: string; detail: string } & Facts;

export type HttpAnswer = {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
};

export function problemAnswer(
  problem: { status: number; title: string; code: string; detail: string; facts?: Facts },
  headers: Record<string, string> = {},
): HttpAnswer {
  const { status, title, code, detail, facts = {} } = problem;
  const body: Problem = { type: problemTypeBase + code.replaceAll('_', '-'), title, status, code, detail, ...facts };
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}

export function refusalAnswer(refusal: Refusal): HttpAnswer {
  const { code, detail, facts } = refusal;
  return problemAnswer({ status: statusOf(code), title: titleOf(code), code, detail, facts });
}
