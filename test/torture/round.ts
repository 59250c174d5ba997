import { setTimeout as delay } from 'node:timers/promises';
import type { Sabotage } from './canaries/sabotage.ts';
import { drain } from './drain.ts';
import type { History } from './history.ts';
import { judge } from './judge/judge.ts';
import { setUp } from './set-up.ts';
import { tellEverything } from './traffic/deliveries.ts';
import { operationAt } from './traffic/operation.ts';
import type { Scale } from './traffic/people.ts';
import { perform } from './traffic/perform.ts';
import { Plan, type Traffic } from './traffic/plan.ts';
import { publishPrices } from './traffic/prices.ts';
import { operationsPerBlock } from './traffic/timeline.ts';
import type { Ways } from './traffic/ways.ts';
import { WebhookGate } from './webhooks.ts';
import { openWorld, type World } from './world.ts';

export type RoundOptions = {
  dynamodbUrl: string;
  seed: number;
  operations: number;
  /** So many operations run side by side. */
  clients: number;
  scale: Scale;
  ways: Ways;
  traffic: Traffic;
  sabotage: Sabotage;
};

export type RoundReport = {
  operations: number;
  /** Items in the ledger at the end. */
  items: number;
  seconds: number;
  history: History;
  /** Everything that clients asked for. */
  asked: string[];
};

/** One round: an empty ledger, traffic that is decided by the seed, rest, and the verdict. It ends at the first violation. */
export async function playRound(options: RoundOptions): Promise<RoundReport> {
  const began = performance.now();
  const gate = new WebhookGate();
  const { dynamodbUrl, seed, scale, ways, sabotage } = options;
  const onWebhook = gate.receive.bind(gate);
  const world = await openWorld({ dynamodbUrl, seed, scale, ways, sabotage, onWebhook });
  try {
    await setUp(world, gate);
    const operations = await playTraffic(world, gate, options);
    const items = await settle(world, gate);
    const asked = Object.values(world.views).flatMap((view) => view.asked());
    return { operations, items, seconds: (performance.now() - began) / 1_000, history: world.history, asked };
  } finally {
    await world.close();
  }
}

/** Lets everything come to rest and judges it; gives the number of items in the ledger, or 0 after a violation. */
async function settle(world: World, gate: WebhookGate): Promise<number> {
  if (world.history.isSpoiled) return 0;
  const snapshot = await drain(world, gate);
  return world.history.isSpoiled ? 0 : (await judge(world, snapshot)).items;
}

async function playTraffic(world: World, gate: WebhookGate, options: RoundOptions): Promise<number> {
  const plan = new Plan(world.seed, options.traffic);
  let done = 0;
  for (let block = 0; done < options.operations && !world.history.isSpoiled; block++) {
    world.clock.moveTo(world.timeline.startOf(block));
    await publishPrices(world, block);
    const end = Math.min(options.operations, done + operationsPerBlock);
    let next = done;
    const client = async () => {
      while (next < end && !world.history.isSpoiled) {
        const operation = operationAt(world, plan, next++);
        world.clock.moveTo(operation.now);
        for (const queue of Object.values(world.queues)) queue.tick = operation.number;
        await perform(operation);
      }
    };
    await Promise.all(Array.from({ length: options.clients }, client));
    done = next;
    await stillness(world, gate);
    await beforeLongPause(world, block);
  }
  return done;
}

/** Streams keep a change for a day and queues a message for four: what would be older is told before. */
async function beforeLongPause(world: World, block: number): Promise<void> {
  if (world.timeline.startOf(block + 1) - world.clock.now() < longPauseMilliseconds) return;
  world.isCalm = true;
  await tellEverything(world, ['before block', block + 1]);
  world.isCalm = false;
}
const longPauseMilliseconds = 86_400_000;

/** No invocation spans a jump of the clock: they last seconds, and the jumps are up to days. */
async function stillness(world: World, gate: WebhookGate): Promise<void> {
  await world.lateEffects();
  while (!gate.isQuiet) await delay(2);
}
