import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addDays, dayOf } from '../../shared/calendar.ts';
import { readShards } from '../../shared/earnings/read-shards.ts';
import { newId } from '../../shared/identifiers.ts';
import { decideApproval } from '../../shared/payouts/approve-payout.ts';
import { requestPayout } from '../../shared/payouts/request-payout.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { isTransient } from '../../shared/store/contention.ts';
import { creatorShards } from '../../shared/store/keys.ts';
import { failingTable } from '../support/failing-table.ts';
import {
  ask,
  auditFindings,
  balancesOf,
  credit,
  hold,
  nextCreator,
  openPayoutDesk,
  type PayoutDesk,
  payoutOf,
  putProfile,
  readCreator,
  submit,
} from '../support/payouts.ts';

let desk: PayoutDesk;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
beforeEach(async () => {
  await nextCreator(desk);
  await desk.payouts.drain();
});
afterAll(async () => {
  expect(await auditFindings(desk)).toEqual([]);
  await desk.close();
});

const today = dayOf(new Date());

/** That a request met too many others is no answer; its client comes again. */
function isFault(attempt: PromiseSettledResult<unknown>): boolean {
  return attempt.status === 'rejected' && !isTransient(attempt.reason);
}

describe('requesting a payout', () => {
  it('holds the diamonds, states the fee and hands the payout to the queue', async () => {
    await credit(desk, { coins: 2800 });
    const payout = await payoutOf(desk, { asked: '1400' });
    expect(payout).toMatchObject({ state: 'requested', grossMinor: 1400, feeMinor: 31, netMinor: 1369 });
    expect(await balancesOf(desk)).toEqual({ available: 0, maturing: 0, held: 1400, paidOut: 0 });
    expect(await desk.payouts.drain()).toEqual([{ version: 1, payoutId: payout.payoutId }]);
  });

  it('pays out all in whole cents and leaves the rest', async () => {
    await credit(desk, { coins: 2801 });
    expect(await payoutOf(desk, { asked: 'all' })).toMatchObject({ milliDiamonds: 1_400_000, grossMinor: 1400 });
    expect(await balancesOf(desk)).toMatchObject({ available: 0.5, held: 1400 });
  });

  it('grants one of two requests that come at once for the same diamonds', async () => {
    await credit(desk, { coins: 2800 });
    const answers = await Promise.all([ask(desk, { asked: '1400' }), ask(desk, { asked: '1400' })]);
    expect(answers.filter((answer) => !isRefusal(answer))).toHaveLength(1);
    const facts = { available: '0', asked: '1400' };
    expect(answers.find(isRefusal)).toMatchObject({ code: 'insufficient_diamonds', facts });
    expect(await balancesOf(desk)).toMatchObject({ available: 0, held: 1400 });
  });

  it('takes from every shard in one transaction while credits go on in all of them', async () => {
    const shards = Array.from({ length: creatorShards }, (_, shard) => shard);
    for (const shard of shards) await credit(desk, { coins: 1000, shard, maturesOn: addDays(today, -(shard % 3)) });
    let crediting = true;
    const credits = (async () => {
      for (let round = 0; crediting; round++) await credit(desk, { coins: 2, shard: round % creatorShards });
      return true;
    })();
    const payout = await payoutOf(desk, { asked: '32000' });
    crediting = false;
    await credits;
    expect(payout).toMatchObject({ state: 'requested', grossMinor: 32_000 });
    expect(await balancesOf(desk)).toMatchObject({ held: 32_000 });
  });

  it('takes matured days and no others, however many there are', async () => {
    for (let days = 0; days < 120; days++) await credit(desk, { coins: 20, maturesOn: addDays(today, -days) });
    await credit(desk, { coins: 5000, maturesOn: addDays(today, 1) });
    expect(await ask(desk, { asked: '1201' })).toMatchObject({
      code: 'insufficient_diamonds',
      facts: { available: '1200' },
    });
    await payoutOf(desk, { asked: '1200' });
    expect(await balancesOf(desk)).toEqual({ available: 0, maturing: 2500, held: 1200, paidOut: 0 });
    const [shard] = await readShards(desk.world.ledger, desk.creatorId);
    expect(Object.keys(shard?.maturing ?? {})).toEqual([addDays(today, 1)]);
  });

  it('takes from the fullest shards first and leaves the others alone', async () => {
    await credit(desk, { coins: 200, shard: 3 });
    await credit(desk, { coins: 2000, shard: 7 });
    await payoutOf(desk, { asked: '1000' });
    const shards = await readShards(desk.world.ledger, desk.creatorId);
    expect(shards.map(({ shard, available, held }) => [shard, available, held])).toEqual([
      [0, 0, 1_000_000],
      [3, 100_000, 0],
      [7, 0, 0],
    ]);
  });

  it('lets large payouts wait for an operator, with their diamonds held and a reason', async () => {
    await credit(desk, { coins: 100_002 });
    expect(await payoutOf(desk, { asked: '50001' })).toMatchObject({
      state: 'awaiting_approval',
      reason: { code: 'approval_required', sentence: expect.stringContaining('500.00 USD') },
    });
    expect(await balancesOf(desk)).toMatchObject({ available: 0, held: 50_001 });
    expect(await desk.payouts.drain()).toEqual([]);
  });

  it('counts payouts of one day against its limit', async () => {
    await credit(desk, { coins: 300_000 });
    await payoutOf(desk, { asked: '60000' });
    expect(await ask(desk, { asked: '50000' })).toMatchObject({
      code: 'payout_limit_reached',
      facts: { period: 'day', used: { amount: 60_000 }, limit: { amount: 100_000 } },
    });
    await payoutOf(desk, { asked: '40000' });
    expect((await readCreator(desk)).payoutUse).toMatchObject({ day: today, dayMinor: 100_000, weekMinor: 100_000 });
    const nextDay = new Date(Date.now() + 86_400_000);
    expect(await payoutOf(desk, { asked: '100', now: nextDay })).toMatchObject({ state: 'requested' });
  });

  it('forgets nothing of a day that has begun when a request from before midnight comes after it', async () => {
    const sunday = new Date('2026-11-29T23:59:59.900Z');
    const monday = new Date('2026-11-30T00:00:00.100Z');
    await credit(desk, { coins: 600_000 });
    const { payoutId } = await payoutOf(desk, { asked: '100000', now: monday });
    await ask(desk, { asked: '300', now: sunday });
    expect(await ask(desk, { asked: '100', now: monday })).toMatchObject({ code: 'payout_limit_reached' });
    expect((await readCreator(desk)).payoutUse).toMatchObject({ day: '2026-11-30', dayMinor: 100_000 });
    await decideApproval(
      { ledger: desk.world.ledger, payouts: desk.payouts },
      { payoutId, decision: 'reject', decidedBy: 'olga', now: monday },
    );
    expect((await readCreator(desk)).payoutUse).toMatchObject({ dayMinor: 0, weekMinor: 0 });
  });

  it('grants one of two requests that come at once and are together above the limit of the day', async () => {
    await credit(desk, { coins: 300_000 });
    const answers = await Promise.all([ask(desk, { asked: '60000' }), ask(desk, { asked: '60000' })]);
    expect(answers.filter(isRefusal)).toMatchObject([{ code: 'payout_limit_reached' }]);
    expect(await balancesOf(desk)).toMatchObject({ held: 60_000 });
  });

  it.each([
    ['the balance', 30_000, 15_000],
    ['the limit of the day', 1_000_000, 100_000],
  ])('keeps ten requests at once, each tried again and some of them stopped, within %s', async (_what, coins, most) => {
    await credit(desk, { coins });
    const asked = String(most / 4);
    const tabs = Array.from({ length: 10 }, () => newId(new Date()));
    const attempts = await Promise.allSettled([...tabs, ...tabs].map((payoutId) => ask(desk, { payoutId, asked })));
    expect(attempts.filter(isFault)).toEqual([]);
    expect(await balancesOf(desk)).toMatchObject({ held: most });
    expect((await readCreator(desk)).payoutUse?.dayMinor).toBe(most);
    const payoutIds = attempts.flatMap((attempt) =>
      attempt.status === 'rejected' || isRefusal(attempt.value) ? [] : [attempt.value.payoutId],
    );
    const [first = ''] = payoutIds;
    await hold(desk, { held: true });
    await submit(desk, first);
    await hold(desk, { held: false });
    await Promise.allSettled(Array.from({ length: 10 }, () => ask(desk, { asked })));
    expect(await balancesOf(desk)).toMatchObject({ held: most });
    expect((await readCreator(desk)).payoutUse?.dayMinor).toBe(most);
  });

  it('refuses a creator that does not exist', async () => {
    expect(await ask(desk, { creatorId: 'nobody' })).toMatchObject({ code: 'creator_not_found' });
  });
});

describe('requesting a payout again under the same key', () => {
  it('gives the same payout however often it is asked for at once', async () => {
    await credit(desk, { coins: 2800 });
    const payoutId = newId(new Date());
    const answers = await Promise.all(Array.from({ length: 5 }, () => payoutOf(desk, { payoutId, asked: '700' })));
    expect(new Set(answers.map((payout) => payout.requestedAt)).size).toBe(1);
    expect(await balancesOf(desk)).toMatchObject({ available: 700, held: 700 });
  });

  it('gives it even when nothing could be paid by now', async () => {
    await credit(desk, { coins: 2800 });
    const { payoutId } = await payoutOf(desk, { asked: '1400' });
    await putProfile(desk, { identity: { state: 'rejected' } });
    expect(await payoutOf(desk, { payoutId, asked: '1400.0' })).toMatchObject({ payoutId, state: 'requested' });
  });

  it('sends the message again while the payout is requested', async () => {
    await credit(desk, { coins: 2800 });
    const { payoutId } = await payoutOf(desk);
    await desk.payouts.drain();
    await payoutOf(desk, { payoutId });
    expect(await desk.payouts.drain()).toEqual([{ version: 1, payoutId }]);
  });

  it('refuses another request under that key', async () => {
    await credit(desk, { coins: 2800 });
    const { payoutId } = await payoutOf(desk, { asked: '700' });
    expect(await ask(desk, { payoutId, asked: '701' })).toMatchObject({ code: 'idempotency_key_reused' });
    expect(await ask(desk, { payoutId, asked: '700', creatorId: 'cy' })).toMatchObject({
      code: 'idempotency_key_reused',
    });
  });

  it('carries on after the queue did not take the message', async () => {
    await credit(desk, { coins: 2800 });
    const now = new Date();
    const command = { payoutId: newId(now), creatorId: desk.creatorId, asked: 'all', requestedBy: 'app', now };
    const nowhere = { ...desk.payouts, url: `${desk.payouts.url}-nowhere` };
    const failed = requestPayout({ ...desk.world, payouts: nowhere }, command);
    await expect(failed).rejects.toSatisfy(isTransient);
    expect(await balancesOf(desk)).toMatchObject({ held: 1400 });
    await payoutOf(desk, command);
    expect(await desk.payouts.drain()).toEqual([{ version: 1, payoutId: command.payoutId }]);
    expect(await balancesOf(desk)).toMatchObject({ held: 1400 });
  });

  it('carries on after the answer of the ledger was lost', async () => {
    await credit(desk, { coins: 2800 });
    const now = new Date();
    const command = { payoutId: newId(now), creatorId: desk.creatorId, asked: 'all', requestedBy: 'app', now };
    const lost = Object.assign(new Error('lost'), { name: 'TimeoutError' });
    const fault = { command: 'TransactWriteItemsCommand', times: 1, error: lost, afterEffect: true };
    const ledger = failingTable(desk.world.ledger, fault);
    await expect(requestPayout({ ...desk.world, ledger, payouts: desk.payouts }, command)).rejects.toThrow('lost');
    await payoutOf(desk, command);
    expect(await balancesOf(desk)).toMatchObject({ available: 0, held: 1400 });
  });
});
