import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../shared/identifiers.ts';
import { type DecideApproval, decideApproval } from '../../shared/payouts/approve-payout.ts';
import { isRefusal, type Refusal } from '../../shared/refusals.ts';
import type { Payout } from '../../shared/store/items/payout.ts';
import { captureLog } from '../support/capture-output.ts';
import { interruptedTable } from '../support/interrupted-table.ts';
import {
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

function decide(change: Partial<DecideApproval> = {}, ledger = desk.world.ledger): Promise<Payout | Refusal> {
  const command = { payoutId, decision: 'approve' as const, decidedBy: 'operations', now: new Date(), ...change };
  return decideApproval({ ledger, payouts: desk.payouts }, command);
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

describe('four eyes', () => {
  const elsewhere = { type: 'email', value: 'new@example.com' } as const;
  const refusedFor = (reason: string) => ({ code: 'payout_not_allowed', facts: { reason, payoutId } });

  async function anotherPayout(): Promise<void> {
    await decide({ decision: 'reject', decidedBy: 'somebody' });
    payoutId = (await payoutOf(desk, { asked: '80000' })).payoutId;
  }

  it('are not those of who last changed the profile', async () => {
    await putProfile(desk, { schedule: 'weekly', changedBy: 'operations' });
    expect(await decide()).toMatchObject(refusedFor('own_profile_change'));
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'awaiting_approval' });
    expect(await decide({ decidedBy: 'colleague' })).toMatchObject({ state: 'requested', approvedBy: 'colleague' });
  });

  it('are not those of who set the destination, whoever changed other things since', async () => {
    await putProfile(desk, { destination: elsewhere, changedBy: 'operations' });
    await putProfile(desk, { destination: elsewhere, schedule: 'weekly', changedBy: 'app' });
    await anotherPayout();
    expect(await decide()).toMatchObject(refusedFor('own_profile_change'));
    expect(await decide({ decidedBy: 'colleague' })).toMatchObject({ state: 'requested' });
  });

  it('see no change in a profile that somebody else puts as it is', async () => {
    await putProfile(desk, { schedule: 'weekly', changedBy: 'operations' });
    await putProfile(desk, { schedule: 'weekly', changedBy: 'app' });
    expect(await decide()).toMatchObject(refusedFor('own_profile_change'));
  });

  it('are not those of who lifted a hold, whoever says again that there is none', async () => {
    await hold(desk, { held: true, caller: 'compliance' });
    await hold(desk, { held: false, caller: 'operations' });
    await hold(desk, { held: false, caller: 'compliance', reason: 'Looked at once more' });
    expect(await decide()).toMatchObject(refusedFor('own_hold_lift'));
    expect(await decide({ decidedBy: 'compliance' })).toMatchObject({ state: 'requested', approvedBy: 'compliance' });
  });

  it('approve nothing while payouts are on hold', async () => {
    await hold(desk, { held: true });
    expect(await decide()).toMatchObject(refusedFor('payout_on_hold'));
    expect(await desk.payouts.drain()).toEqual([]);
  });

  it('may all the same reject, unless they asked for it', async () => {
    await putProfile(desk, { schedule: 'weekly', changedBy: 'operations' });
    await hold(desk, { held: true });
    expect(await decide({ decision: 'reject' })).toMatchObject({ state: 'failed', declinedBy: 'operations' });
  });

  it.each<[string, () => Promise<void>, string]>([
    ['the profile', () => putProfile(desk, { schedule: 'weekly', changedBy: 'operations' }), 'own_profile_change'],
    ['the hold', () => hold(desk, { held: true }), 'payout_on_hold'],
  ])('look again when %s changes between the look and the approval', async (_what, change, reason) => {
    const ledger = interruptedTable(desk.world.ledger, 'TransactWriteItemsCommand', change);
    expect(await decide({}, ledger)).toMatchObject(refusedFor(reason));
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'awaiting_approval' });
    expect(await desk.payouts.drain()).toEqual([]);
  });

  it('never both change and approve when two operators do both at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const operators = ['operator-1', 'operator-2'] as const;
      await Promise.all([
        ...operators.map((changedBy, index) =>
          putProfile(desk, { schedule: (['weekly', 'monthly'] as const)[(index + round) % 2] ?? 'none', changedBy }),
        ),
        ...operators.map((decidedBy) => decide({ decidedBy })),
      ]);
      await submit(desk, payoutId);
      const { state, reason, approvedBy } = await readPayout(desk, payoutId);
      const { payoutProfile } = await readCreator(desk);
      if (state === 'submitted') expect(payoutProfile?.changedBy).not.toBe(approvedBy);
      else
        expect(['awaiting_approval', 'approval_void']).toContain(
          reason?.code === 'approval_void' ? reason.code : state,
        );
      await nextCreator(desk);
      await credit(desk, { coins: 160_000 });
      payoutId = (await payoutOf(desk, { asked: '80000' })).payoutId;
    }
  });

  it('close when the approver lifts a hold or changes the profile before the payout is sent', async () => {
    await decide();
    await hold(desk, { held: true });
    await hold(desk, { held: false, caller: 'operations' });
    await submit(desk, payoutId);
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'blocked', reason: { code: 'approval_void' } });
    expect(await balancesOf(desk)).toMatchObject({ available: 80_000, held: 0 });
  });

  it('leave a trace in the log, also of what was refused', async () => {
    const output = captureLog();
    await decide({ decidedBy: 'app' });
    await decide();
    output.restore();
    const logged = output.lines.filter((line) => line.includes(payoutId)).map((line) => JSON.parse(line));
    expect(logged).toMatchObject([
      { level: 'WARN', decidedBy: 'app', decision: 'approve', reason: 'own_payout' },
      { level: 'INFO', decidedBy: 'operations', decision: 'approve', state: 'requested' },
    ]);
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
