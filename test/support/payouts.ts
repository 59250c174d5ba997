import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { startPayPalSimulator } from '../../infra/local/simulators/paypal.ts';
import type { Books, Move } from '../../infra/local/simulators/paypal-books.ts';
import { dayOf } from '../../shared/calendar.ts';
import { openCatalog, putVersion } from '../../shared/catalog/catalog.ts';
import { catalogDefaults, relaxedPayoutRules } from '../../shared/catalog/defaults.ts';
import type { PayoutRules } from '../../shared/catalog/schemas.ts';
import { putCreator } from '../../shared/earnings/put-creator.ts';
import { readShards } from '../../shared/earnings/read-shards.ts';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { webhook } from '../../shared/http/webhook.ts';
import { newId } from '../../shared/identifiers.ts';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { type SetPayoutHold, setPayoutHold } from '../../shared/payouts/payout-holds.ts';
import type { PayoutProviders } from '../../shared/payouts/payout-provider.ts';
import { payPalPayoutProvider } from '../../shared/payouts/paypal-payout-provider.ts';
import { putPayoutProfile } from '../../shared/payouts/put-payout-profile.ts';
import { receivePayPalEvent } from '../../shared/payouts/receive-paypal-event.ts';
import { type RequestPayout, requestPayout } from '../../shared/payouts/request-payout.ts';
import type { PayoutProfileBody } from '../../shared/payouts/schemas.ts';
import { submitPayouts } from '../../shared/payouts/submit-payouts.ts';
import { payableOf } from '../../shared/payouts/take-diamonds.ts';
import { createPayPalPayouts, type PayPalPayouts } from '../../shared/providers/paypal-client.ts';
import { createPayPalOrders } from '../../shared/providers/paypal-orders.ts';
import { createPayPalWebhookReader } from '../../shared/providers/paypal-webhook.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import { type Creator, parseCreator } from '../../shared/store/items/creator.ts';
import { type Payout, parsePayout } from '../../shared/store/items/payout.ts';
import { type ProviderEvent, parseProviderEvent } from '../../shared/store/items/recharge.ts';
import { creatorKey, providerEventKey } from '../../shared/store/keys.ts';
import { payoutKey } from '../../shared/store/payout-keys.ts';
import { readItem } from '../../shared/store/read.ts';
import type { Table } from '../../shared/store/table.ts';
import { look, steer } from '../providers/webhook-receiver.ts';
import { startGate } from '../recharges/shop.ts';
import { type Credit, creditDiamonds } from './credits.ts';
import { startQueue, type TestQueue } from './deliver.ts';
import { fanWith, newWorld, register, type World } from './people.ts';

export const payPalCredentials = { clientId: 'client', clientSecret: 'secret' };
export const payPalWebhookId = 'WH-1';

/** A ledger, the queues, and a PayPal whose events reach the webhook over HTTP. */
export type PayoutDesk = {
  world: World;
  /** Whom the helpers are about unless told otherwise; `nextCreator` makes a new one. */
  creatorId: string;
  payouts: TestQueue;
  runs: TestQueue;
  /** Gives up on a call after a second. */
  paypal: PayPalPayouts;
  /** The same, as functions have it. */
  providers: PayoutProviders;
  payPalUrl: string;
  webhookUrl: string;
  close(): Promise<void>;
};

type WebhookHandler = (event: APIGatewayProxyEventV2) => Promise<HttpAnswer>;

/**
 * PayPal pays nothing by itself here: `move` says what becomes of a payout. Its events go to `receive`, by default to the
 * webhook's use-case.
 */
export async function openPayoutDesk(receive?: WebhookHandler): Promise<PayoutDesk> {
  const world = await newWorld(new Date());
  await fanWith(world, { userId: 'ana', coins: 100_000_000, now: new Date() });
  const [payouts, runs] = await Promise.all([startQueue(), startQueue()]);
  const gate = await startGate((event) => (receive ?? received)(event));
  const webhookUrl = () => gate.url;
  const simulator = await startPayPalSimulator({ ...payPalCredentials, webhookId: payPalWebhookId, webhookUrl });
  await steer(simulator.url, 'payouts', { autoComplete: false });
  const connection = { ...payPalCredentials, apiUrl: simulator.url, timeoutSeconds: 1 };
  const paypal = createPayPalPayouts(connection);
  const orders = createPayPalOrders(connection);
  const webhooks = createPayPalWebhookReader({ webhookId: payPalWebhookId, certificateOrigins: [simulator.url] });
  const handler = webhook('receivePayPalEvent', async (delivery) => {
    await receivePayPalEvent({ ...world, paypal: { payouts: paypal, orders, webhooks } }, delivery);
    return undefined;
  });
  function received(event: APIGatewayProxyEventV2): Promise<HttpAnswer> {
    return handler(event, {} as Context) as Promise<HttpAnswer>;
  }
  return {
    world,
    creatorId: 'cy',
    payouts,
    runs,
    paypal,
    providers: providersOf(paypal),
    payPalUrl: simulator.url,
    webhookUrl: gate.url,
    async close() {
      await simulator.close();
      await gate.close();
      await Promise.all([payouts.close(), runs.close()]);
    },
  };
}

export const verifiedProfile: PayoutProfileBody = {
  method: 'paypal',
  destination: { type: 'email', value: 'cy@example.com' },
  schedule: 'none',
  identity: { state: 'verified' },
};

type ProfileChange = Partial<PayoutProfileBody> & { creatorId?: string; changedBy?: string; now?: Date };

export async function putProfile(desk: PayoutDesk, change: ProfileChange = {}): Promise<void> {
  const command = { ...verifiedProfile, creatorId: desk.creatorId, changedBy: 'app', now: new Date(), ...change };
  const stored = await putPayoutProfile(desk.world.ledger, command);
  if (isRefusal(stored)) throw new Error(stored.detail);
}

let creators = 0;

/** Registers a creator with a verified payout profile, and makes it the one that the helpers are about. */
export async function nextCreator(desk: PayoutDesk, change: ProfileChange = {}): Promise<string> {
  creators += 1;
  const creatorId = change.creatorId ?? `creator-${creators}`;
  const ownerUserId = `owner-of-${creatorId}`;
  const now = change.now ?? new Date();
  await register(desk.world, ownerUserId, now);
  const creator = await putCreator(desk.world, { creatorId, ownerUserId, region: 'US', giftsEnabled: true, now });
  if (isRefusal(creator)) throw new Error(creator.detail);
  desk.creatorId = creatorId;
  await putProfile(desk, change);
  return creatorId;
}

/** Credits the creator, or the one that is named, with what a gift of Ana's is worth. */
export function credit(desk: PayoutDesk, of: Partial<Credit> & { coins: number }, now = new Date()): Promise<void> {
  return creditDiamonds(desk.world.ledger, { creatorId: desk.creatorId, shard: 0, ...of }, now);
}

/** Asks for a payout, by default of everything that the creator has. */
export async function ask(desk: PayoutDesk, change: Partial<RequestPayout> = {}): Promise<Payout | Refusal> {
  const now = change.now ?? new Date();
  const command = { payoutId: newId(now), creatorId: desk.creatorId, asked: 'all', requestedBy: 'app', ...change, now };
  const requested = await requestPayout({ ...desk.world, payouts: desk.payouts }, command);
  return isRefusal(requested) ? requested : requested.payout;
}

/** Asks for a payout that must be granted. */
export async function payoutOf(desk: PayoutDesk, change: Partial<RequestPayout> = {}): Promise<Payout> {
  const payout = await ask(desk, change);
  if (isRefusal(payout)) throw new Error(`${payout.code}: ${payout.detail}`);
  return payout;
}

/** A payout of 1,400 diamonds that PayPal has taken: 1369 cents net. */
export async function submittedPayout(desk: PayoutDesk): Promise<Payout> {
  await credit(desk, { coins: 2800 });
  const { payoutId } = await payoutOf(desk);
  await submit(desk, payoutId);
  return readPayout(desk, payoutId);
}

export function providersOf(paypal: PayPalPayouts): PayoutProviders {
  return { paypal: async () => payPalPayoutProvider(paypal) };
}

/** Sends a payout by itself. @throws whatever makes its message come back. */
export async function submit(desk: PayoutDesk, payoutId: string, now = new Date()): Promise<void> {
  const failures = await submitTogether(desk, [payoutId], { now });
  if (failures.size > 0) throw failures.get(payoutId);
}

type Submitting = { now?: Date; ledger?: Table; paypal?: PayPalPayouts };

/** Sends payouts whose messages came together; gives those whose messages come back. */
export function submitTogether(
  desk: PayoutDesk,
  payoutIds: string[],
  { now = new Date(), ledger = desk.world.ledger, paypal = desk.paypal }: Submitting = {},
): Promise<Map<string, unknown>> {
  const run = { now, remainingMilliseconds: () => 60_000 };
  return submitPayouts({ ledger, providers: providersOf(paypal) }, { payoutIds, ...run });
}

/** Lets PayPal do something with a payout; its event is on its way when this returns. */
export async function move(desk: PayoutDesk, payoutId: string, by: Move): Promise<void> {
  await steer(desk.payPalUrl, `payouts-items/${payoutId}/${by}`);
}

export function payPalBooks(desk: PayoutDesk): Promise<Books> {
  return look<Books>(desk.payPalUrl, 'books');
}

export async function readPayout({ world }: PayoutDesk, payoutId: string): Promise<Payout> {
  const item = await readItem(world.ledger, payoutKey(payoutId));
  if (!item) throw new Error(`no payout ${payoutId}`);
  return parsePayout(item);
}

export async function readCreator({ world, creatorId }: PayoutDesk): Promise<Creator> {
  const item = await readItem(world.ledger, creatorKey(creatorId));
  if (!item) throw new Error(`no creator ${creatorId}`);
  return parseCreator(item);
}

export async function readEvent({ world }: PayoutDesk, eventId: string): Promise<ProviderEvent | undefined> {
  const item = await readItem(world.ledger, providerEventKey({ provider: 'paypal', eventId }));
  return item && parseProviderEvent(item);
}

export type Balances = { available: number; maturing: number; held: number; paidOut: number };

/** A creator's balances in whole diamonds, over all shards. */
export async function balancesOf({ world, creatorId }: PayoutDesk, now = new Date()): Promise<Balances> {
  const balances = { available: 0, maturing: 0, held: 0, paidOut: 0 };
  for (const shard of await readShards(world.ledger, creatorId)) {
    const payable = payableOf(shard, dayOf(now));
    const all = shard.available + Object.values(shard.maturing).reduce((sum, amount) => sum + amount, 0);
    balances.available += payable / 1000;
    balances.maturing += (all - payable) / 1000;
    balances.held += shard.held / 1000;
    balances.paidOut += shard.paidOut / 1000;
  }
  return balances;
}

/** What the audit finds wrong, as sentences. */
export async function auditFindings({ world }: PayoutDesk): Promise<string[]> {
  const { differences, unconfirmed } = await auditLedger(world.ledger);
  const named = differences.map(({ subject, measure, delta }) => `${subject.kind} ${subject.id}: ${measure} ${delta}`);
  return unconfirmed > 0 ? [...named, `${unconfirmed} more`] : named;
}

let versions = 0;

/** Publishes rules of payouts that have always been in force, and has them read anew. */
export async function publishRules(desk: PayoutDesk, change: Partial<PayoutRules> = {}): Promise<void> {
  versions += 1;
  const { catalogTable } = desk.world;
  const effectiveAt = new Date(Date.parse('2001-01-01T00:00:00.000Z') + versions).toISOString();
  const value = { ...relaxedPayoutRules, ...change };
  await putVersion(catalogTable, 'payouts', { version: `rules-${versions}`, effectiveAt, value });
  desk.world.catalog = openCatalog(catalogTable);
}

/** Switches payouts on or off where the creators of the tests are, since always, and has it read anew. */
export async function switchPayouts(desk: PayoutDesk, payouts: boolean): Promise<void> {
  versions += 1;
  const { catalogTable } = desk.world;
  const effectiveAt = new Date(Date.parse('2001-01-01T00:00:00.000Z') + versions).toISOString();
  const value = { ...catalogDefaults.switches, regions: { US: { payouts } } };
  await putVersion(catalogTable, 'switches', { version: `switches-${versions}`, effectiveAt, value });
  desk.world.catalog = openCatalog(catalogTable);
}

type HoldChange = Partial<SetPayoutHold> & { held: boolean };

export async function hold(desk: PayoutDesk, change: HoldChange): Promise<void> {
  const command = { creatorId: desk.creatorId, reason: 'Case 4711', caller: 'compliance', now: new Date(), ...change };
  const set = await setPayoutHold(desk.world.ledger, command);
  if (isRefusal(set)) throw new Error(set.detail);
}
