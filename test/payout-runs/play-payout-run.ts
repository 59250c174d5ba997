import type { ConnectBooksReport } from '../../infra/local/simulators/stripe-connect-books.ts';
import { addDays, dayOf, weekOf } from '../../shared/calendar.ts';
import { openCatalog } from '../../shared/catalog/catalog.ts';
import { newId } from '../../shared/identifiers.ts';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { PayoutRunMessage } from '../../shared/payout-runs/messages.ts';
import { workPayoutRun } from '../../shared/payout-runs/work-payout-run.ts';
import { queueWorker } from '../../shared/queue/queue-worker.ts';
import type { PayoutRun } from '../../shared/store/items/payout-run.ts';
import { runFunction } from '../torture/call.ts';
import { chanceAt } from '../torture/chance.ts';
import { webhooksDelivered } from '../torture/drain.ts';
import type { FunctionName } from '../torture/instances.ts';
import { calm, invoke } from '../torture/invocation.ts';
import { judgePayouts, type PayPalBooks } from '../torture/judge/judge-payouts.ts';
import { readSnapshot, type Snapshot } from '../torture/judge/snapshot.ts';
import { sqsRecord } from '../torture/memory-queue.ts';
import { look, steer } from '../torture/providers.ts';
import { deliverAll } from '../torture/traffic/deliveries.ts';
import { start } from '../torture/traffic/payout-runs.ts';
import { stripeAlone } from '../torture/traffic/ways.ts';
import { WebhookGate } from '../torture/webhooks.ts';
import { openWorld, type World } from '../torture/world.ts';
import { caseOf, putDueLedger } from './due-ledger.ts';

export type ScaleOptions = { dynamodbUrl: string; creators: number; seed: number; say?: (line: string) => void };

const kills = 3;

/** Reading the profile, reading the balances, and the transaction. */
const callsPerCreator = 3;

/**
 * A run over many due creators, all of whose workers are killed three times in the middle, each at some call, before or after
 * it takes effect; their messages are lost with them, and the sweeps put things right. Meanwhile payouts are sent in bad
 * weather. Gives what is wrong in the end, in sentences.
 */
export async function playPayoutRun(options: ScaleOptions): Promise<string[]> {
  const { dynamodbUrl, creators, seed, say = () => {} } = options;
  const gate = new WebhookGate();
  const scale = { fans: 0, creators: 0 };
  const onWebhook = gate.receive.bind(gate);
  const world = await openWorld({ dynamodbUrl, seed, scale, ways: stripeAlone, sabotage: {}, onWebhook });
  const took = stopwatch();
  try {
    world.isCalm = true;
    const now = new Date(world.clock.now());
    const monday = addDays(weekOf(dayOf(now)), 7);
    await putDueLedger(world.ledger, { creators, dueAt: new Date(`${monday}T00:00:00.000Z`), now });
    await steer(world.providers.urls.paypal, 'payouts', { autoComplete: true, delayMs: 20 });
    world.clock.moveTo(Date.parse(`${monday}T06:00:00.000Z`));
    say(`${creators} due creators put in ${took()} s`);
    const runId = newId(new Date(world.clock.now()));
    await start(world, { runId, body: { schedule: 'weekly' } }, ['start']);
    for (let kill = 1; kill <= kills; kill++) {
      await workUntilKilled(world, { seed, kill, creators });
      await sendInBadWeather(world, gate, kill);
      say(`kill ${kill} of ${kills}: ${await progress(world)}, ${took()} s`);
    }
    await rest(world, gate);
    say(`at rest: ${await progress(world)}, ${took()} s`);
    const findings = await judgeRun(world, { creators, runId });
    say(`judged in ${took()} s`);
    return findings;
  } finally {
    await world.close();
  }
}

function stopwatch(): () => string {
  let since = performance.now();
  return () => {
    const seconds = ((performance.now() - since) / 1000).toFixed(1);
    since = performance.now();
    return seconds;
  };
}

const handlerContext = {} as Parameters<ReturnType<typeof queueWorker>>[1];

/** All workers at once, as the queue's concurrency has it; each dies at a call of its own, and its message goes with it. */
async function workUntilKilled(
  world: World,
  { seed, kill, creators }: { seed: number; kill: number; creators: number },
): Promise<void> {
  const perChunk = (creators * callsPerCreator) / 8;
  const ended = await workAll(world, ['kill', kill], (place) => {
    const chance = chanceAt(seed, ...place);
    const atCall = Math.ceil((perChunk / (kills + 2)) * (0.5 + chance.number()));
    return { ...calm, dies: { atCall, afterEffect: chance.happens(0.5) } };
  });
  if (ended.some(({ kind }) => kind !== 'died')) throw new Error('A worker that was to be killed has ended by itself.');
  await world.lateEffects();
}

/** Works all messages of the queue of runs, a whole chunk each: a clock that stands still ends no slice. */
async function workAll(
  world: World,
  place: (string | number)[],
  weatherOf: (place: (string | number)[]) => typeof calm,
) {
  const { ledger, catalogTable, queues, clock, seed } = world;
  const work = { ledger, catalog: openCatalog(catalogTable), sliceSeconds: 20 };
  const connected = { payouts: queues.payouts.connect(), runs: queues.runs.connect() };
  const handler = queueWorker(PayoutRunMessage, (message, now) =>
    workPayoutRun({ ...work, ...connected }, message, now),
  );
  return Promise.all(
    queues.runs.receiveAll().map((message, position) => {
      const own = [...place, position];
      const weather = weatherOf(own);
      const invocation = {
        ...{ functionName: 'work-payout-run', place: [seed, ...own] },
        ...{ weather, nowMilliseconds: clock.now() },
      };
      return invoke(invocation, () => handler({ Records: [sqsRecord(message)] }, handlerContext));
    }),
  );
}

/** Waiting for providers that do not answer takes real time. */
const mostInBadWeather = 150;

/** Some of what was requested so far is sent while calls fail and functions die, the rest in calm; then the sweeps find what got lost. */
async function sendInBadWeather(world: World, gate: WebhookGate, kill: number): Promise<void> {
  world.isCalm = false;
  await deliverAll(world, 'payouts', ['storm', kill], mostInBadWeather);
  await webhooksDelivered(world, gate, pauseMilliseconds);
  await world.lateEffects();
  world.isCalm = true;
  await sendSideBySide(world, ['after kill', kill]);
  await webhooksDelivered(world, gate, pauseMilliseconds);
  await sweep(world, ['after kill', kill]);
}

/** Time for the messages of chunks and of payouts to count as lost. */
const silenceMilliseconds = 6 * 60_000;

async function sweep(world: World, place: (string | number)[]): Promise<void> {
  world.clock.moveTo(world.clock.now() + silenceMilliseconds);
  for (const name of ['sweep-payout-runs', 'sweep-payouts'] as const satisfies FunctionName[])
    await runFunction(world, { function: name, place, about: [], event: {}, what: name });
}

const mostPasses = 12;

async function rest(world: World, gate: WebhookGate): Promise<void> {
  for (let pass = 0; pass < mostPasses; pass++) {
    while (world.queues.runs.length > 0) await workAll(world, ['rest', pass, world.queues.runs.length], () => calm);
    world.queues.payouts.redrive();
    await sendSideBySide(world, ['rest', pass]);
    await webhooksDelivered(world, gate, pauseMilliseconds);
    await sweep(world, ['rest', pass]);
    const { runs, payouts } = await readSnapshot(world.ledger);
    const isPaid = payouts.every(({ state }) => ['paid', 'skipped'].includes(state));
    if (isPaid && runs.every(({ report }) => report?.isFinal)) return;
  }
}

/** The list of deliveries is long, and asking for it takes time. */
const pauseMilliseconds = 500;

const senders = 4;

async function sendSideBySide(world: World, place: (string | number)[]): Promise<void> {
  const most = Math.ceil(world.queues.payouts.length / senders);
  await Promise.all(
    Array.from({ length: senders }, (_, sender) => deliverAll(world, 'payouts', [...place, sender], most)),
  );
}

async function progress({ ledger }: World): Promise<string> {
  const { runLines, payouts, runs } = await readSnapshot(ledger);
  const paid = payouts.filter(({ state }) => state === 'paid').length;
  return `run ${runs[0]?.state}, ${runLines.length} creators, ${paid} paid`;
}

/** The ledger against who was due, PayPal's own books against the payouts, and the audit. */
async function judgeRun(world: World, { creators, runId }: { creators: number; runId: string }): Promise<string[]> {
  const { ledger, history, providers } = world;
  const snapshot = await readSnapshot(ledger);
  const books = await look<PayPalBooks>(providers.urls.paypal, 'books');
  const banks = await look<ConnectBooksReport>(providers.urls.stripe, 'connect/books');
  judgePayouts(world, { snapshot, books, banks });
  const { differences, unsettled, unconfirmed } = await auditLedger(ledger);
  const run = snapshot.runs.find((candidate) => candidate.runId === runId);
  return [
    ...history.violations.map(({ subject, sentence }) => `${subject} ${sentence}`),
    ...differences.map(({ subject, measure, delta }) => `audit: ${subject.kind} ${subject.id} ${measure} ${delta}`),
    ...unsettled,
    ...(unconfirmed > 0 ? [`the audit left ${unconfirmed} differences unexplained`] : []),
    ...judgeCreators(snapshot, creators),
    ...judgeSums(snapshot, { books, run }),
  ];
}

/** Everybody who was due was paid once, or skipped once for the reason that there is. */
function judgeCreators({ payouts }: Snapshot, creators: number): string[] {
  const byCreator = Map.groupBy(payouts, ({ creatorId }) => creatorId);
  return Array.from({ length: creators }, (_, number) => number).flatMap((number) => {
    const own = byCreator.get(`star-${number}`) ?? [];
    const outcome = own.map(({ state, reason }) => reason?.code ?? state).join(', ');
    return outcome === caseOf(number) ? [] : [`star-${number} was to be ${caseOf(number)}, and is: ${outcome}`];
  });
}

/** What PayPal has paid is what the run's report says was paid. */
function judgeSums(
  { payouts }: Snapshot,
  { books, run }: { books: PayPalBooks; run: PayoutRun | undefined },
): string[] {
  if (run?.state !== 'finished' || !run.report?.isFinal) return ['the run has not ended, or has no final report'];
  const atPayPal = books.items.reduce(
    (sum, { amount, timesPaid, timesBack }) => sum + Math.round(Number(amount.value) * 100) * (timesPaid - timesBack),
    0,
  );
  const inLedger = payouts.reduce((sum, { state, netMinor }) => sum + (state === 'paid' ? netMinor : 0), 0);
  const reported = run.report.totals.find(({ state }) => state === 'paid')?.netMinor;
  return atPayPal === inLedger && inLedger === reported && inLedger > 0
    ? []
    : [`PayPal paid ${atPayPal}, the ledger says ${inLedger}, and the report ${reported}`];
}
