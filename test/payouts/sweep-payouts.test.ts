import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SweepReport, sweepPayouts } from '../../shared/payouts/sweep-payouts.ts';
import { createPayPalPayouts, type PayPalPayouts } from '../../shared/providers/paypal-client.ts';
import { look, steer } from '../providers/webhook-receiver.ts';
import {
  auditFindings,
  balancesOf,
  credit,
  move,
  nextCreator,
  openPayoutDesk,
  type PayoutDesk,
  payoutOf,
  payPalBooks,
  payPalCredentials,
  providersOf,
  readEvent,
  readPayout,
  submit,
  submitTogether,
  submittedPayout,
} from '../support/payouts.ts';
import { startPayPalProxy } from '../support/paypal-proxy.ts';

let desk: PayoutDesk;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
beforeEach(async () => {
  await nextCreator(desk);
  await desk.payouts.drain();
  await steer(desk.payPalUrl, 'webhooks', { hold: true });
});
afterEach(async () => {
  await steer(desk.payPalUrl, 'faults/clear');
  // Whatever a test leaves behind is settled, so that the next one sweeps its own payout only.
  await steer(desk.payPalUrl, 'webhooks', { hold: false });
  for (const { payoutItemId, status } of (await payPalBooks(desk)).items)
    if (status === 'PENDING' || status === 'UNCLAIMED' || status === 'ONHOLD')
      await move(desk, payoutItemId, 'complete');
  await expect.poll(async () => (await sweep(minutes(10 * 24 * 60))).looked).toBe(0);
  await desk.payouts.drain();
});
afterAll(async () => {
  expect(await auditFindings(desk)).toEqual([]);
  await desk.close();
});

function minutes(count: number): Date {
  return new Date(Date.now() + count * 60_000);
}

function sweep(now: Date, change: { remaining?: number; paypal?: PayPalPayouts } = {}): Promise<SweepReport> {
  const { remaining = 300_000, paypal = desk.paypal } = change;
  const providers = providersOf(paypal);
  const stores = { ledger: desk.world.ledger, payouts: desk.payouts, providers };
  return sweepPayouts(stores, { now, remainingMilliseconds: () => remaining });
}

describe('the sweep over payouts', () => {
  it('sends the message of a payout that nobody took up, and no sooner than after a minute', async () => {
    await credit(desk, { coins: 2800 });
    const { payoutId } = await payoutOf(desk);
    await desk.payouts.drain();
    expect(await sweep(new Date())).toMatchObject({ looked: 0 });
    expect(await sweep(minutes(2))).toMatchObject({ looked: 1, faults: 0 });
    expect(await desk.payouts.drain()).toEqual([{ version: 1, payoutId }]);
    expect(await sweep(minutes(2))).toMatchObject({ looked: 0 });
    await submit(desk, payoutId);
  });

  it('learns from PayPal what no webhook told', async () => {
    const { payoutId } = await submittedPayout(desk);
    await move(desk, payoutId, 'complete');
    expect(await sweep(minutes(11))).toMatchObject({ looked: 1, faults: 0 });
    const paid = await readPayout(desk, payoutId);
    expect(paid).toMatchObject({ state: 'paid' });
    expect(await readEvent(desk, `lookup-${paid.providerItemId}-SUCCESS`)).toMatchObject({ outcome: 'applied' });
    expect(await sweep(minutes(60))).toMatchObject({ looked: 0 });
  });

  it('asks under the same reference about a payout whose call had no answer, and it is paid once', async () => {
    await credit(desk, { coins: 2800 });
    const { payoutId } = await payoutOf(desk);
    await steer(desk.payPalUrl, 'faults', {
      next: 'timeout_after_effect',
      method: 'POST',
      path: '/v1/payments/payouts',
    });
    await expect(submit(desk, payoutId)).rejects.toThrow();
    expect(await sweep(minutes(6))).toMatchObject({ looked: 1, faults: 0 });
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitted' });
    await move(desk, payoutId, 'complete');
    expect(await sweep(minutes(30))).toMatchObject({ looked: 1 });
    const items = (await payPalBooks(desk)).items.filter(({ senderItemId }) => senderItemId === payoutId);
    expect(items).toMatchObject([{ timesPaid: 1, timesBack: 0 }]);
    expect(await balancesOf(desk)).toMatchObject({ held: 0, paidOut: 1400 });
  });

  it('agrees with a webhook that comes afterwards', async () => {
    const { payoutId } = await submittedPayout(desk);
    await move(desk, payoutId, 'complete');
    await sweep(minutes(11));
    await steer(desk.payPalUrl, 'webhooks', { hold: false });
    type Deliveries = { deliveries: { eventId: string; state: string }[] };
    const last = async () => (await look<Deliveries>(desk.payPalUrl, 'deliveries')).deliveries.at(-1);
    await expect.poll(async () => (await last())?.state).toBe('delivered');
    expect(await readEvent(desk, (await last())?.eventId ?? '')).toMatchObject({ outcome: 'ignored' });
    expect(await balancesOf(desk)).toMatchObject({ paidOut: 1400 });
  });

  it('gives up a payout whose batch PayPal denied', async () => {
    const { payoutId, providerBatchId = '' } = await submittedPayout(desk);
    const denied: PayPalPayouts = {
      ...desk.paypal,
      getPayoutBatch: async () => ({
        payoutBatchId: providerBatchId,
        batchStatus: 'DENIED',
        items: [],
        unreadableItems: 0,
      }),
    };
    await sweep(minutes(11), { paypal: denied });
    expect(await readPayout(desk, payoutId)).toMatchObject({
      state: 'failed',
      reason: { sentence: expect.stringContaining('BATCH_DENIED') },
    });
    expect(await balancesOf(desk)).toMatchObject({ available: 1400, held: 0 });
    await steer(desk.payPalUrl, `payouts-items/${payoutId}/fail`);
  });

  it('lets one payout that cannot be looked at keep none of the others waiting', async () => {
    const { payoutId: first } = await submittedPayout(desk);
    const { payoutId: second } = await submittedPayout(desk);
    await move(desk, first, 'complete');
    await move(desk, second, 'complete');
    await steer(desk.payPalUrl, 'faults', { next: 'error_500', method: 'GET', path: '/v1/payments/payouts/' });
    expect(await sweep(minutes(11))).toMatchObject({ looked: 2, faults: 1 });
    const states = [await readPayout(desk, first), await readPayout(desk, second)].map(({ state }) => state);
    expect(states.toSorted()).toEqual(['paid', 'submitted']);
    expect(await sweep(minutes(11))).toMatchObject({ looked: 0 });
    expect(await sweep(minutes(30))).toMatchObject({ looked: 1, faults: 0 });
  });

  it.each(['SUCCESS', 'DENIED'])(
    'lets an item that cannot be read keep none of the others of its batch waiting, nor end as %s',
    async (batchStatus) => {
      await credit(desk, { coins: 2800 });
      const payoutIds = [await payoutOf(desk, { asked: '700' }), await payoutOf(desk, { asked: '700' })].map(
        ({ payoutId }) => payoutId,
      );
      const [strange = '', other = ''] = payoutIds;
      await submitTogether(desk, payoutIds);
      await move(desk, other, 'complete');
      const proxy = await startPayPalProxy(desk.payPalUrl, (body) => ({
        ...body,
        batch_header: { ...(body.batch_header as object), batch_status: batchStatus },
        items: (body.items as { payout_item: { sender_item_id: string } }[]).map((item) =>
          item.payout_item.sender_item_id === strange ? { ...item, transaction_status: 'NEW' } : item,
        ),
      }));
      const paypal = createPayPalPayouts({ ...payPalCredentials, apiUrl: proxy.url, timeoutSeconds: 1 });
      await sweep(minutes(11), { paypal });
      await proxy.close();
      expect(await readPayout(desk, other)).toMatchObject({ state: 'paid' });
      expect(await readPayout(desk, strange)).toMatchObject({ state: 'submitted' });
    },
  );

  it('reports payouts in flight for more than a day, and waits a month for a receiver to claim one', async () => {
    await credit(desk, { coins: 2800 });
    const { payoutId } = await payoutOf(desk, { asked: '700' });
    await submit(desk, payoutId);
    expect(await sweep(minutes(23 * 60))).toMatchObject({ looked: 1, overdue: 0 });
    expect(await sweep(minutes(25 * 60))).toMatchObject({ looked: 1, overdue: 1 });
    await move(desk, payoutId, 'unclaim');
    await sweep(minutes(26 * 60));
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitted', providerState: 'UNCLAIMED' });
    expect(await sweep(minutes(3 * 24 * 60))).toMatchObject({ looked: 1, overdue: 0 });
  });

  it('lets a slow look keep none of the others waiting', async () => {
    // The index has eight places: two of nine are in one place, and what is in one place is looked at together.
    for (let one = 0; one < 9; one++) await submittedPayout(desk);
    let [open, most] = [0, 0];
    const slow: PayPalPayouts = {
      ...desk.paypal,
      async getPayoutBatch(payoutBatchId) {
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setTimeout(resolve, 100));
        open -= 1;
        return desk.paypal.getPayoutBatch(payoutBatchId);
      },
    };
    expect(await sweep(minutes(11), { paypal: slow })).toMatchObject({ looked: 9, faults: 0 });
    expect(most).toBeGreaterThan(1);
  });

  it('looks at each payout once when two sweeps run at once', async () => {
    await submittedPayout(desk);
    const reports = await Promise.all([sweep(minutes(11)), sweep(minutes(11)), sweep(minutes(11))]);
    expect(reports.map(({ looked }) => looked).toSorted()).toEqual([0, 0, 1]);
  });

  it('stops before its time is up', async () => {
    await submittedPayout(desk);
    expect(await sweep(minutes(11), { remaining: 5_000 })).toMatchObject({ looked: 0, isComplete: false });
  });
});
