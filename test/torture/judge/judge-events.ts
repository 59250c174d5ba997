import type { WebhookMessage } from '../../../shared/events/webhook-message.ts';
import { compareTold, tellableIn } from '../../support/events-of-ledger.ts';
import { announceAll } from '../traffic/deliveries.ts';
import type { World } from '../world.ts';

/** All that the ledger shows was told on the bus and to the webhooks, and nothing else was. */
export async function judgeEvents(world: World): Promise<void> {
  const { ledger, history, bus, webhooks } = world;
  // What came to rest last was not told yet.
  await announceAll(world, ['judge', 'announce']);
  const tellable = await tellableIn(ledger);
  const messages = webhooks.receiveAll().map(({ body }) => JSON.parse(body) as WebhookMessage);
  const told = { bus: bus.events, webhooks: messages.map(({ event }) => event) };
  for (const [where, events] of Object.entries(told)) {
    const { lost, invented } = compareTold(events, tellable);
    for (const name of lost) history.violate(name, `was never told: ${where}`);
    for (const name of invented) history.violate(name, `was told and never happened: ${where}`);
  }
}
