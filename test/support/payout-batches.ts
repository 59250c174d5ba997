import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { NewPayoutBatch, PayPalPayouts } from '../../shared/providers/paypal-client.ts';
import { type PayoutBatch, parsePayoutBatch } from '../../shared/store/items/payout-batch.ts';
import { payoutBatchKey } from '../../shared/store/payout-keys.ts';
import { readItem } from '../../shared/store/read.ts';
import type { Table } from '../../shared/store/table.ts';
import { testClient } from './ledger.ts';
import { credit, nextCreator, type PayoutDesk, payoutOf, payPalBooks, readPayout } from './payouts.ts';

export type Requested = { payoutId: string; creatorId: string; receiver: string };

let payees = 0;

/** Payouts of 1,400 diamonds each, of as many new creators. */
export async function requestedPayouts(desk: PayoutDesk, count: number): Promise<Requested[]> {
  const requested: Requested[] = [];
  for (let one = 0; one < count; one++) {
    payees += 1;
    const creatorId = `payee-${payees}`;
    const receiver = `${creatorId}@example.com`;
    await nextCreator(desk, { creatorId, destination: { type: 'email', value: receiver } });
    await credit(desk, { coins: 2800 });
    requested.push({ payoutId: (await payoutOf(desk)).payoutId, creatorId, receiver });
  }
  return requested;
}

export function idsOf(payouts: Requested[]): string[] {
  return payouts.map(({ payoutId }) => payoutId);
}

export async function statesOf(desk: PayoutDesk, payouts: Requested[]): Promise<string[]> {
  return Promise.all(payouts.map(async ({ payoutId }) => (await readPayout(desk, payoutId)).state));
}

/** What PayPal has of the payouts. */
export async function itemsOf(desk: PayoutDesk, payouts: Requested[]) {
  const ids = new Set(payouts.map(({ payoutId }) => payoutId));
  return (await payPalBooks(desk)).items.filter(({ senderItemId }) => ids.has(senderItemId ?? ''));
}

export async function readBatch({ world }: PayoutDesk, batchId: string | undefined): Promise<PayoutBatch> {
  const item = await readItem(world.ledger, payoutBatchKey(batchId ?? ''));
  if (!item) throw new Error(`no batch ${batchId}`);
  return parsePayoutBatch(item);
}

export type Watched = PayPalPayouts & { batches: NewPayoutBatch[]; lookUps: string[] };

/** The same PayPal, which keeps what it is asked for. */
export function watched(paypal: PayPalPayouts): Watched {
  const batches: NewPayoutBatch[] = [];
  const lookUps: string[] = [];
  return {
    ...paypal,
    batches,
    lookUps,
    createPayoutBatch(batch) {
      batches.push(batch);
      return paypal.createPayoutBatch(batch);
    },
    getPayoutBatch(payoutBatchId) {
      lookUps.push(payoutBatchId);
      return paypal.getPayoutBatch(payoutBatchId);
    },
  };
}

class Killed extends Error {}

/** A worker that is killed at one of its calls of the ledger or of PayPal, before or after the call has its effect. */
export function killedAt(
  { ledger, paypal }: { ledger: Table; paypal: PayPalPayouts },
  { call, afterEffect }: { call: number; afterEffect: boolean },
): { ledger: Table; paypal: PayPalPayouts; isKilled: () => boolean } {
  let calls = 0;
  async function live<Answer>(make: () => Promise<Answer>): Promise<Answer> {
    const number = calls++;
    if (number === call && afterEffect) await make();
    if (number >= call) throw new Killed();
    return make();
  }
  const client = DynamoDBDocumentClient.from(testClient(), { marshallOptions: { removeUndefinedValues: true } });
  client.middlewareStack.add((next) => (args) => live(() => next(args)), { step: 'initialize', priority: 'low' });
  const createPayoutBatch = (batch: NewPayoutBatch) => live(() => paypal.createPayoutBatch(batch));
  return {
    ledger: { client, name: ledger.name },
    paypal: { ...paypal, createPayoutBatch },
    isKilled: () => calls > call,
  };
}
