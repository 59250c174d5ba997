import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, dayOf } from '../../shared/calendar.ts';
import { readShards } from '../../shared/earnings/read-shards.ts';
import { newId } from '../../shared/identifiers.ts';
import { minor } from '../../shared/money/units.ts';
import type { PayoutStatus } from '../../shared/payouts/payout-news.ts';
import { settlePayout } from '../../shared/payouts/settle-payout.ts';
import { isRefusal } from '../../shared/refusals.ts';
import type { CreatorShard } from '../../shared/store/items/creator.ts';
import {
  ask,
  auditFindings,
  credit,
  nextCreator,
  openPayoutDesk,
  type PayoutDesk,
  readPayout,
  submit,
} from '../support/payouts.ts';

let desk: PayoutDesk;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
afterAll(() => desk.close());

const statuses = ['SUCCESS', 'FAILED', 'BLOCKED', 'UNCLAIMED', 'RETURNED', 'REVERSED'] as const;

type Step =
  | { kind: 'credit'; coins: number; shard: number; days: number }
  | { kind: 'request'; diamonds: string }
  | { kind: 'submit'; which: number }
  | { kind: 'settle'; which: number; status: PayoutStatus };

const shard = fc.integer({ min: 0, max: 3 });
const which = fc.nat({ max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('credit' as const),
    coins: fc.integer({ min: 1, max: 1500 }),
    shard,
    days: fc.integer({ min: -2, max: 1 }),
  }),
  fc.record({
    kind: fc.constant('request' as const),
    diamonds: fc.oneof(fc.constant('all'), fc.integer({ min: 90, max: 700 }).map(String)),
  }),
  fc.record({ kind: fc.constant('submit' as const), which }),
  fc.record({ kind: fc.constant('settle' as const), which, status: fc.constantFrom(...statuses) }),
);

async function take(current: Step, payouts: string[]): Promise<void> {
  if (current.kind === 'credit') {
    const maturesOn = addDays(dayOf(new Date()), current.days);
    return credit(desk, { coins: current.coins, shard: current.shard, ...(current.days !== 0 && { maturesOn }) });
  }
  if (current.kind === 'request') {
    const payout = await ask(desk, { asked: current.diamonds });
    if (!isRefusal(payout)) payouts.push(payout.payoutId);
    return;
  }
  const payoutId = payouts[current.which % Math.max(1, payouts.length)];
  if (payoutId === undefined) return;
  if (current.kind === 'submit') return submit(desk, payoutId);
  await settle(payoutId, current.status);
}

async function settle(payoutId: string, status: PayoutStatus): Promise<void> {
  const { netMinor, currency } = await readPayout(desk, payoutId);
  const news = {
    payoutId,
    itemId: `item-of-${payoutId}`,
    reference: `batch-of-${payoutId}`,
    status,
    amountMinor: minor(netMinor),
    currency,
  };
  const event = { provider: 'paypal', eventId: newId(new Date()), type: `test.${status}`, digest: '' } as const;
  await settlePayout(desk.world.ledger, { ...event, news }, new Date());
}

function amountsOf({ available, held, paidOut, maturing }: CreatorShard): number[] {
  return [available, held, paidOut, ...Object.values(maturing)];
}

/** Nothing is negative, and what there is makes up what was ever earned. */
async function checkBalances(): Promise<void> {
  const shards = await readShards(desk.world.ledger, desk.creatorId);
  const amounts = shards.flatMap(amountsOf);
  expect(amounts.filter((amount) => amount < 0)).toEqual([]);
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  expect(sum).toBe(shards.reduce((total, { lifetime }) => total + lifetime, 0));
}

describe('diamonds', () => {
  it('are neither lost nor doubled by any sequence of credits, payouts and endings', { timeout: 120_000 }, async () => {
    const sequence = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 14 }), async (steps) => {
      await nextCreator(desk);
      const payouts: string[] = [];
      for (const current of steps) {
        await take(current, payouts);
        await checkBalances();
      }
    });
    await fc.assert(sequence, { numRuns: 25, endOnFailure: true });
    expect(await auditFindings(desk)).toEqual([]);
  });

  it('are neither lost nor doubled when all of it happens at once', { timeout: 120_000 }, async () => {
    const sequence = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 12 }), async (steps) => {
      await nextCreator(desk);
      await credit(desk, { coins: 2000 });
      const payouts: string[] = [];
      for (let round = 0; round < 2; round++) {
        const outcomes = await Promise.allSettled(steps.map((current) => take(current, payouts)));
        const faults = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
        expect(faults.filter((fault) => !fault.startsWith('Contention'))).toEqual([]);
      }
      await checkBalances();
    });
    await fc.assert(sequence, { numRuns: 10, endOnFailure: true });
    expect(await auditFindings(desk)).toEqual([]);
  });
});
