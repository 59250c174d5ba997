import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Key, rechargeKey, walletKey } from '../../shared/store/keys.ts';
import { payoutKey } from '../../shared/store/payout-keys.ts';
import { readItem } from '../../shared/store/read.ts';
import type { Item } from '../../shared/store/table.ts';
import { transact, updateIf } from '../../shared/store/write.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { creatorWithProfile, eventually, fanWithThousands, startTestCloud, type TestCloud } from '../support/cloud.ts';
import {
  allDelivered,
  balanceOf,
  bought,
  inLedger,
  orderAt,
  pay,
  stateOf,
  troublesOf,
} from '../support/payment-cloud.ts';

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud?.close());

type Parked = {
  provider: string;
  eventId: string;
  reason: string;
  subject?: string;
  outcome: string;
  replaying: boolean;
  trail: { action: string; by: string; reason: string }[];
};

const operate = { scope: 'operate' } as const;
const providers = ['stripe', 'paypal', 'apple', 'google'] as const;
const sweeps = ['SweepRecharges', 'SweepGooglePurchases', 'SweepPayouts'];

async function waiting(): Promise<Parked[]> {
  const { status, body } = await cloud.api.get('/v1/operations/parked-events?limit=100', operate);
  expect(status).toBe(200);
  return body.events as Parked[];
}

/** The events that wait for an operator for a reason, about an order where that is said. */
async function parkedFor(reason: string, { rechargeId: subject }: { rechargeId?: string } = {}): Promise<Parked[]> {
  let found: Parked[] = [];
  await eventually(`an event is parked: ${reason}`, async () => {
    found = (await waiting()).filter((event) => event.reason === reason && event.subject === subject);
    return found.length > 0;
  });
  for (const event of found) expect(event).toMatchObject({ outcome: 'parked', replayable: true, replaying: false });
  return found;
}

function decide({ provider, eventId }: Pick<Parked, 'provider' | 'eventId'>, action: 'replay' | 'close') {
  const body = { action, reason: `${action} in a test` };
  return cloud.api.post(`/v1/operations/parked-events/${provider}/${eventId}`, body, operate);
}

/** Two operators replay events at once, and the sweeps run that may have to ask a provider; in the end all are decided. */
async function replayTwice(events: Parked[]): Promise<void> {
  const answers = await Promise.all([...events, ...events].map((event) => decide(event, 'replay')));
  for (const { status } of answers) expect([200, 409]).toContain(status);
  await runSweeps();
  await runSweeps();
  for (const event of events) {
    await eventually('the event is decided', async () => {
      const left = await waiting();
      return left.every(({ eventId }) => eventId !== event.eventId);
    });
    const again = await decide(event, 'replay');
    expect(again).toMatchObject({ status: 200, body: { replayable: false, replaying: false } });
    expect(['applied', 'ignored']).toContain(again.body.outcome);
    expect(again.body.trail).toContainEqual(expect.objectContaining({ action: 'replay', reason: 'replay in a test' }));
  }
}

async function runSweeps(): Promise<void> {
  await Promise.all(sweeps.map((sweep) => cloud.invoke(sweep, {})));
}

/** Takes an item out of the ledger; gives what puts it back. */
async function takeAway(key: Key): Promise<() => Promise<unknown>> {
  const item = await inLedger(cloud, (ledger) => readItem(ledger, key));
  if (!item) throw new Error(`there is no ${key.pk}`);
  await inLedger(cloud, (ledger) => transact(ledger, [{ remove: { Key: key }, failure: () => 'failed' }]));
  return () => inLedger(cloud, (ledger) => transact(ledger, [{ put: { Item: item }, failure: () => 'failed' }]));
}

function setOrder(rechargeId: string, change: Item) {
  const names = Object.keys(change);
  return inLedger(cloud, (ledger) =>
    updateIf(ledger, {
      Key: rechargeKey(rechargeId),
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, change[name]])),
    }),
  );
}

describe.each(providers)('a payment through %s that could not be credited', (provider) => {
  it('is credited once when its cause is mended and its events are replayed by two operators at once', async () => {
    const order = await orderAt(cloud, provider);
    const mend = await takeAway(walletKey(order.userId));
    await pay(cloud, order);
    await allDelivered(cloud, provider);
    const [first] = await parkedFor('wallet_unknown', order);
    if (!first) throw new Error('nothing is parked');
    // In vain as long as the cause is there; the attempt is kept.
    expect((await decide(first, 'replay')).status).toBe(200);
    await runSweeps();
    await eventually('the event is back on the list', async () => {
      const back = (await waiting()).find(({ eventId }) => eventId === first.eventId);
      return back?.replaying === false && back.trail.length === 1;
    });
    await mend();
    await replayTwice(await parkedFor('wallet_unknown', order));
    expect(await stateOf(cloud, order)).toBe('paid');
    expect(await balanceOf(cloud, order)).toMatchObject({ paidCoins: 1000, owedCoins: 0 });
  });
});

describe.each(['stripe', 'paypal'] as const)(
  'a payment through %s that the sweep found and could not credit',
  (provider) => {
    it('is credited once', async () => {
      const order = await orderAt(cloud, provider);
      const mend = await takeAway(walletKey(order.userId));
      await pay(cloud, order, { webhook: false });
      await setOrder(order.rechargeId, { dueAt: '2026-01-01T00:00:00.000Z' });
      await cloud.invoke('SweepRecharges', {});
      await allDelivered(cloud, provider);
      const events = await parkedFor('wallet_unknown', order);
      expect(events.map(({ eventId }) => eventId)).toContainEqual(expect.stringMatching(/^lookup-/));
      await mend();
      await replayTwice(events);
      expect(await balanceOf(cloud, order)).toMatchObject({ paidCoins: 1000 });
    });
  },
);

describe('what PayPal must be asked about again', () => {
  it('is an order that disagreed: its money is taken and credited when it agrees', async () => {
    const order = await orderAt(cloud, 'paypal');
    await setOrder(order.rechargeId, { priceMinor: 1 });
    await pay(cloud, order);
    const events = await parkedFor('amount_differs', order);
    await setOrder(order.rechargeId, { priceMinor: 1299 });
    await replayTwice(events);
    await allDelivered(cloud, 'paypal');
    expect(await balanceOf(cloud, order)).toMatchObject({ paidCoins: 1000 });
  });

  it('is a reversal that nothing confirmed, once it is there', async () => {
    const sale = await bought(cloud, 'paypal');
    const captureId = await captureOf(sale.id);
    const event = { type: 'PAYMENT.CAPTURE.REVERSED', object: { id: captureId } };
    await steer(cloud.simulators.paypal, 'events', event);
    const parked = await parkedFor('reversal_unconfirmed', sale);
    await steer(cloud.simulators.paypal, `captures/${captureId}/reverse`, { webhook: false });
    await replayTwice(parked);
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 0, owedCoins: 0 });
  });

  it('is a dispute that ended in a way nobody knew', async () => {
    const sale = await bought(cloud, 'paypal');
    const { id } = await steer<{ id: string }>(cloud.simulators.paypal, `captures/${sale.id}/dispute`);
    await allDelivered(cloud, 'paypal');
    await steer(cloud.simulators.paypal, `disputes/${id}/resolve`, { outcome: 'SOMETHING_NEW' });
    const parked = await parkedFor('dispute_outcome_unknown', sale);
    expect(await stateOf(cloud, sale)).toBe('disputed');
    await steer(cloud.simulators.paypal, `disputes/${id}/resolve`, {
      outcome: 'RESOLVED_BUYER_FAVOUR',
      webhook: false,
    });
    await replayTwice(parked);
    expect(await stateOf(cloud, sale)).toBe('charged_back');
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 0, owedCoins: 0 });
  });

  it('is a payout that was unknown', async () => {
    await creatorWithProfile(cloud, 'cy');
    await fanWithThousands(cloud, 'generous', 1);
    const tip = { senderId: 'generous', creatorId: 'cy', gift: 'tip', quantity: 1, unitPrice: 1000 };
    await cloud.api.post('/v1/gifts', { ...tip, context: { type: 'live', id: 'live-1' } });
    const earned = async () =>
      (await cloud.api.get('/v1/creators/cy/earnings')).body.diamonds as Record<string, string>;
    await eventually('the gift is credited', async () => (await earned()).available === '500');
    const { body } = await cloud.api.post('/v1/payouts', { creatorId: 'cy', diamonds: 'all' });
    const payoutId = String(body.payoutId);
    const stateOfPayout = async () => (await cloud.api.get(`/v1/payouts/${payoutId}`)).body.state;
    await eventually('the payout is paid', async () => (await stateOfPayout()) === 'paid');
    await allDelivered(cloud, 'paypal');
    const mend = await takeAway(payoutKey(payoutId));
    await steer(cloud.simulators.paypal, `payouts-items/${payoutId}/return`, {});
    const parked = await parkedFor('unknown_payout', { rechargeId: payoutId });
    await mend();
    await replayTwice(parked);
    expect(await stateOfPayout()).toBe('returned');
    expect(await earned()).toMatchObject({ available: '500', paidOut: '0', held: '0' });
  });
});

describe('what Google must be asked about again', () => {
  it('is a void of a purchase whose order was unknown', async () => {
    const sale = await bought(cloud, 'google');
    const mend = await takeAway(rechargeKey(sale.rechargeId));
    await steer(cloud.simulators.google, `purchases/${sale.token}/refund`);
    const parked = await parkedFor('recharge_unknown', sale);
    await mend();
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 1000 });
    await replayTwice(parked);
    expect(await stateOf(cloud, sale)).toBe('refunded');
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 0, owedCoins: 0 });
  });

  it('is an entry of the list of voided purchases', async () => {
    const sale = await bought(cloud, 'google');
    const mend = await takeAway(rechargeKey(sale.rechargeId));
    await steer(cloud.simulators.google, `purchases/${sale.token}/refund`, { webhook: false });
    await cloud.invoke('ListGoogleVoids', {});
    const parked = await parkedFor('recharge_unknown');
    expect(parked).toMatchObject([{ eventId: expect.stringMatching(/^voided-/) }]);
    await mend();
    await replayTwice(parked);
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 0, owedCoins: 0 });
  });

  it('stays parked, with every attempt in its trail, when Google knows nothing of it', async () => {
    const sale = await bought(cloud, 'google');
    await steer(cloud.simulators.google, `purchases/${sale.token}/forget`);
    const about = { version: '1.0', notificationType: 1, purchaseToken: sale.token, sku: 'coins.us.app.1000' };
    const packageName = 'app.tributary.local';
    const object = { version: '1.0', packageName, eventTimeMillis: '1', oneTimeProductNotification: about };
    await steer(cloud.simulators.google, 'events', { type: 'oneTimeProductNotification', object });
    const [parked] = await parkedFor('payment_unknown');
    if (!parked) throw new Error('nothing is parked');
    expect((await decide(parked, 'replay')).body).toMatchObject({ outcome: 'parked', replaying: true });
    await runSweeps();
    const [back] = await parkedFor('payment_unknown');
    expect(back).toMatchObject({ eventId: parked.eventId, trail: [{ action: 'replay' }] });
    expect((await decide(parked, 'close')).body).toMatchObject({ outcome: 'closed', trail: [{}, { action: 'close' }] });
  });
});

describe('an event that an operator closed', () => {
  it('has no effect any more, not even when it was to be replayed', async () => {
    const sale = await bought(cloud, 'paypal');
    await steer(cloud.simulators.paypal, 'events', {
      type: 'PAYMENT.CAPTURE.REVERSED',
      object: { id: await captureOf(sale.id) },
    });
    const [parked] = await parkedFor('reversal_unconfirmed', sale);
    if (!parked) throw new Error('nothing is parked');
    expect((await decide(parked, 'replay')).status).toBe(200);
    expect((await decide(parked, 'close')).body).toMatchObject({ outcome: 'closed', replaying: false });
    await steer(cloud.simulators.paypal, `captures/${sale.id}/reverse`, { webhook: false });
    await runSweeps();
    expect(await decide(parked, 'replay')).toMatchObject({ status: 409, body: { code: 'state_conflict' } });
    expect((await decide(parked, 'close')).body).toMatchObject({ outcome: 'closed' });
    expect(await balanceOf(cloud, sale)).toMatchObject({ paidCoins: 1000 });
  });

  it('is decided by operators alone, and must exist', async () => {
    expect((await cloud.api.get('/v1/operations/parked-events')).status).toBe(403);
    const nobody = { provider: 'stripe', eventId: 'evt_nobody' };
    expect((await cloud.api.post('/v1/operations/parked-events/stripe/evt_nobody', {})).status).toBe(403);
    expect(await decide(nobody, 'close')).toMatchObject({ status: 404, body: { code: 'event_not_found' } });
    expect((await cloud.api.get('/v1/operations/parked-events?limit=0', operate)).status).toBe(400);
  });
});

describe('the books after all of it', () => {
  it('balance, and nothing waits', async () => {
    for (const provider of providers) await allDelivered(cloud, provider);
    expect(await waiting()).toEqual([]);
    expect(await troublesOf(cloud)).toEqual([]);
  });
});

async function captureOf(orderId: string): Promise<string> {
  type Sales = { captures: { id: string; orderId: string }[] };
  const answer = await fetch(`${cloud.simulators.paypal}/_control/orders`);
  const { captures } = (await answer.json()) as Sales;
  return captures.find((capture) => capture.orderId === orderId)?.id ?? '';
}
