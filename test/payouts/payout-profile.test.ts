import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { presentProfile } from '../../shared/payouts/present-payout.ts';
import { putPayoutProfile } from '../../shared/payouts/put-payout-profile.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { creatorKey } from '../../shared/store/keys.ts';
import { readItem } from '../../shared/store/read.ts';
import { updateIf } from '../../shared/store/write.ts';
import { captureLog } from '../support/capture-output.ts';
import {
  ask,
  credit,
  nextCreator,
  openPayoutDesk,
  type PayoutDesk,
  payoutOf,
  publishRules,
  putProfile,
  readCreator,
  readPayout,
  submit,
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
    const { dueAt: on, dueBucket } = await readCreator(desk);
    expect([on, dueBucket?.split('#')[0]]).toEqual([dueAt, `payout-${schedule}`]);
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

  it('keeps whether the names match, and neither stores, shows nor logs a name', async () => {
    const names = { legal: 'Cyril Secretname', atDestination: 'SECRETNAME, Cyril' };
    const command = { ...verifiedProfile, creatorId: desk.creatorId, changedBy: 'app', now: saturday };
    const output = captureLog();
    const stored = await putPayoutProfile(desk.world.ledger, { ...command, names });
    const differing = await putPayoutProfile(desk.world.ledger, {
      ...command,
      names: { ...names, atDestination: 'Maria Secretname' },
    });
    output.restore();
    if (isRefusal(stored) || isRefusal(differing)) throw new Error('refused');
    expect([presentProfile(stored).nameMatch, presentProfile(differing).nameMatch]).toEqual(['matched', 'mismatched']);
    const item = await readItem(desk.world.ledger, creatorKey(desk.creatorId));
    expect(JSON.stringify([stored, differing, item, output.lines])).not.toMatch(/secretname/i);
  });

  it('says since when it has its destination, and keeps who changed what', async () => {
    const elsewhere = { type: 'email', value: 'new@example.com' } as const;
    const at = (minute: number) => new Date(saturday.getTime() + minute * 60_000);
    await putProfile(desk, { changedBy: 'app', destination: elsewhere, now: at(0) });
    await putProfile(desk, { changedBy: 'support', destination: elsewhere, schedule: 'weekly', now: at(1) });
    await putProfile(desk, { changedBy: 'app', destination: elsewhere, schedule: 'weekly', now: at(2) });
    expect((await readCreator(desk)).payoutProfile).toMatchObject({
      destinationSince: at(0).toISOString(),
      destinationChangedBy: 'app',
      changedBy: 'support',
      updatedAt: at(2).toISOString(),
    });
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

describe('a payout profile from before names, tax and changes were kept', () => {
  beforeEach(async () => {
    const old = { ...verifiedProfile, updatedAt: '2026-11-20T12:00:00.000Z' };
    await updateIf(desk.world.ledger, {
      Key: creatorKey(desk.creatorId),
      ConditionExpression: 'attribute_exists(pk)',
      UpdateExpression: 'SET payoutProfile = :old',
      ExpressionAttributeValues: { ':old': old },
    });
    await credit(desk, { coins: 2800 }, new Date('2026-11-20T12:00:00.000Z'));
  });
  afterEach(() => publishRules(desk));

  it('is paid as before', async () => {
    const { payoutId } = await payoutOf(desk, { now: saturday });
    await putProfile(desk, { now: new Date(saturday.getTime() + 1000) });
    await submit(desk, payoutId);
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitted' });
  });

  it('has its destination since its last change, also when it is put again', async () => {
    await publishRules(desk, { destinationCoolingOffHours: 72 });
    expect(await ask(desk, { now: saturday })).toMatchObject({ facts: { payableFrom: '2026-11-23T12:00:00.000Z' } });
    await putProfile(desk, { schedule: 'weekly', now: saturday });
    expect(await ask(desk, { now: saturday })).toMatchObject({ facts: { payableFrom: '2026-11-23T12:00:00.000Z' } });
  });

  it('is told what the rules want shown, when they do', async () => {
    await publishRules(desk, { profileMustShow: ['name_match', 'tax_profile'] });
    expect(await ask(desk, { now: saturday })).toMatchObject({ facts: { reason: 'name_unchecked' } });
  });
});
