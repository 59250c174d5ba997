import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { presentProfile } from '../../shared/payouts/present-payout.ts';
import { putPayoutProfile } from '../../shared/payouts/put-payout-profile.ts';
import { isRefusal } from '../../shared/refusals.ts';
import {
  ask,
  nextCreator,
  openPayoutDesk,
  type PayoutDesk,
  putProfile,
  readCreator,
  verifiedProfile,
} from '../support/payouts.ts';

const saturday = new Date('2026-11-21T12:00:00.000Z');

let desk: PayoutDesk;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
beforeEach(() => nextCreator(desk));
afterAll(() => desk.close());

describe('a payout profile', () => {
  it.each([
    ['weekly', '2026-11-21T12:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['weekly', '2026-11-23T00:00:00.000Z', '2026-11-30T00:00:00.000Z'],
    ['monthly', '2026-11-21T12:00:00.000Z', '2026-12-01T00:00:00.000Z'],
    ['monthly', '2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00.000Z'],
    ['monthly', '2028-01-31T10:00:00.000Z', '2028-02-01T00:00:00.000Z'],
  ] as const)('that is %s from %s comes due on %s', async (schedule, from, dueAt) => {
    await putProfile(desk, { schedule, now: new Date(from) });
    expect(await readCreator(desk)).toMatchObject({ dueAt, dueBucket: expect.stringMatching(/^payout-schedule#\d$/) });
  });

  it('without a schedule is never due', async () => {
    await putProfile(desk, { schedule: 'weekly', now: saturday });
    await putProfile(desk, { schedule: 'none', now: saturday });
    const { dueAt, dueBucket } = await readCreator(desk);
    expect([dueAt, dueBucket]).toEqual([undefined, undefined]);
  });

  it('keeps its date when it is changed on the day it is due', async () => {
    await putProfile(desk, { schedule: 'weekly', now: saturday });
    const destination = { type: 'email', value: 'new@example.com' } as const;
    await putProfile(desk, { schedule: 'weekly', destination, now: new Date('2026-11-23T05:00:00.000Z') });
    expect(await readCreator(desk)).toMatchObject({
      dueAt: '2026-11-23T00:00:00.000Z',
      payoutProfile: { destination },
    });
  });

  it('does not show the whole destination', async () => {
    const command = {
      ...verifiedProfile,
      creatorId: desk.creatorId,
      schedule: 'weekly' as const,
      changedBy: 'app',
      now: saturday,
    };
    const stored = await putPayoutProfile(desk.world.ledger, command);
    if (isRefusal(stored)) throw new Error(stored.detail);
    expect(presentProfile(stored)).toEqual({
      creatorId: desk.creatorId,
      method: 'paypal',
      destination: { type: 'email', value: 'c•••@example.com' },
      destinationSince: expect.any(String),
      schedule: 'weekly',
      identity: { state: 'verified' },
      nameMatch: 'unchecked',
      nextPayoutAt: '2026-11-23T00:00:00.000Z',
      updatedAt: '2026-11-21T12:00:00.000Z',
    });
    const payer = { ...stored, destination: { type: 'paypal_id' as const, value: 'ABCDEFGHJKLMN' } };
    expect(presentProfile(payer).destination.value).toBe('•••KLMN');
  });

  it('survives changes that come at the same moment, of which the last one counts', async () => {
    const values = ['a@example.com', 'b@example.com', 'c@example.com'];
    await Promise.all(values.map((value) => putProfile(desk, { destination: { type: 'email', value } })));
    const { version, payoutProfile } = await readCreator(desk);
    expect(version).toBe(5);
    expect(values).toContain(payoutProfile?.destination.value);
  });

  it('needs a creator, and a payout needs a profile', async () => {
    const command = { ...verifiedProfile, creatorId: 'nobody', changedBy: 'app', now: saturday };
    expect(await putPayoutProfile(desk.world.ledger, command)).toMatchObject({ code: 'creator_not_found' });
    expect(await ask(desk, { creatorId: 'cy' })).toMatchObject({
      code: 'payout_not_allowed',
      facts: { reason: 'no_payout_profile' },
    });
  });
});
