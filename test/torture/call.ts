import { GooglePlayRefused } from '../../shared/providers/google-play.ts';
import { isTransient } from '../../shared/store/contention.ts';
import { type Chance, chanceAt } from './chance.ts';
import type { FunctionName } from './instances.ts';
import { calm, type Ended, type Weather } from './invocation.ts';
import type { World } from './world.ts';

/** What a client makes of an answer. */
export type Answer =
  | { kind: 'done'; body: Record<string, unknown>; isReplay: boolean }
  | { kind: 'refused'; code: string }
  /** No answer, or one that says that it may or may not have been done. */
  | { kind: 'unknown' };

export type Request = {
  function: FunctionName;
  /** Where its choices come from, besides the seed. */
  place: (number | string)[];
  /** What it touches, for the history. */
  about: string[];
  parameters?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  key?: string;
  caller?: string;
};

/** Calls a function of the API as the gateway does. */
export async function callApi(world: World, request: Request): Promise<Answer> {
  const { parameters = {}, query = {}, body, key, caller = 'app' } = request;
  const event = {
    pathParameters: parameters,
    queryStringParameters: query,
    headers: { ...(key !== undefined && { 'idempotency-key': key }), 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
    requestContext: { requestId: 'torture', authorizer: { jwt: { claims: { client_id: caller } } } },
  };
  const what = `${request.function} ${[...Object.values(parameters), key, body && JSON.stringify(body)].filter(Boolean).join(' ')}`;
  const ended = await runFunction(world, { ...request, event, what });
  return ended.kind === 'answered' ? readAnswer(world, request, ended.value) : { kind: 'unknown' };
}

type HttpAnswer = { statusCode: number; body: string; headers: Record<string, string> };

function readAnswer(world: World, { about }: Request, value: unknown): Answer {
  const { statusCode, body: text, headers } = value as HttpAnswer;
  const body = JSON.parse(text) as Record<string, unknown>;
  if (statusCode < 300) return { kind: 'done', body, isReplay: headers['idempotency-replayed'] === 'true' };
  if (statusCode < 500) return { kind: 'refused', code: String(body.code) };
  if (statusCode !== 503) world.history.violate(about[0] ?? 'the API', `was answered with ${statusCode}: ${text}`);
  return { kind: 'unknown' };
}

/** How wrong the clock of an instance may be, in milliseconds. */
const clockError = [-1_500, 1_500] as const;

export type Run = Pick<Request, 'function' | 'place' | 'about'> & { event: unknown; what: string };

/** Runs a function once, in the weather of its place, and writes down how it went. */
export async function runFunction(world: World, run: Run): Promise<Ended<unknown>> {
  const place = [world.seed, ...run.place];
  const weather = world.isCalm ? calm : chooseWeather(chanceAt(...place, 'weather'));
  const nowMilliseconds = world.clock.now() + (world.isCalm ? 0 : chanceAt(...place, 'clock').between(...clockError));
  const invocation = { functionName: run.function, place, weather, nowMilliseconds };
  const ended = await world.instances.run(run.function, run.event, invocation);
  const outcome = describeOutcome(ended);
  world.history.count(`${run.function} ${endingOf(ended)}`);
  const mishaps = ended.mishaps.length > 0 ? `   [${ended.mishaps.join('; ')}]` : '';
  const at = new Date(nowMilliseconds).toISOString();
  world.history.note(run.about, `${run.place.join('.')} ${at} ${run.what} → ${outcome}${mishaps}`);
  const errors = ended.kind === 'threw' ? [...ended.errors, ended.error] : ended.errors;
  for (const error of errors) if (!isExpected(error)) reportFault(world, run, error);
  return ended;
}

/** A fault that nobody made: a sign that something is not where it should be. */
function reportFault(world: World, { function: name, about }: Run, error: unknown): void {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  for (const subject of about.length > 0 ? about.slice(0, 3) : ['the function'])
    world.history.violate(subject, `${name} failed: ${message}`);
}

/** PayPal's refusals that time mends come back as `PayoutNotTaken`; of two who consume a purchase, Google refuses one. */
function isExpected(error: unknown): boolean {
  if (isTransient(error)) return true;
  if (error instanceof GooglePlayRefused) return error.message.includes('not in a valid state');
  return error instanceof Error && error.name === 'PayoutNotTaken';
}

function describeOutcome(ended: Ended<unknown>): string {
  if (ended.kind === 'died') return 'died';
  if (ended.kind === 'threw') return String(ended.error);
  const { statusCode, body } = (ended.value ?? {}) as Partial<HttpAnswer>;
  return statusCode === undefined ? JSON.stringify(ended.value) : `${statusCode} ${body}`;
}

/** The ending in a word or two, for the counts. */
function endingOf(ended: Ended<unknown>): string {
  if (ended.kind !== 'answered') return ended.kind;
  const { statusCode, body, batchItemFailures } = (ended.value ?? {}) as Partial<HttpAnswer> & {
    batchItemFailures?: [];
  };
  if (statusCode === undefined) return batchItemFailures && batchItemFailures.length > 0 ? 'failed in part' : 'done';
  return statusCode < 400
    ? String(statusCode)
    : `${statusCode} ${(JSON.parse(body ?? '{}') as { code?: string }).code}`;
}

function chooseWeather(chance: Chance): Weather {
  const delays = { delays: 0.1, longestDelayMilliseconds: 30 };
  switch (chance.weighted({ calm: 60, gusty: 26, stormy: 6, deadly: 8 })) {
    case 'calm':
      return calm;
    case 'gusty':
      return { faults: 0.12, ...delays };
    case 'stormy':
      return { faults: 0.45, ...delays };
    case 'deadly':
      return { faults: 0.05, ...delays, dies: { atCall: chance.below(6), afterEffect: chance.happens(0.5) } };
  }
}
