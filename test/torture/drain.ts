import { setTimeout as delay } from 'node:timers/promises';
import { runFunction } from './call.ts';
import { decideAll } from './decide-all.ts';
import type { FunctionName } from './instances.ts';
import { readSnapshot, type Snapshot } from './judge/snapshot.ts';
import { unsettledIn } from './judge/unsettled.ts';
import { look, steer } from './providers.ts';
import { lanes } from './table-stream.ts';
import { deliverAll, relayLane, tellEverything } from './traffic/deliveries.ts';
import { replayParked } from './traffic/parked-events.ts';
import { decide } from './traffic/payouts.ts';
import { handInFor } from './traffic/receipts.ts';
import type { WebhookGate } from './webhooks.ts';
import type { World } from './world.ts';

const minute = 60_000;

/** The clock goes in steps that let every sweep and every look-up come round; the last ones are far apart. */
const passMinutes = [1, 5, 10, 15, 30, 60, 60, 6 * 60, 6 * 60, 24 * 60, 24 * 60, 72 * 60];

/**
 * Ends all faults and lets everything come to rest: what waits is delivered, dead letters are moved back, sweeps run,
 * PayPal decides on what it has, and the clock goes on. What never settles is a violation.
 */
export async function drain(world: World, gate: WebhookGate): Promise<Snapshot> {
  world.isCalm = true;
  await world.lateEffects();
  await calmProviders(world);
  for (const [pass, minutes] of passMinutes.entries()) {
    world.clock.moveTo(world.clock.now() + minutes * minute);
    await onePass(world, pass);
    await webhooksDelivered(world, gate);
    if (world.history.isSpoiled) return readSnapshot(world.ledger);
    if (!isEmpty(world)) continue;
    if (pass === 0) await replayParked(world, ['drain', pass, 'parked']);
    await finishAtApps(world, pass);
    const snapshot = await readSnapshot(world.ledger);
    await answerOperators(world, snapshot, pass);
    // The first pass leaves what is undecided as it is: sweeps must live with that.
    if (pass > 0 && isEmpty(world) && (await unsettledIn(world, snapshot)).length === 0) return snapshot;
  }
  const snapshot = await readSnapshot(world.ledger);
  for (const { subject, sentence } of await unsettledIn(world, snapshot)) world.history.violate(subject, sentence);
  if (!isEmpty(world)) world.history.violate('the queues', 'never empty');
  return snapshot;
}

/** A run's message brings the next one; a message that fails is back at once. */
const mostTurns = 40;

async function calmProviders({ providers }: World): Promise<void> {
  const settings = { hold: false, copies: 1, order: 'sent', failNext: 0, loseAnswerNext: 0, delayMs: 0 };
  for (const url of Object.values(providers.urls)) {
    await steer(url, 'faults/clear');
    await steer(url, 'webhooks', settings);
  }
}

const jobs: FunctionName[] = [
  ...(['sweep-recharges', 'sweep-google-purchases', 'list-google-voids'] as const),
  ...(['sweep-payouts', 'sweep-payout-runs', 'sweep-outboxes', 'reverse-gifts'] as const),
  ...(['sweep-reservations', 'expire-lots'] as const),
];

async function onePass(world: World, pass: number): Promise<void> {
  for (const name of jobs)
    if (!world.sabotage.off?.includes(name))
      await runFunction(world, { function: name, place: ['drain', pass], about: [], event: {}, what: name });
  await world.stream.read();
  for (let lane = 0; lane < lanes; lane++)
    await relayLane(world, { lane, most: 10_000, repeated: 0, place: ['drain', pass, lane] });
  for (const queue of Object.values(world.queues)) queue.redrive();
  for (const name of ['payouts', 'credits', 'runs'] as const)
    for (let turn = 0; world.queues[name].length > 0 && turn < mostTurns; turn++)
      await deliverAll(world, name, ['drain', pass, turn]);
  await tellEverything(world, ['drain', pass, 'tell']);
  if (pass > 0) await decideAll(world);
}

/** Operators decide on what waits for them. */
async function answerOperators(world: World, { payouts }: Snapshot, pass: number): Promise<void> {
  for (const { payoutId, state } of payouts)
    if (state === 'awaiting_approval')
      await decide(world, payoutId, {
        decision: 'approve',
        caller: 'second-operator',
        place: ['drain', pass, payoutId],
      });
}

/** Apps hand in what their store still holds for them whenever they are opened. */
async function finishAtApps(world: World, pass: number): Promise<void> {
  for (const receipt of world.receipts) {
    const { rechargeId, id, isAnswered } = receipt;
    if (!isAnswered) await handInFor(world, receipt, { rechargeId, place: ['drain', pass, 'receipt', id] });
  }
}

type Deliveries = { deliveries: { state: string }[] };

/** Lost webhooks come again within seconds of real time. */
export async function webhooksDelivered(
  { providers, history }: World,
  gate: WebhookGate,
  pauseMilliseconds = 25,
): Promise<void> {
  for (const url of Object.values(providers.urls))
    for (let wait = 0; wait < 400 && !history.isSpoiled; wait++) {
      const { deliveries } = await look<Deliveries>(url, 'deliveries');
      if (gate.isQuiet && deliveries.every(({ state }) => state !== 'waiting' && state !== 'held')) break;
      await delay(pauseMilliseconds);
    }
}

function isEmpty({ stream, changes, queues }: World): boolean {
  return stream.length === 0 && changes.length === 0 && Object.values(queues).every(({ length }) => length === 0);
}
