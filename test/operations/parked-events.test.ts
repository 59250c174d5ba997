import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DecideParkedEvent, decideParkedEvent, listParkedEvents } from '../../shared/operations/parked-events.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import type { ProviderEvent } from '../../shared/store/items/recharge.ts';
import { providerEventKey, walletKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import type { Item } from '../../shared/store/table.ts';
import { transact, updateIf } from '../../shared/store/write.ts';
import { paidOrder } from '../recharges/paid-order.ts';
import { deliver, openShop, type Shop, stripeEvent, sweep, walletOf } from '../recharges/shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const now = new Date('2026-11-22T09:00:00.000Z');

function decide(eventId: string, change: Partial<DecideParkedEvent> = {}): Promise<ProviderEvent | Refusal> {
  const asked = {
    provider: 'stripe',
    eventId,
    action: 'replay',
    reason: 'The wallet is back',
    caller: 'olga',
  } as const;
  return decideParkedEvent(shop, { ...asked, now, ...change });
}

function codeOf(result: ProviderEvent | Refusal): string {
  return isRefusal(result) ? result.code : result.outcome;
}

async function waiting(): Promise<string[]> {
  return (await listParkedEvents(shop.ledger, 100)).events.map(({ eventId }) => eventId);
}

/** A payment whose event was parked because its fan's wallet was gone, which it no longer is when `mend` was called. */
async function parked() {
  const { command, event } = await paidOrder(shop);
  const wallet = await readItem(shop.ledger, walletKey(command.userId));
  await transact(shop.ledger, [{ remove: { Key: walletKey(command.userId) }, failure: () => 'failed' }]);
  await deliver(shop, event);
  const mend = () => transact(shop.ledger, [{ put: { Item: wallet as Item }, failure: () => 'failed' }]);
  return { ...command, eventId: `evt_${command.rechargeId}`, event, mend };
}

describe('the list of parked events', () => {
  it('shows what waits, why, and what was reported, the longest waiting first', async () => {
    const [first, second] = [await parked(), await parked()];
    const { events, more } = await listParkedEvents(shop.ledger, 100);
    expect(events.map(({ eventId }) => eventId)).toEqual([first.eventId, second.eventId]);
    expect(more).toBe(false);
    expect(events[0]).toMatchObject({ outcome: 'parked', reason: 'wallet_unknown', subject: first.rechargeId });
    expect(JSON.parse(events[0]?.report ?? '')).toMatchObject({
      kind: 'payment_succeeded',
      payment: { rechargeId: first.rechargeId, amountReceivedMinor: 1299 },
    });
    expect(await listParkedEvents(shop.ledger, 1)).toMatchObject({ events: [{ eventId: first.eventId }], more: true });
    for (const { eventId, mend } of [first, second]) {
      await mend();
      await decide(eventId, { action: 'close' });
    }
    expect(await waiting()).toEqual([]);
  });
});

describe('replaying a parked event', () => {
  it('applies it once when its cause is mended, and keeps who did it, when and why', async () => {
    const { userId, eventId, mend } = await parked();
    await mend();
    const results = await Promise.all([decide(eventId), decide(eventId), decide(eventId)]);
    expect(results.map(codeOf)).toContain('applied');
    expect((await walletOf(shop, userId)).paid).toBe(1000);
    expect(await waiting()).toEqual([]);
    const again = await decide(eventId);
    expect(again).toMatchObject({ outcome: 'applied' });
    const { trail = [] } = again as ProviderEvent;
    expect(trail[0]).toEqual({ action: 'replay', by: 'olga', at: now.toISOString(), reason: 'The wallet is back' });
    expect((await walletOf(shop, userId)).paid).toBe(1000);
  });

  it('leaves it parked, with the attempt in its trail, when the cause is still there', async () => {
    const { eventId, mend } = await parked();
    expect(await decide(eventId)).toMatchObject({
      outcome: 'parked',
      reason: 'wallet_unknown',
      trail: [{ by: 'olga' }],
    });
    expect(await decide(eventId, { caller: 'pia' })).toMatchObject({ trail: [{ by: 'olga' }, { by: 'pia' }] });
    await mend();
    expect(await decide(eventId)).toMatchObject({ outcome: 'applied', trail: [{}, {}, {}] });
  });

  it('finds that there is nothing left to do when the sweep was there before', async () => {
    const { userId, eventId, mend } = await parked();
    await mend();
    await sweep(shop, new Date(Date.now() + 120_000));
    expect(await decide(eventId)).toMatchObject({ outcome: 'ignored', reason: 'already_credited', trail: [{}] });
    expect((await walletOf(shop, userId)).paid).toBe(1000);
    expect(await waiting()).toEqual([]);
  });

  it('carries out a refund of an order that was unknown', async () => {
    const { command, event, payment } = await paidOrder(shop);
    await deliver(shop, event);
    const charge = { object: 'charge', payment_intent: payment.id, amount_refunded: 1299, currency: 'eur' };
    await deliver(shop, stripeEvent('charge.refunded', charge, 'evt_euros'));
    expect(await decide('evt_euros')).toMatchObject({ outcome: 'parked', reason: 'currency_differs' });
    await updateIf(shop.ledger, {
      Key: { pk: `RECHARGE#${command.rechargeId}`, sk: 'ORDER' },
      UpdateExpression: 'SET currency = :euro',
      ExpressionAttributeValues: { ':euro': 'EUR' },
    });
    expect(await decide('evt_euros')).toMatchObject({ outcome: 'applied' });
    expect((await walletOf(shop, command.userId)).paid).toBe(0);
  });
});

describe('closing a parked event', () => {
  it('ends it without effect, for good', async () => {
    const { userId, eventId, event, mend } = await parked();
    const closed = await decide(eventId, { action: 'close', reason: 'Refunded by hand' });
    expect(closed).toMatchObject({ outcome: 'closed', trail: [{ action: 'close', reason: 'Refunded by hand' }] });
    expect(codeOf(await decide(eventId, { action: 'close' }))).toBe('closed');
    expect(codeOf(await decide(eventId))).toBe('state_conflict');
    await mend();
    expect((await deliver(shop, event)).statusCode).toBe(200);
    expect((await walletOf(shop, userId)).paid).toBe(0);
  });
});

describe('what cannot be decided', () => {
  it('is an event that nobody knows, that was applied, or that holds nothing to replay', async () => {
    expect(codeOf(await decide('evt_nobody'))).toBe('event_not_found');
    const { command, event } = await paidOrder(shop);
    await deliver(shop, event);
    expect(codeOf(await decide(`evt_${command.rechargeId}`))).toBe('state_conflict');
    const { eventId, mend } = await parked();
    await updateIf(shop.ledger, {
      Key: providerEventKey({ provider: 'stripe', eventId }),
      UpdateExpression: 'REMOVE report',
    });
    expect(codeOf(await decide(eventId))).toBe('state_conflict');
    await mend();
    expect(codeOf(await decide(eventId, { action: 'close' }))).toBe('closed');
  });
});
