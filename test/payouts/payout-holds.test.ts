import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findPayoutHold, type SetPayoutHold, setPayoutHold } from '../../shared/payouts/payout-holds.ts';
import { captureLog } from '../support/capture-output.ts';
import { failingTable } from '../support/failing-table.ts';
import { ask, auditFindings, credit, hold, nextCreator, openPayoutDesk, type PayoutDesk } from '../support/payouts.ts';

let desk: PayoutDesk;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
beforeEach(() => nextCreator(desk));
afterAll(async () => {
  expect(await auditFindings(desk)).toEqual([]);
  await desk.close();
});

const at = (minute: number) => new Date(Date.parse('2026-11-21T12:00:00.000Z') + minute * 60_000);

function history() {
  return findPayoutHold(desk.world.ledger, desk.creatorId);
}

describe('a payout hold', () => {
  it('is kept with everything that was ever done to it: who, when and why, the latest first', async () => {
    await hold(desk, { held: true, reason: 'Case 4711', caller: 'compliance', now: at(0) });
    await hold(desk, { held: true, reason: 'Case 4711 and 4712', caller: 'operations', now: at(1) });
    await hold(desk, { held: false, reason: 'Cases closed', caller: 'compliance', now: at(2) });
    expect(await history()).toMatchObject({
      creatorId: desk.creatorId,
      held: false,
      changes: [
        { held: false, reason: 'Cases closed', by: 'compliance', at: '2026-11-21T12:02:00.000Z' },
        { held: true, reason: 'Case 4711 and 4712', by: 'operations', at: '2026-11-21T12:01:00.000Z' },
        { held: true, reason: 'Case 4711', by: 'compliance', at: '2026-11-21T12:00:00.000Z' },
      ],
    });
  });

  it('is changed once by a request that is repeated, also when its answer was lost', async () => {
    const command = { creatorId: desk.creatorId, held: true, reason: 'Case 4711', caller: 'compliance', now: at(0) };
    const lost = Object.assign(new Error('lost'), { name: 'TimeoutError' });
    const fault = { command: 'TransactWriteItemsCommand', times: 1, error: lost, afterEffect: true };
    await expect(setPayoutHold(failingTable(desk.world.ledger, fault), command)).rejects.toThrow('lost');
    const again = await setPayoutHold(desk.world.ledger, { ...command, now: at(5) });
    expect(again).toMatchObject({ held: true, at: '2026-11-21T12:00:00.000Z' });
    expect(await history()).toMatchObject({ held: true, changes: [{ held: true }] });
  });

  it('loses no change when several come at the same moment', async () => {
    const reasons = ['Case 1', 'Case 2', 'Case 3', 'Case 4'];
    await Promise.all(reasons.map((reason) => hold(desk, { held: true, reason })));
    const found = await history();
    expect('changes' in found && found.changes.map(({ reason }) => reason).toSorted()).toEqual(reasons);
  });

  it('is of one creator, also one without a profile', async () => {
    await hold(desk, { held: true });
    const held = desk.creatorId;
    await nextCreator(desk);
    await credit(desk, { coins: 2800 });
    expect(await ask(desk)).toMatchObject({ state: 'requested' });
    expect(await ask(desk, { creatorId: held })).toMatchObject({ facts: { reason: 'payout_on_hold' } });
    await hold(desk, { creatorId: 'cy', held: true });
    expect(await ask(desk, { creatorId: 'cy' })).toMatchObject({ facts: { reason: 'payout_on_hold' } });
  });

  it('tells neither the creator nor the log why', async () => {
    const output = captureLog();
    await hold(desk, { held: true, reason: 'Resembles a listed person' });
    const refused = await ask(desk);
    output.restore();
    expect(JSON.stringify([refused, output.lines])).not.toContain('listed person');
    expect(output.lines.find((line) => line.includes('payout hold set'))).toContain('"by":"compliance"');
  });

  it('needs a creator', async () => {
    const command: SetPayoutHold = { creatorId: 'nobody', held: true, reason: 'Case', caller: 'x', now: at(0) };
    expect(await setPayoutHold(desk.world.ledger, command)).toMatchObject({ code: 'creator_not_found' });
    expect(await findPayoutHold(desk.world.ledger, 'nobody')).toMatchObject({ code: 'creator_not_found' });
  });
});
