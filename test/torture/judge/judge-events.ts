import { setTimeout as delay } from 'node:timers/promises';
import type { Event } from '../../../shared/events/event.ts';
import type { WebhookMessage } from '../../../shared/events/webhook-message.ts';
import { compareTold, tellableIn } from '../../support/events-of-ledger.ts';
import { announceAll } from '../traffic/deliveries.ts';
import type { World } from '../world.ts';

const pauseMilliseconds = 100;
const mostWaits = 30;

/** All that the ledger shows was told on the bus and to the webhooks, and nothing else was. */
export async function judgeEvents(world: World): Promise<void> {
  const { ledger, history, bus, webhooks } = world;
  const tellable = await tellableIn(ledger);
  const told: Record<'bus' | 'webhooks', Event[]> = { bus: bus.events, webhooks: [] };
  const isAllTold = () => Object.values(told).every((events) => compareTold(events, tellable).lost.length === 0);
  // What came to rest last was not told yet, and the emulator's stream shows a change only a moment after it was made.
  for (let wait = 0; wait < mostWaits && (wait === 0 || !isAllTold()); wait++) {
    await delay(wait === 0 ? 0 : pauseMilliseconds);
    await announceAll(world, ['judge', 'announce', wait]);
    told.webhooks.push(...webhooks.receiveAll().map(({ body }) => (JSON.parse(body) as WebhookMessage).event));
  }
  for (const [where, events] of Object.entries(told)) {
    const { lost, invented } = compareTold(events, tellable);
    for (const name of lost) history.violate(name, `was never told: ${where}`);
    for (const name of invented) history.violate(name, `was told and never happened: ${where}`);
  }
}
