import { runFunction } from './call.ts';
import { subjects } from './history.ts';
import type { Delivery } from './providers.ts';
import type { World } from './world.ts';

/** Webhooks come when the simulators send them, so each is known by what it is about and by how many came before it. */
export class WebhookGate {
  readonly #counts = new Map<string, number>();
  #underWay = 0;

  /** Hands a delivery to the function behind its address; gives the status that the provider gets. */
  async receive(world: World, { provider, rawBody, headers }: Delivery): Promise<number> {
    const { type, about } = read(provider, rawBody);
    const name = `${provider} ${type} ${about.join(' ')}`;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    this.#underWay += 1;
    try {
      const event = { headers, body: rawBody, isBase64Encoded: false, requestContext: { requestId: 'torture' } };
      const webhook = provider === 'stripe' ? ('receive-stripe-event' as const) : ('receive-paypal-event' as const);
      const run = {
        function: webhook,
        place: ['webhook', name, count],
        about,
        event,
        what: `${provider} says ${type}`,
      };
      const ended = await runFunction(world, run);
      return ended.kind === 'answered' ? (ended.value as { statusCode: number }).statusCode : 502;
    } finally {
      this.#underWay -= 1;
    }
  }

  get isQuiet(): boolean {
    return this.#underWay === 0;
  }
}

type AnyEvent = {
  type?: string;
  event_type?: string;
  data?: { object?: { metadata?: { rechargeId?: string } } };
  resource?: { payout_item?: { sender_item_id?: string } };
};

function read(provider: Delivery['provider'], rawBody: string): { type: string; about: string[] } {
  const event = JSON.parse(rawBody) as AnyEvent;
  const rechargeId = event.data?.object?.metadata?.rechargeId;
  const payoutId = event.resource?.payout_item?.sender_item_id;
  const about = [
    ...(rechargeId === undefined ? [] : [subjects.recharge(rechargeId)]),
    ...(payoutId === undefined ? [] : [subjects.payout(payoutId)]),
  ];
  return { type: (provider === 'stripe' ? event.type : event.event_type) ?? 'unknown', about };
}
