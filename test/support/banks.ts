import type { Context } from 'aws-lambda';
import Stripe from 'stripe';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { webhook } from '../../shared/http/webhook.ts';
import type { PayoutProvider } from '../../shared/payouts/payout-provider.ts';
import { receiveStripeConnectEvent } from '../../shared/payouts/receive-stripe-connect-event.ts';
import { submitPayouts } from '../../shared/payouts/submit-payouts.ts';
import { type SweepReport, sweepPayouts } from '../../shared/payouts/sweep-payouts.ts';
import type { Payout } from '../../shared/store/items/payout.ts';
import { type ProviderEvent, parseProviderEvent } from '../../shared/store/items/recharge.ts';
import { providerEventKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import type { Table } from '../../shared/store/table.ts';
import { type ConnectDesk, connectSecrets, startConnectDesk } from '../providers/connect-desk.ts';
import { startGate, webhookRequest } from '../recharges/shop.ts';
import { credit, nextCreator, openPayoutDesk, type PayoutDesk, payoutOf, readPayout } from './payouts.ts';

/** A payout desk that also pays banks, whose events reach Connect's webhook over HTTP. */
export type BankDesk = PayoutDesk & { stripe: ConnectDesk; bank: PayoutProvider; accountId: string };

export async function openBankDesk(): Promise<BankDesk> {
  const desk = await openPayoutDesk();
  const gate = await startGate((event) => receive(event));
  const stripe = await startConnectDesk(() => gate.url);
  const bank = stripe.connect();
  const { ledger } = desk.world;
  const webhookSecrets = [connectSecrets.connectWebhookSecret, connectSecrets.accountWebhookSecret];
  const handler = webhook('receiveStripeConnectEvent', async ({ rawBody, headers, now }) => {
    const delivery = { rawBody, signatureHeader: headers['stripe-signature'], webhookSecrets, now };
    await receiveStripeConnectEvent({ ledger, provider: bank }, delivery);
  });
  const receive = (event: Parameters<typeof handler>[0]) => handler(event, {} as Context) as Promise<HttpAnswer>;
  handlers.set(stripe, receive);
  const { providers, close } = desk;
  return Object.assign(desk, {
    stripe,
    bank,
    accountId: '',
    providers: { ...providers, bank: async () => bank },
    async close() {
      await stripe.close();
      await gate.close();
      await close();
    },
  });
}

type Receive = (event: ReturnType<typeof webhookRequest>) => Promise<HttpAnswer>;
const handlers = new WeakMap<ConnectDesk, Receive>();

let accounts = 0;

/** A creator who is paid at a bank, through a connected account that can be paid. */
export async function nextBankCreator(desk: BankDesk): Promise<string> {
  accounts += 1;
  desk.accountId = `acct_creator${accounts}`;
  await desk.stripe.steer('accounts', { id: desk.accountId });
  return nextCreator(desk, bankProfile(desk));
}

export function bankProfile({ accountId }: BankDesk) {
  return { method: 'bank' as const, destination: { type: 'stripe_account' as const, value: accountId } };
}

/** Sends payouts as the worker does. @throws what makes the message of the first that was not sent come back. */
export async function sendToBank(
  desk: BankDesk,
  payoutIds: string[],
  { ledger = desk.world.ledger, bank = desk.bank, now = new Date() }: SendOptions = {},
): Promise<void> {
  const providers = { ...desk.providers, bank: async () => bank };
  const run = { now, remainingMilliseconds: () => 60_000 };
  const failures = await submitPayouts({ ledger, providers }, { payoutIds, ...run });
  for (const failure of failures.values()) throw failure;
}

type SendOptions = { ledger?: Table; bank?: PayoutProvider; now?: Date };

/** A payout of 1,400 diamonds: 1,110 cents net of a fee of 290. */
export async function requestedAtBank(desk: BankDesk): Promise<Payout> {
  await credit(desk, { coins: 2800 });
  return payoutOf(desk);
}

/** The same, on its way to the bank. */
export async function payoutAtBank(desk: BankDesk): Promise<Payout> {
  const { payoutId } = await requestedAtBank(desk);
  await sendToBank(desk, [payoutId]);
  return readPayout(desk, payoutId);
}

export function sweepAt(desk: BankDesk, now: Date): Promise<SweepReport> {
  const { payouts, providers } = desk;
  return sweepPayouts({ ledger: desk.world.ledger, payouts, providers }, { now, remainingMilliseconds: () => 300_000 });
}

export async function readStripeEvent({ world }: BankDesk, eventId: string): Promise<ProviderEvent | undefined> {
  const item = await readItem(world.ledger, providerEventKey({ provider: 'stripe', eventId }));
  return item && parseProviderEvent(item);
}

/** Delivers an event that Stripe signs, without going through its simulator; `secret` is of the endpoint it is for. */
export function deliverEvent(
  { stripe }: BankDesk,
  event: { id: string; type: string; object: object },
  secret = connectSecrets.connectWebhookSecret,
): Promise<HttpAnswer> {
  const { id, type, object } = event;
  const created = Math.floor(Date.now() / 1000);
  const payload = JSON.stringify({ object: 'event', id, type, created, data: { object } });
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret });
  const receive = handlers.get(stripe);
  if (!receive) throw new Error('This desk has no webhook.');
  return receive(webhookRequest(payload, { 'stripe-signature': signature }));
}
