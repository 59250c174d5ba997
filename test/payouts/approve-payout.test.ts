import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { type DecideApproval, decideApproval } from '../../shared/payouts/approve-payout.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import type { Payout } from '../../shared/store/items/payout.ts';
import {
  auditFindings,
  balancesOf,
  credit,
  nextCreator,
  openPayoutDesk,
  type PayoutDesk,
  payoutOf,
  readCreator,
  readPayout,
  submit,
} from '../support/payouts.ts';

let desk: PayoutDesk;
let payoutId: string;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
beforeEach(async () => {
  await nextCreator(desk);
  await credit(desk, { coins: 160_000 });
  payoutId = (await payoutOf(desk, { asked: '80000', requestedBy: 'app' })).payoutId;
  await desk.payouts.drain();
});
afterAll(async () => {
  expect(await auditFindings(desk)).toEqual([]);
  await desk.close();
});

function decide(change: Partial<DecideApproval> = {}): Promise<Payout | Refusal> {
  const command = { payoutId, decision: 'approve' as const, decidedBy: 'operations', now: new Date(), ...change };
  return decideApproval({ ledger: desk.world.ledger, payouts: desk.payouts }, command);
}

describe('approving a payout', () => {
  it('hands it to the queue and says who approved', async () => {
    expect(await decide()).toMatchObject({ state: 'requested', approvedBy: 'operations' });
    expect((await readPayout(desk, payoutId)).reason).toBeUndefined();
    expect(await desk.payouts.drain()).toEqual([{ version: 1, payoutId }]);
    await submit(desk, payoutId);
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitted', netMinor: 78_790 });
  });

  it('is not for whoever asked for the payout', async () => {
    for (const decision of ['approve', 'reject'] as const)
      expect(await decide({ decision, decidedBy: 'app' })).toMatchObject({
        code: 'payout_not_allowed',
        facts: { reason: 'own_payout' },
      });
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'awaiting_approval' });
    expect(await desk.payouts.drain()).toEqual([]);
  });

  it('gets the same answer again, and sends the message again', async () => {
    await decide();
    expect(await decide()).toMatchObject({ state: 'requested', approvedBy: 'operations' });
    expect(await desk.payouts.drain()).toHaveLength(2);
  });

  it('happens once when two operators decide at the same moment', async () => {
    const answers = await Promise.all([
      decide({ decidedBy: 'operator-1' }),
      decide({ decidedBy: 'operator-2', decision: 'reject' }),
    ]);
    expect(answers.filter(isRefusal)).toMatchObject([{ code: 'state_conflict' }]);
    const { state, approvedBy, declinedBy } = await readPayout(desk, payoutId);
    expect([state, approvedBy, declinedBy]).toEqual(
      state === 'requested' ? ['requested', 'operator-1', undefined] : ['failed', undefined, 'operator-2'],
    );
  });

  it('is refused for a payout that does not wait, and for one that does not exist', async () => {
    await decide();
    expect(await decide({ decidedBy: 'operator-2' })).toMatchObject({
      code: 'state_conflict',
      facts: { state: 'requested' },
    });
    expect(await decide({ payoutId: newId(new Date()) })).toMatchObject({ code: 'payout_not_found' });
  });
});

describe('rejecting a payout', () => {
  it('gives the diamonds and the part of the limits back, and tells the creator why', async () => {
    expect(await decide({ decision: 'reject', reason: 'Please call us.' })).toMatchObject({
      state: 'failed',
      declinedBy: 'operations',
      reason: { code: 'approval_declined', sentence: 'An operator declined the payout: Please call us.' },
    });
    expect(await balancesOf(desk)).toEqual({ available: 80_000, maturing: 0, held: 0, paidOut: 0 });
    expect((await readCreator(desk)).payoutUse).toMatchObject({ dayMinor: 0, weekMinor: 0 });
    expect(await desk.payouts.drain()).toEqual([]);
  });
});
