import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { putCreator } from '../../shared/earnings/put-creator.ts';
import { newId } from '../../shared/identifiers.ts';
import { PayoutNotTaken } from '../../shared/payouts/send-batch.ts';
import type { NewPayoutBatch } from '../../shared/providers/paypal-client.ts';
import { ProviderOutcomeUnknown } from '../../shared/providers/provider-outcome-unknown.ts';
import { Contention, isTransient } from '../../shared/store/contention.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { interruptedTable } from '../support/interrupted-table.ts';
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
  putProfile,
  readCreator,
  readPayout,
  submit,
  submitTogether,
} from '../support/payouts.ts';

let desk: PayoutDesk;
let payoutId: string;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
beforeEach(async () => {
  await nextCreator(desk);
  await credit(desk, { coins: 2800 });
  payoutId = (await payoutOf(desk)).payoutId;
});
afterEach(async () => {
  await steer(desk.payPalUrl, 'faults/clear');
});
afterAll(async () => {
  expect(await auditFindings(desk)).toEqual([]);
  await desk.close();
});

const anHour = 3600_000;

function later(milliseconds: number): Date {
  return new Date(Date.now() + milliseconds);
}

/** What PayPal has of the payout: nothing, or its items. */
async function itemsAtPayPal() {
  return (await payPalBooks(desk)).items.filter(({ senderItemId }) => senderItemId === payoutId);
}

function fault(next: string, count = 1) {
  return steer(desk.payPalUrl, 'faults', { next, count, method: 'POST', path: '/v1/payments/payouts' });
}

describe('sending a payout', () => {
  it('gives PayPal the net amount under the ids of the payout and its batch', async () => {
    await submit(desk, payoutId);
    const { batchId, state, providerBatchId } = await readPayout(desk, payoutId);
    expect(await itemsAtPayPal()).toMatchObject([
      { senderBatchId: batchId, amount: { value: '13.69', currency: 'USD' }, status: 'PENDING' },
    ]);
    expect({ state, providerBatchId }).toEqual({ state: 'submitted', providerBatchId: expect.any(String) });
    expect(await balancesOf(desk)).toMatchObject({ available: 0, held: 1400 });
  });

  it('happens once, however many copies of the message there are', async () => {
    const copies = await Promise.allSettled(Array.from({ length: 4 }, () => submit(desk, payoutId)));
    // One that meets the others on every attempt goes back to the queue.
    for (const copy of copies) if (copy.status === 'rejected') expect(isTransient(copy.reason)).toBe(true);
    await submit(desk, payoutId);
    expect(await itemsAtPayPal()).toHaveLength(1);
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitted' });
  });

  it.each(['timeout_after_effect', 'error_after_effect', 'unreadable_after_effect'])(
    'pays once when PayPal took it and its answer was lost (%s)',
    async (lost) => {
      await fault(lost);
      await expect(submit(desk, payoutId)).rejects.toThrow(ProviderOutcomeUnknown);
      expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitting' });
      expect(await balancesOf(desk)).toMatchObject({ held: 1400 });
      await submit(desk, payoutId);
      await move(desk, payoutId, 'complete');
      await expect.poll(async () => (await readPayout(desk, payoutId)).state).toBe('paid');
      expect(await itemsAtPayPal()).toMatchObject([{ timesPaid: 1, timesBack: 0 }]);
      expect(await balancesOf(desk)).toEqual({ available: 0, maturing: 0, held: 0, paidOut: 1400 });
    },
  );

  it('repeats what PayPal did not take', async () => {
    await fault('error_500');
    await expect(submit(desk, payoutId)).rejects.toThrow(ProviderOutcomeUnknown);
    expect(await itemsAtPayPal()).toHaveLength(0);
    await submit(desk, payoutId);
    expect(await itemsAtPayPal()).toHaveLength(1);
  });

  it("bears that PayPal's news comes before its answer", async () => {
    await fault('timeout_after_effect');
    const sending = submit(desk, payoutId);
    await expect.poll(async () => (await itemsAtPayPal()).length).toBe(1);
    await move(desk, payoutId, 'complete');
    await expect.poll(async () => (await readPayout(desk, payoutId)).state).toBe('paid');
    await expect(sending).rejects.toThrow(ProviderOutcomeUnknown);
    await submit(desk, payoutId);
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'paid' });
    expect(await itemsAtPayPal()).toMatchObject([{ timesPaid: 1 }]);
  });

  it('does not send a payout again whose first call is so old that PayPal may have forgotten it', async () => {
    await fault('timeout_after_effect');
    await expect(submit(desk, payoutId)).rejects.toThrow(ProviderOutcomeUnknown);
    await expect(submit(desk, payoutId, later(26 * 24 * anHour))).rejects.toThrow('ask by hand');
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitting' });
  });

  it('fails for a payout that nobody requested', async () => {
    await expect(submit(desk, newId(new Date()))).rejects.toThrow('no payout');
  });
});

describe('a payout that PayPal refuses', () => {
  const refusal = { status: 422, name: 'RECEIVER_COUNTRY_NOT_ALLOWED', message: 'No.' };

  it('fails with a reason; the diamonds and the part of the limits are back', async () => {
    await steer(desk.payPalUrl, 'payouts', { refuseNext: refusal });
    await submit(desk, payoutId);
    expect(await readPayout(desk, payoutId)).toMatchObject({
      state: 'failed',
      reason: { code: 'provider_refused', sentence: expect.stringContaining('RECEIVER_COUNTRY_NOT_ALLOWED') },
    });
    expect(await balancesOf(desk)).toEqual({ available: 1400, maturing: 0, held: 0, paidOut: 0 });
    expect((await readCreator(desk)).payoutUse).toMatchObject({ dayMinor: 0, weekMinor: 0 });
  });

  it('is asked again when the refusal is about our account', async () => {
    await steer(desk.payPalUrl, 'payouts', { refuseNext: { name: 'INSUFFICIENT_FUNDS' } });
    await expect(submit(desk, payoutId)).rejects.toThrow(PayoutNotTaken);
    expect(await balancesOf(desk)).toMatchObject({ available: 0, held: 1400 });
    await submit(desk, payoutId);
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitted' });
  });

  it('is not given up while an earlier call may have been taken', async () => {
    await fault('timeout');
    await expect(submit(desk, payoutId)).rejects.toThrow(ProviderOutcomeUnknown);
    await steer(desk.payPalUrl, 'payouts', { refuseNext: { ...refusal, count: 2 } });
    await submit(desk, payoutId);
    const { state, dueAt } = await readPayout(desk, payoutId);
    expect(state).toBe('submitting');
    expect(await balancesOf(desk)).toMatchObject({ available: 0, held: 1400 });
    await submit(desk, payoutId, new Date(dueAt ?? ''));
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'failed' });
    expect(await balancesOf(desk)).toMatchObject({ available: 1400, held: 0 });
  });
});

describe('the check just before sending', () => {
  const cases: [string, Parameters<typeof putProfile>[1], string][] = [
    ['the identity has expired', { identity: { state: 'verified', expiresOn: '2026-01-01' } }, 'identity_expired'],
    ['the identity was rejected', { identity: { state: 'rejected' } }, 'identity_rejected'],
    [
      'the destination has changed',
      { destination: { type: 'email', value: 'eve@example.com' } },
      'destination_changed',
    ],
  ];

  it.each(cases)('blocks the payout when %s, and gives the diamonds back', async (_case, change, code) => {
    await putProfile(desk, change);
    await submit(desk, payoutId);
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'blocked', reason: { code } });
    expect(await balancesOf(desk)).toEqual({ available: 1400, maturing: 0, held: 0, paidOut: 0 });
    expect(await itemsAtPayPal()).toHaveLength(0);
  });

  it('passes over changes of anything else', async () => {
    await putProfile(desk, { schedule: 'weekly' });
    const { ownerUserId } = await readCreator(desk);
    const change = { creatorId: desk.creatorId, ownerUserId, region: 'GB', giftsEnabled: false, now: new Date() };
    await putCreator(desk.world, change);
    await submit(desk, payoutId);
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitted' });
  });

  it('is not made again once money may be on its way', async () => {
    await fault('timeout_after_effect');
    await expect(submit(desk, payoutId)).rejects.toThrow(ProviderOutcomeUnknown);
    await putProfile(desk, { identity: { state: 'rejected' } });
    await submit(desk, payoutId);
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitted' });
    expect(await balancesOf(desk)).toMatchObject({ available: 0, held: 1400 });
  });

  it('notices a destination that changes in the very moment of sending', async () => {
    const change = () => putProfile(desk, { destination: { type: 'email', value: 'eve@example.com' } });
    const ledger = interruptedTable(desk.world.ledger, 'TransactWriteItemsCommand', change);
    await submitTogether(desk, [payoutId], { ledger });
    expect(await readPayout(desk, payoutId)).toMatchObject({
      state: 'blocked',
      reason: { code: 'destination_changed' },
    });
    expect(await itemsAtPayPal()).toHaveLength(0);
  });

  it('does not give up a payout that another worker has begun to send meanwhile', async () => {
    await steer(desk.payPalUrl, 'payouts', { refuseNext: { status: 422, name: 'RECEIVER_COUNTRY_NOT_ALLOWED' } });
    const paypal = {
      ...desk.paypal,
      createPayoutBatch: async (batch: NewPayoutBatch) => {
        const outcome = await desk.paypal.createPayoutBatch(batch);
        await fault('timeout_after_effect');
        await expect(submit(desk, payoutId)).rejects.toThrow(ProviderOutcomeUnknown);
        return outcome;
      },
    };
    const failures = await submitTogether(desk, [payoutId], { paypal });
    expect(failures.get(payoutId)).toBeInstanceOf(Contention);
    expect(await balancesOf(desk)).toMatchObject({ available: 0, held: 1400 });
    await submit(desk, payoutId);
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitted' });
    expect(await itemsAtPayPal()).toHaveLength(1);
  });
});
