import type { WebhookMessage } from '../../../shared/events/webhook-message.ts';
import { compareTold, tellableIn } from '../../support/events-of-ledger.ts';
import type { World } from '../world.ts';

/** All that the ledger shows was told on the bus and to the webhooks, and nothing else was. */
export async function judgeEvents({ ledger, history, bus, webhooks }: World): Promise<void> {
  const tellable = await tellableIn(ledger);
  const messages = webhooks.receiveAll().map(({ body }) => JSON.parse(body) as WebhookMessage);
  const told = { bus: bus.events, webhooks: messages.map(({ event }) => event) };
  for (const [where, events] of Object.entries(told)) {
    const { lost, invented } = compareTold(events, tellable);
    for (const name of lost) history.violate(name, `was never told: ${where}`);
    for (const name of invented) history.violate(name, `was told and never happened: ${where}`);
  }
}
