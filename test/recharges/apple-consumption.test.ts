import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefusal } from '../../shared/refusals.ts';
import { putUser } from '../../shared/users/put-user.ts';
import { look, steer } from '../providers/webhook-receiver.ts';
import {
  type AppleOrder,
  type AppleShop,
  appleEventOf,
  appleOrder,
  atStore,
  buyOnDevice,
  delivered,
  handIn,
  notification,
  notify,
  openAppleShop,
} from './apple-shop.ts';
import { openStage, spend } from './claim-events.ts';

let shop: AppleShop;

beforeAll(async () => {
  shop = await openAppleShop();
  await openStage(shop);
});
afterAll(() => shop.close());

async function consent(userId: string): Promise<void> {
  const { ledger, catalog } = shop;
  const person = { userId, region: 'US', birthDate: '1995-04-12', refundDataConsent: true, now: new Date() };
  const user = await putUser({ ledger, catalog }, person);
  if (isRefusal(user)) throw new Error(user.detail);
}

async function bought(): Promise<AppleOrder & { transactionId: string }> {
  const order = await appleOrder(shop);
  const { transactionId, signedTransaction } = await buyOnDevice(shop, order);
  expect(await handIn(shop, order.rechargeId, signedTransaction)).toBe('paid');
  return { ...order, transactionId };
}

type Told = { transactionId: string };

async function toldOf(transactionId: string): Promise<Told | undefined> {
  const { consumptions } = await look<{ consumptions: Told[] }>(shop.appleUrl, 'consumptions');
  return consumptions.find((told) => told.transactionId === transactionId);
}

async function ask(transactionId: string): Promise<string> {
  await atStore(shop, transactionId, 'ask');
  return (await delivered(shop, 'CONSUMPTION_REQUEST')).at(-1) ?? '';
}

describe('a request for how much of a purchase was consumed', () => {
  it.each([
    [0, 0],
    [333, 33_300],
    [1000, 100_000],
  ])('is answered from the journal: %i coins of 1,000 are %i thousandths of a percent', async (coins, milliPercent) => {
    const { userId, transactionId } = await bought();
    await consent(userId);
    if (coins > 0) expect(await spend(shop, userId, coins)).toBe('sent');
    const eventId = await ask(transactionId);
    expect(await toldOf(transactionId)).toMatchObject({
      customerConsented: true,
      consumptionPercentage: milliPercent,
      deliveryStatus: 'DELIVERED',
      sampleContentProvided: false,
    });
    expect(await appleEventOf(shop, eventId)).toMatchObject({ outcome: 'applied' });
  });

  it('counts what was bought first as spent first', async () => {
    const first = await bought();
    const next = await appleOrder(shop, { userId: first.userId });
    const later = await buyOnDevice(shop, next);
    expect(await handIn(shop, next.rechargeId, later.signedTransaction)).toBe('paid');
    await consent(first.userId);
    await spend(shop, first.userId, 1200);
    await ask(first.transactionId);
    await ask(later.transactionId);
    expect(await toldOf(first.transactionId)).toMatchObject({ consumptionPercentage: 100_000 });
    expect(await toldOf(later.transactionId)).toMatchObject({ consumptionPercentage: 20_000 });
  });

  it('says that nothing was delivered as long as nothing was', async () => {
    const order = await appleOrder(shop);
    await consent(order.userId);
    const { transactionId } = await buyOnDevice(shop, order);
    await ask(transactionId);
    expect(await toldOf(transactionId)).toMatchObject({
      deliveryStatus: 'UNDELIVERED_OTHER',
      consumptionPercentage: 0,
    });
  });

  it('tells Apple nothing about a customer who has not consented', async () => {
    const { transactionId } = await bought();
    const eventId = await ask(transactionId);
    expect(await toldOf(transactionId)).toBeUndefined();
    expect(await appleEventOf(shop, eventId)).toMatchObject({ outcome: 'ignored', reason: 'no_consent' });
  });

  it('must come again when Apple does not take the answer, and is answered then', async () => {
    const { userId, transactionId } = await bought();
    await consent(userId);
    await steer(shop.appleUrl, 'faults', { next: 'error_500', method: 'PUT' });
    await ask(transactionId);
    expect(await toldOf(transactionId)).toMatchObject({ consumptionPercentage: 0 });
  });

  it('is kept as refused when Apple has no use for the answer, and as ignored when nobody knows the purchase', async () => {
    const { userId, rechargeId, transactionId } = await bought();
    await consent(userId);
    const order = await appleOrder(shop, { userId });
    const receipt = await buyOnDevice(shop, order);
    const [gone, unknown, other] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    const told = (transaction: object, uuid: string) =>
      notify(shop, notification(shop, { type: 'CONSUMPTION_REQUEST', transaction, uuid }));
    expect(await told({ ...receipt, transactionId: '2000000000000009' }, gone)).toBe(200);
    expect(await told({ ...receipt, appAccountToken: crypto.randomUUID() }, unknown)).toBe(200);
    expect(await told({ ...receipt, appAccountToken: rechargeId }, other)).toBe(200);
    expect(await appleEventOf(shop, gone)).toMatchObject({ outcome: 'ignored', reason: 'answer_refused' });
    expect(await appleEventOf(shop, unknown)).toMatchObject({ outcome: 'ignored', reason: 'recharge_unknown' });
    expect(await appleEventOf(shop, other)).toMatchObject({ outcome: 'ignored', reason: 'payment_differs' });
    expect(await toldOf(transactionId)).toBeUndefined();
  });
});
