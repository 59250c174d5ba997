import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type SweepReport, sweepPayouts } from '../../shared/payouts/sweep-payouts.ts';
import type { PayPalPayouts } from '../../shared/providers/paypal-client.ts';
import { look, steer } from '../providers/webhook-receiver.ts';
import {
  idsOf,
  itemsOf,
  killedAt,
  type Requested,
  requestedPayouts,
  statesOf,
  watched,
} from '../support/payout-batches.ts';
import {
  auditFindings,
  balancesOf,
  move,
  openPayoutDesk,
  type PayoutDesk,
  providersOf,
  readPayout,
  submitTogether,
} from '../support/payouts.ts';

let desk: PayoutDesk;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
beforeEach(async () => {
  await steer(desk.payPalUrl, 'webhooks', { hold: false, copies: 1, order: 'sent', delayMs: 0 });
});
afterEach(async () => {
  await steer(desk.payPalUrl, 'faults/clear');
});
afterAll(async () => {
  expect(await auditFindings(desk)).toEqual([]);
  await desk.close();
});

const back = { available: 1400, maturing: 0, held: 0, paidOut: 0 };

function minutes(count: number): Date {
  return new Date(Date.now() + count * 60_000);
}

function sweep(now: Date, paypal: PayPalPayouts = desk.paypal): Promise<SweepReport> {
  const stores = { ledger: desk.world.ledger, payouts: desk.payouts, providers: providersOf(paypal) };
  return sweepPayouts(stores, { now, remainingMilliseconds: () => 300_000 });
}

async function submittedPayouts(count: number): Promise<Requested[]> {
  const payouts = await requestedPayouts(desk, count);
  await submitTogether(desk, idsOf(payouts));
  return payouts;
}

async function reasonOf({ payoutId }: Requested): Promise<string | undefined> {
  return (await readPayout(desk, payoutId)).reason?.code;
}

function moveAll(payouts: Requested[], by: Parameters<typeof move>[2]): Promise<unknown> {
  return Promise.all(idsOf(payouts).map((payoutId) => move(desk, payoutId, by)));
}

/** All payouts come to this, and PayPal's books say so too. */
async function expectPaidOnce(payouts: Requested[]): Promise<void> {
  await expect.poll(async () => new Set(await statesOf(desk, payouts))).toEqual(new Set(['paid']));
  const items = await itemsOf(desk, payouts);
  expect(items.map(({ senderItemId }) => senderItemId).toSorted()).toEqual(idsOf(payouts).toSorted());
  for (const { timesPaid, timesBack } of items)
    expect({ timesPaid, timesBack }).toEqual({ timesPaid: 1, timesBack: 0 });
}

describe('the payouts of one batch', () => {
  it('are followed one by one', async () => {
    const payouts = await submittedPayouts(4);
    const moves = ['complete', 'fail', 'block', 'unclaim'] as const;
    for (const [position, { payoutId }] of payouts.entries()) await move(desk, payoutId, moves[position] ?? 'complete');
    await expect.poll(() => statesOf(desk, payouts)).toEqual(['paid', 'failed', 'blocked', 'submitted']);
    await moveAll(payouts.slice(3), 'complete');
    await expect.poll(() => statesOf(desk, payouts)).toEqual(['paid', 'failed', 'blocked', 'paid']);
  });

  it('are learnt about in one look when no webhook came', async () => {
    const payouts = await submittedPayouts(4);
    await steer(desk.payPalUrl, 'webhooks', { hold: true });
    await moveAll(payouts, 'complete');
    const paypal = watched(desk.paypal);
    expect(await sweep(minutes(11), paypal)).toMatchObject({ looked: 4, faults: 0 });
    expect(paypal.lookUps).toHaveLength(1);
    await expectPaidOnce(payouts);
  });

  it.each([
    ['deny', 'BATCH_DENIED'],
    ['cancel', 'BATCH_CANCELED'],
  ])('all fail when PayPal ends their batch as a whole (%s)', async (ending, code) => {
    const payouts = await submittedPayouts(3);
    const { batchId } = await readPayout(desk, payouts[0]?.payoutId ?? '');
    await steer(desk.payPalUrl, `payouts-batches/${batchId}/${ending}`);
    expect(await sweep(minutes(11))).toMatchObject({ looked: 3, faults: 0 });
    expect(await statesOf(desk, payouts)).toEqual(['failed', 'failed', 'failed']);
    expect(await readPayout(desk, payouts[2]?.payoutId ?? '')).toMatchObject({
      reason: { code: 'provider_failed', sentence: `PayPal could not make the payout (${code}).` },
    });
    expect(await balancesOf(desk)).toEqual(back);
  });

  it('come to the same end when their news comes before the answer, several times and turned around', async () => {
    const payouts = await requestedPayouts(desk, 3);
    await steer(desk.payPalUrl, 'webhooks', { copies: 3, order: 'shuffled', delayMs: 30 });
    await steer(desk.payPalUrl, 'faults', {
      next: 'timeout_after_effect',
      method: 'POST',
      path: '/v1/payments/payouts',
    });
    const sending = submitTogether(desk, idsOf(payouts));
    await expect.poll(async () => (await itemsOf(desk, payouts)).length).toBe(3);
    await moveAll(payouts.slice(0, 2), 'unclaim');
    await moveAll(payouts, 'complete');
    await expect.poll(() => statesOf(desk, payouts)).toEqual(['paid', 'paid', 'paid']);
    expect((await sending).size).toBe(3);
    expect(await submitTogether(desk, idsOf(payouts))).toEqual(new Map());
    await expectPaidOnce(payouts);
  });

  it('that have no news yet are acknowledged beside one that was faster than the answer', async () => {
    const payouts = await requestedPayouts(desk, 3);
    await steer(desk.payPalUrl, 'faults', {
      next: 'timeout_after_effect',
      method: 'POST',
      path: '/v1/payments/payouts',
    });
    await submitTogether(desk, idsOf(payouts));
    await moveAll(payouts.slice(0, 1), 'complete');
    await expect.poll(() => statesOf(desk, payouts)).toEqual(['paid', 'submitting', 'submitting']);
    expect(await sweep(minutes(6))).toMatchObject({ looked: 2, faults: 0 });
    expect(await statesOf(desk, payouts)).toEqual(['paid', 'submitted', 'submitted']);
    await moveAll(payouts.slice(1), 'complete');
    await expectPaidOnce(payouts);
  });
});

describe('a payout that waits at PayPal', () => {
  it('for its receiver says so, and comes back when nobody claims it for 30 days', async () => {
    const payouts = await submittedPayouts(1);
    const [payout = { payoutId: '' }] = payouts;
    await moveAll(payouts, 'unclaim');
    await expect
      .poll(() => readPayout(desk, payout.payoutId))
      .toMatchObject({
        state: 'submitted',
        reason: {
          code: 'provider_unclaimed',
          sentence:
            'The money waits at PayPal for an account with the address of the destination (RECEIVER_UNREGISTERED).',
        },
      });
    const month = 30 * 24 * 60;
    expect(await sweep(minutes(month - 60))).toMatchObject({ faults: 0, overdue: 0 });
    expect(await statesOf(desk, payouts)).toEqual(['submitted']);
    await steer(desk.payPalUrl, 'webhooks', { hold: true });
    await moveAll(payouts, 'return');
    await sweep(minutes(month + 7 * 60));
    expect(await readPayout(desk, payout.payoutId)).toMatchObject({
      state: 'returned',
      reason: { code: 'provider_returned' },
    });
    expect(await balancesOf(desk)).toEqual(back);
  });

  it('for a review says so until it moves on', async () => {
    const payouts = await submittedPayouts(1);
    const [payout] = payouts;
    if (!payout) throw new Error('no payout');
    await moveAll(payouts, 'hold');
    await expect.poll(() => reasonOf(payout)).toBe('provider_on_hold');
    await moveAll(payouts, 'complete');
    await expect.poll(() => statesOf(desk, payouts)).toEqual(['paid']);
    expect(await reasonOf(payout)).toBeUndefined();
  });

  it('keeps its reason when the answer of the call comes after the news', async () => {
    const payouts = await requestedPayouts(desk, 1);
    const paypal = {
      ...desk.paypal,
      async createPayoutBatch(batch: Parameters<typeof desk.paypal.createPayoutBatch>[0]) {
        const outcome = await desk.paypal.createPayoutBatch(batch);
        await moveAll(payouts, 'unclaim');
        await expect.poll(() => statesOf(desk, payouts)).toEqual(['submitted']);
        return outcome;
      },
    };
    expect(await submitTogether(desk, idsOf(payouts), { paypal })).toEqual(new Map());
    expect(await Promise.all(payouts.map(reasonOf))).toEqual(['provider_unclaimed']);
  });

  it('can be canceled there, and its diamonds come back', async () => {
    const payouts = await submittedPayouts(1);
    await moveAll(payouts, 'unclaim');
    await moveAll(payouts, 'cancel');
    await expect.poll(() => statesOf(desk, payouts)).toEqual(['returned']);
    expect(await balancesOf(desk)).toEqual(back);
  });
});

describe('a payout that was paid', () => {
  it.each(['return', 'reverse', 'refund'] as const)('may still be taken back (%s)', async (by) => {
    const payouts = await submittedPayouts(2);
    await moveAll(payouts, 'complete');
    await expect.poll(() => statesOf(desk, payouts)).toEqual(['paid', 'paid']);
    await moveAll(payouts.slice(1), by);
    await expect.poll(() => statesOf(desk, payouts)).toEqual(['paid', 'returned']);
    expect(await balancesOf(desk)).toEqual(back);
    const [, item] = await itemsOf(desk, payouts);
    expect(item).toMatchObject({ timesPaid: 1, timesBack: 1 });
  });
});

describe('a worker that is killed at any of its steps', () => {
  const again = {
    'the messages come again': (payouts: Requested[]) => submitTogether(desk, idsOf(payouts)),
    'the sweep looks, and the messages it sends are worked on': async (payouts: Requested[]) => {
      await sweep(minutes(6));
      await submitTogether(desk, idsOf(payouts));
    },
  };
  type Continued = [afterEffect: boolean, how: keyof typeof again];
  const cases: Continued[] = [true, false].flatMap((afterEffect) =>
    (Object.keys(again) as (keyof typeof again)[]).map((how): Continued => [afterEffect, how]),
  );

  it.each(cases)(
    '(after its effect: %s) leaves nothing unpaid or paid twice when %s',
    { timeout: 120_000 },
    async (afterEffect, how) => {
      for (let call = 0; call < 40; call++) {
        const payouts = await requestedPayouts(desk, 2);
        const { ledger, paypal, isKilled } = killedAt({ ...desk.world, paypal: desk.paypal }, { call, afterEffect });
        await submitTogether(desk, idsOf(payouts), { ledger, paypal }).catch(() => undefined);
        const wasKilled = isKilled();
        await again[how](payouts);
        expect(await statesOf(desk, payouts), `killed at call ${call}`).toEqual(['submitted', 'submitted']);
        await moveAll(payouts, 'complete');
        await expectPaidOnce(payouts);
        if (!wasKilled) {
          expect(call).toBeGreaterThan(6);
          return;
        }
      }
      throw new Error('The worker never came to its end.');
    },
  );

  it('while it takes a refused batch apart, leaves nothing unpaid or paid twice', { timeout: 120_000 }, async () => {
    for (let call = 0; call < 60; call++) {
      const payouts = await requestedPayouts(desk, 3);
      const [bad, ...sound] = payouts;
      await steer(desk.payPalUrl, 'payouts', { invalidReceivers: [bad?.receiver] });
      const killed = killedAt({ ...desk.world, paypal: desk.paypal }, { call, afterEffect: call % 2 === 0 });
      await submitTogether(desk, idsOf(payouts), killed).catch(() => undefined);
      const wasKilled = killed.isKilled();
      const now = new Date(Date.now() + 2 * 3600_000);
      await submitTogether(desk, idsOf(payouts), { now });
      expect(await statesOf(desk, payouts), `killed at call ${call}`).toEqual(['failed', 'submitted', 'submitted']);
      await moveAll(sound, 'complete');
      await expectPaidOnce(sound);
      if (!wasKilled) return;
    }
    throw new Error('The worker never came to its end.');
  });
});

describe("PayPal's own books", () => {
  it('have each payout of this page at most once', async () => {
    const { items } = await look<{ items: { senderItemId: string }[] }>(desk.payPalUrl, 'books');
    expect(new Set(items.map(({ senderItemId }) => senderItemId)).size).toBe(items.length);
  });
});
