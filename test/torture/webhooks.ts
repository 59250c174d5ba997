import * as z from 'zod/mini';
import { runFunction } from './call.ts';
import { subjects } from './history.ts';
import type { FunctionName } from './instances.ts';
import type { Delivery, Sender } from './webhook-gate.ts';
import type { World } from './world.ts';

const webhooks: Record<Sender, FunctionName> = {
  'stripe-connect': 'receive-stripe-connect-event',
  stripe: 'receive-stripe-event',
  paypal: 'receive-paypal-event',
  apple: 'receive-apple-event',
  google: 'receive-google-event',
};

/** Webhooks come when the simulators send them, so each is known by what it is about and by how many came before it. */
export class WebhookGate {
  readonly #counts = new Map<string, number>();
  #underWay = 0;

  /** Hands a delivery to the function behind its address; gives the status that the provider gets. */
  async receive(world: World, { provider, rawBody, headers }: Delivery): Promise<number> {
    const { type, about } = read(world, provider, rawBody);
    const name = `${provider} ${type} ${about.join(' ')}`;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    this.#underWay += 1;
    try {
      const event = { headers, body: rawBody, isBase64Encoded: false, requestContext: { requestId: 'torture' } };
      const run = {
        function: webhooks[provider],
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

type Read = { type: string; about: string[] };

function read(world: World, provider: Sender, rawBody: string): Read {
  const body: unknown = JSON.parse(rawBody);
  switch (provider) {
    case 'stripe-connect':
      return readConnect(body);
    case 'stripe':
      return readStripe(body);
    case 'paypal':
      return readPayPal(body);
    case 'apple':
      return readApple(body);
    case 'google':
      return readGoogle(world, body);
  }
}

const text = z.optional(z.string());

const StripeEvent = z.object({
  type: z.string(),
  data: z.object({ object: z.object({ metadata: z.optional(z.object({ rechargeId: text })) }) }),
});

function readStripe(body: unknown): Read {
  const { type, data } = StripeEvent.parse(body);
  return { type, about: rechargesOf(data.object.metadata?.rechargeId) };
}

const ConnectEvent = z.object({
  type: z.string(),
  data: z.object({ object: z.object({ metadata: z.optional(z.object({ payoutId: text })) }) }),
});

function readConnect(body: unknown): Read {
  const { type, data } = ConnectEvent.parse(body);
  const payoutId = data.object.metadata?.payoutId;
  return { type, about: payoutId === undefined ? [] : [subjects.payout(payoutId)] };
}

const PayPalEvent = z.object({
  event_type: z.string(),
  resource: z.object({
    id: text,
    custom_id: text,
    purchase_units: z.optional(z.array(z.object({ custom_id: text }))),
    payout_item: z.optional(z.object({ sender_item_id: text })),
  }),
});

function readPayPal(body: unknown): Read {
  const { event_type: type, resource } = PayPalEvent.parse(body);
  const payoutId = resource.payout_item?.sender_item_id;
  const named = resource.purchase_units?.[0]?.custom_id ?? resource.custom_id;
  return { type, about: payoutId === undefined ? rechargesOf(named) : [subjects.payout(payoutId)] };
}

const AppleEvent = z.object({ signedPayload: z.string() });
const ApplePayload = z.object({
  notificationType: z.string(),
  data: z.object({ signedTransactionInfo: text }),
});
const AppleTransaction = z.object({ appAccountToken: text });

function readApple(body: unknown): Read {
  const { notificationType, data } = ApplePayload.parse(signedBy(AppleEvent.parse(body).signedPayload));
  const { signedTransactionInfo: signed } = data;
  const { appAccountToken } = signed === undefined ? {} : AppleTransaction.parse(signedBy(signed));
  return { type: notificationType, about: rechargesOf(appAccountToken) };
}

function signedBy(signed: string): unknown {
  return JSON.parse(Buffer.from(signed.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

const GoogleEvent = z.object({ message: z.object({ data: z.string() }) });
const named = z.optional(z.object({ purchaseToken: z.string(), notificationType: z.optional(z.int()) }));
const GoogleNotification = z.object({ oneTimeProductNotification: named, voidedPurchaseNotification: named });

function readGoogle({ receipts }: World, body: unknown): Read {
  const { data } = GoogleEvent.parse(body).message;
  const notification = GoogleNotification.parse(JSON.parse(Buffer.from(data, 'base64').toString('utf8')));
  const { oneTimeProductNotification: once, voidedPurchaseNotification: voided } = notification;
  const token = (once ?? voided)?.purchaseToken;
  const receipt = receipts.find(({ id }) => id === token);
  return { type: once ? `oneTime${once.notificationType}` : 'voided', about: rechargesOf(receipt?.rechargeId) };
}

function rechargesOf(rechargeId: string | undefined): string[] {
  return rechargeId === undefined ? [] : [subjects.recharge(rechargeId)];
}
