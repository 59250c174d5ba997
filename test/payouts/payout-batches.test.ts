import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PayoutNotTaken } from '../../shared/payouts/send-batch.ts';
import { ProviderOutcomeUnknown } from '../../shared/providers/provider-outcome-unknown.ts';
import type { Key } from '../../shared/store/keys.ts';
import { payoutBatchKey, payoutKey } from '../../shared/store/payout-keys.ts';
import { steer } from '../providers/webhook-receiver.ts';
import { interruptedTable } from '../support/interrupted-table.ts';
import {
  idsOf,
  itemsOf,
  type Requested,
  readBatch,
  requestedPayouts,
  statesOf,
  watched,
} from '../support/payout-batches.ts';
import {
  auditFindings,
  credit,
  hold,
  nextCreator,
  openPayoutDesk,
  type PayoutDesk,
  payoutOf,
  putProfile,
  readPayout,
  submitTogether,
} from '../support/payouts.ts';

let desk: PayoutDesk;
beforeAll(async () => {
  desk = await openPayoutDesk();
});
afterEach(async () => {
  await steer(desk.payPalUrl, 'faults/clear');
  await steer(desk.payPalUrl, 'payouts', { invalidReceivers: [] });
});
afterAll(async () => {
  expect(await auditFindings(desk)).toEqual([]);
  await desk.close();
});

const anHour = 3600_000;

async function remove(Key: Key): Promise<void> {
  await desk.world.ledger.client.send(new DeleteCommand({ TableName: desk.world.ledger.name, Key }));
}

function fault(next: string) {
  return steer(desk.payPalUrl, 'faults', { next, method: 'POST', path: '/v1/payments/payouts' });
}

async function batchesOf(payouts: Requested[]): Promise<(string | undefined)[]> {
  const all = await Promise.all(idsOf(payouts).map((payoutId) => readPayout(desk, payoutId)));
  return [...new Set(all.map(({ batchId }) => batchId))];
}

describe('payouts whose messages come together', () => {
  it('go in as few calls as a transaction allows', async () => {
    const payouts = await requestedPayouts(desk, 52);
    const paypal = watched(desk.paypal);
    expect(await submitTogether(desk, idsOf(payouts), { paypal })).toEqual(new Map());
    expect(paypal.batches.map(({ items }) => items.length).toSorted()).toEqual([3, 49]);
    expect(new Set(await statesOf(desk, payouts))).toEqual(new Set(['submitted']));
    const items = await itemsOf(desk, payouts);
    expect(items.map(({ senderItemId }) => senderItemId).toSorted()).toEqual(idsOf(payouts).toSorted());
    for (const batchId of await batchesOf(payouts))
      expect(await readBatch(desk, batchId)).toMatchObject({ state: 'taken', reference: expect.any(String) });
  });

  it('may be several of one creator', async () => {
    await nextCreator(desk);
    await credit(desk, { coins: 2800 });
    const ids = [await payoutOf(desk, { asked: '700' }), await payoutOf(desk, { asked: '700' })];
    const paypal = watched(desk.paypal);
    const payoutIds = ids.map(({ payoutId }) => payoutId);
    expect(await submitTogether(desk, payoutIds, { paypal })).toEqual(new Map());
    expect(paypal.batches).toHaveLength(1);
    for (const payoutId of payoutIds) expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitted' });
  });

  it('go without those who may no longer be paid', async () => {
    const payouts = await requestedPayouts(desk, 5);
    const [expired, moved, held, ...sound] = payouts.map(({ creatorId }) => creatorId);
    await putProfile(desk, { creatorId: expired ?? '', identity: { state: 'verified', expiresOn: '2026-01-01' } });
    await putProfile(desk, { creatorId: moved ?? '', destination: { type: 'email', value: 'eve@example.com' } });
    await hold(desk, { creatorId: held ?? '', held: true });
    const paypal = watched(desk.paypal);
    expect(await submitTogether(desk, idsOf(payouts), { paypal })).toEqual(new Map());
    expect(paypal.batches.map(({ items }) => items.length)).toEqual([sound.length]);
    const reasons = await Promise.all(idsOf(payouts).map(async (id) => (await readPayout(desk, id)).reason?.code));
    expect(reasons).toEqual(['identity_expired', 'destination_changed', 'payout_on_hold', undefined, undefined]);
  });

  it('go on when one of their creators changes the destination in the very moment of sending', async () => {
    const payouts = await requestedPayouts(desk, 4);
    const [{ creatorId } = { creatorId: '' }] = payouts;
    const change = () => putProfile(desk, { creatorId, destination: { type: 'email', value: 'eve@example.com' } });
    const ledger = interruptedTable(desk.world.ledger, 'TransactWriteItemsCommand', change);
    expect(await submitTogether(desk, idsOf(payouts), { ledger })).toEqual(new Map());
    expect(await statesOf(desk, payouts)).toEqual(['blocked', 'submitted', 'submitted', 'submitted']);
    expect(await itemsOf(desk, payouts)).toHaveLength(3);
  });

  it('are kept waiting by none whose item cannot be read, and by none that does not exist', async () => {
    const payouts = await requestedPayouts(desk, 2);
    const broken = payoutKey('0199e5a0-0000-7000-8000-00000000000a');
    const table = { TableName: desk.world.ledger.name };
    const Item = { ...broken, payoutId: '0199e5a0-0000-7000-8000-00000000000a', state: 'requested' };
    await desk.world.ledger.client.send(new PutCommand({ ...table, Item }));
    const ids = [Item.payoutId, '0199e5a0-0000-7000-8000-00000000000b', ...idsOf(payouts)];
    const failures = await submitTogether(desk, ids);
    expect([...failures.keys()].toSorted()).toEqual(ids.slice(0, 2));
    expect(await statesOf(desk, payouts)).toEqual(['submitted', 'submitted']);
    await remove(broken);
  });

  it('that are begun by two workers at once are in one batch each, and paid once', async () => {
    const payouts = await requestedPayouts(desk, 6);
    const ids = idsOf(payouts);
    const shares = [ids.slice(0, 4), ids.slice(2), ids];
    for (const failures of await Promise.all(shares.map((share) => submitTogether(desk, share))))
      for (const error of failures.values()) expect(error).toHaveProperty('name', 'Contention');
    await submitTogether(desk, ids);
    expect(new Set(await statesOf(desk, payouts))).toEqual(new Set(['submitted']));
    expect(await itemsOf(desk, payouts)).toHaveLength(6);
  });
});

describe('a batch whose call had no answer', () => {
  it.each(['timeout_after_effect', 'error_after_effect', 'unreadable_after_effect', 'timeout', 'error_500'])(
    'is sent again with the same id and payouts, whichever message comes (%s)',
    async (lost) => {
      const payouts = await requestedPayouts(desk, 3);
      const newcomers = await requestedPayouts(desk, 1);
      const [first = '', second = '', third = ''] = idsOf(payouts);
      const paypal = watched(desk.paypal);
      await fault(lost);
      const failures = await submitTogether(desk, [first, second, third], { paypal });
      expect(new Set(failures.keys())).toEqual(new Set([first, second, third]));
      for (const error of failures.values()) expect(error).toBeInstanceOf(ProviderOutcomeUnknown);
      expect(await statesOf(desk, payouts)).toEqual(['submitting', 'submitting', 'submitting']);
      expect(await submitTogether(desk, [second, ...idsOf(newcomers), third], { paypal })).toEqual(new Map());
      const [call, ...others] = paypal.batches;
      expect(others.find(({ senderBatchId }) => senderBatchId === call?.senderBatchId)).toEqual(call);
      expect(others.map(({ items }) => items.length).toSorted()).toEqual([1, 3]);
      expect(await statesOf(desk, payouts)).toEqual(['submitted', 'submitted', 'submitted']);
      expect(await itemsOf(desk, [...payouts, ...newcomers])).toHaveLength(4);
    },
  );

  it('is not looked into again: a destination that changes then waits for the end', async () => {
    const payouts = await requestedPayouts(desk, 2);
    await fault('timeout_after_effect');
    await submitTogether(desk, idsOf(payouts));
    await putProfile(desk, { destination: { type: 'email', value: 'eve@example.com' } });
    expect(await submitTogether(desk, idsOf(payouts))).toEqual(new Map());
    expect(await statesOf(desk, payouts)).toEqual(['submitted', 'submitted']);
  });

  it('is found under the id of its payout when it was sent before there were batches', async () => {
    const payouts = await requestedPayouts(desk, 1);
    const [payoutId = ''] = idsOf(payouts);
    await fault('timeout_after_effect');
    const paypal = watched(desk.paypal);
    const asBefore = {
      ...paypal,
      createPayoutBatch: (batch: Parameters<typeof paypal.createPayoutBatch>[0]) =>
        paypal.createPayoutBatch({ ...batch, senderBatchId: payoutId }),
    };
    await submitTogether(desk, [payoutId], { paypal: asBefore });
    const { batchId = '', ...payout } = await readPayout(desk, payoutId);
    await remove(payoutBatchKey(batchId));
    const Item = { ...payoutKey(payoutId), ...payout, attemptedAt: payout.updatedAt };
    await desk.world.ledger.client.send(new PutCommand({ TableName: desk.world.ledger.name, Item }));
    expect(await submitTogether(desk, [payoutId], { paypal })).toEqual(new Map());
    expect(await itemsOf(desk, payouts)).toHaveLength(1);
    expect(await readPayout(desk, payoutId)).toMatchObject({ state: 'submitted', batchId: payoutId });
  });
});

describe('a batch that PayPal refuses', () => {
  it('costs the others one more call when it names a receiver, and only that payout fails', async () => {
    const payouts = await requestedPayouts(desk, 5);
    const bad = payouts[3];
    await steer(desk.payPalUrl, 'payouts', { invalidReceivers: [bad?.receiver] });
    const paypal = watched(desk.paypal);
    expect(await submitTogether(desk, idsOf(payouts), { paypal })).toEqual(new Map());
    const [together, ...apart] = paypal.batches.map(({ items }) => items.length);
    expect([together, ...apart.toSorted()]).toEqual([5, 1, 4]);
    expect(await statesOf(desk, payouts)).toEqual(['submitted', 'submitted', 'submitted', 'failed', 'submitted']);
    expect(await readPayout(desk, bad?.payoutId ?? '')).toMatchObject({
      reason: { code: 'provider_refused', sentence: 'PayPal did not accept the payout (VALIDATION_ERROR).' },
    });
    expect(await itemsOf(desk, payouts)).toHaveLength(4);
  });

  it('is taken apart into single payouts when it names none', async () => {
    const payouts = await requestedPayouts(desk, 3);
    await steer(desk.payPalUrl, 'payouts', {
      refuseNext: { name: 'NON_HOLDING_CURRENCY', status: 400, message: 'No.' },
    });
    const paypal = watched(desk.paypal);
    expect(await submitTogether(desk, idsOf(payouts), { paypal })).toEqual(new Map());
    expect(paypal.batches.map(({ items }) => items.length)).toEqual([3, 1, 1, 1]);
    expect(new Set(paypal.batches.map(({ senderBatchId }) => senderBatchId)).size).toBe(4);
    expect(await statesOf(desk, payouts)).toEqual(['submitted', 'submitted', 'submitted']);
    expect(await readBatch(desk, paypal.batches[0]?.senderBatchId)).toMatchObject({ state: 'refused' });
  });

  it('looks at everything once more before its payouts go in another one', async () => {
    const payouts = await requestedPayouts(desk, 2);
    const paypal = {
      ...desk.paypal,
      async createPayoutBatch(batch: Parameters<typeof desk.paypal.createPayoutBatch>[0]) {
        const outcome = await desk.paypal.createPayoutBatch(batch);
        if (outcome.kind === 'refused') await hold(desk, { creatorId: payouts[1]?.creatorId ?? '', held: true });
        return outcome;
      },
    };
    await steer(desk.payPalUrl, 'payouts', { invalidReceivers: [payouts[0]?.receiver] });
    expect(await submitTogether(desk, idsOf(payouts), { paypal })).toEqual(new Map());
    expect(await statesOf(desk, payouts)).toEqual(['failed', 'blocked']);
    expect(await itemsOf(desk, payouts)).toEqual([]);
  });

  it('comes back as a whole when the refusal is about our account, and the sweep leaves it to its messages', async () => {
    const payouts = await requestedPayouts(desk, 3);
    const paypal = watched(desk.paypal);
    await steer(desk.payPalUrl, 'payouts', { refuseNext: { name: 'INSUFFICIENT_FUNDS' } });
    const failures = await submitTogether(desk, idsOf(payouts), { paypal });
    for (const payoutId of idsOf(payouts)) expect(failures.get(payoutId)).toBeInstanceOf(PayoutNotTaken);
    for (const payoutId of idsOf(payouts)) {
      const { state, dueAt = '' } = await readPayout(desk, payoutId);
      expect(state).toBe('requested');
      expect(Date.parse(dueAt)).toBeGreaterThan(Date.now() + anHour);
    }
    expect(await submitTogether(desk, idsOf(payouts), { paypal })).toEqual(new Map());
    expect(paypal.batches.map(({ items }) => items.length)).toEqual([3, 3]);
    expect(await statesOf(desk, payouts)).toEqual(['submitted', 'submitted', 'submitted']);
    expect(await itemsOf(desk, payouts)).toHaveLength(3);
  });

  it('is looked into again when the refusal is about our account: a hold, an expiry and a destination stop what was not sent', async () => {
    const payouts = await requestedPayouts(desk, 4);
    await steer(desk.payPalUrl, 'payouts', { refuseNext: { name: 'INSUFFICIENT_FUNDS' } });
    await submitTogether(desk, idsOf(payouts));
    const [expired = '', moved = '', held = ''] = payouts.map(({ creatorId }) => creatorId);
    await putProfile(desk, { creatorId: expired, identity: { state: 'verified', expiresOn: '2026-01-01' } });
    await putProfile(desk, { creatorId: moved, destination: { type: 'email', value: 'eve@example.com' } });
    await hold(desk, { creatorId: held, held: true });
    expect(await submitTogether(desk, idsOf(payouts))).toEqual(new Map());
    expect(await statesOf(desk, payouts)).toEqual(['blocked', 'blocked', 'blocked', 'submitted']);
    expect((await itemsOf(desk, payouts)).map(({ senderItemId }) => senderItemId)).toEqual([payouts[3]?.payoutId]);
  });

  it('stays as it is when the refusal is about our account and an earlier call may have been taken, however long ago', async () => {
    const payouts = await requestedPayouts(desk, 2);
    const paypal = watched(desk.paypal);
    await fault('timeout');
    await submitTogether(desk, idsOf(payouts), { paypal });
    await steer(desk.payPalUrl, 'payouts', { refuseNext: { name: 'INSUFFICIENT_FUNDS' } });
    const later = new Date(Date.now() + 2 * anHour);
    const failures = await submitTogether(desk, idsOf(payouts), { paypal, now: later });
    for (const payoutId of idsOf(payouts)) expect(failures.get(payoutId)).toBeInstanceOf(PayoutNotTaken);
    expect(await statesOf(desk, payouts)).toEqual(['submitting', 'submitting']);
    expect(await submitTogether(desk, idsOf(payouts), { paypal, now: later })).toEqual(new Map());
    expect(new Set(paypal.batches.map(({ senderBatchId }) => senderBatchId)).size).toBe(1);
    expect(await itemsOf(desk, payouts)).toHaveLength(2);
  });

  it('is not taken apart while an earlier call may have been taken, and is an hour later', async () => {
    const payouts = await requestedPayouts(desk, 2);
    await fault('timeout');
    await submitTogether(desk, idsOf(payouts));
    const before = await batchesOf(payouts);
    const refusal = { name: 'NON_HOLDING_CURRENCY', status: 400, message: 'No.' };
    await steer(desk.payPalUrl, 'payouts', { refuseNext: { ...refusal, count: 2 } });
    expect(await submitTogether(desk, idsOf(payouts))).toEqual(new Map());
    expect(await batchesOf(payouts)).toEqual(before);
    expect(await statesOf(desk, payouts)).toEqual(['submitting', 'submitting']);
    const later = new Date(Date.now() + anHour + 120_000);
    expect(await submitTogether(desk, idsOf(payouts), { now: later })).toEqual(new Map());
    expect(await statesOf(desk, payouts)).toEqual(['submitted', 'submitted']);
    expect(new Set(await batchesOf(payouts)).size).toBe(2);
    expect(await itemsOf(desk, payouts)).toHaveLength(2);
  });

  it('is not taken apart when another worker has begun to send it meanwhile', async () => {
    const payouts = await requestedPayouts(desk, 2);
    const refusal = { name: 'NON_HOLDING_CURRENCY', status: 400, message: 'No.' };
    await steer(desk.payPalUrl, 'payouts', { refuseNext: refusal });
    const paypal = {
      ...desk.paypal,
      async createPayoutBatch(batch: Parameters<typeof desk.paypal.createPayoutBatch>[0]) {
        const outcome = await desk.paypal.createPayoutBatch(batch);
        await fault('timeout_after_effect');
        await submitTogether(desk, idsOf(payouts));
        return outcome;
      },
    };
    const failures = await submitTogether(desk, idsOf(payouts), { paypal });
    for (const payoutId of idsOf(payouts)) expect(failures.get(payoutId)).toHaveProperty('name', 'Contention');
    expect(await submitTogether(desk, idsOf(payouts))).toEqual(new Map());
    expect(await statesOf(desk, payouts)).toEqual(['submitted', 'submitted']);
    expect(await itemsOf(desk, payouts)).toHaveLength(2);
  });
});

describe('the audit', () => {
  it('names a payout that is in a second batch which may have been sent, and one whose batch does not list it', async () => {
    const payouts = await requestedPayouts(desk, 1);
    const [payoutId = ''] = idsOf(payouts);
    await submitTogether(desk, [payoutId]);
    const { batchId = '' } = await readPayout(desk, payoutId);
    const batch = await readBatch(desk, batchId);
    const second = '0199e5a0-0000-7000-8000-00000000000c';
    const table = { TableName: desk.world.ledger.name };
    const copy = { ...payoutBatchKey(second), ...batch, batchId: second };
    await desk.world.ledger.client.send(new PutCommand({ ...table, Item: copy }));
    expect(await auditFindings(desk)).toEqual([
      `payout_batch ${second} of payout ${payoutId}: times in a batch that may have been sent -1`,
    ]);
    await remove(payoutBatchKey(second));
    await desk.world.ledger.client.send(
      new PutCommand({ ...table, Item: { ...payoutBatchKey(batchId), ...batch, payoutIds: [] } }),
    );
    expect(await auditFindings(desk)).toEqual([
      `payout_batch ${batchId} of payout ${payoutId}: times in a batch that may have been sent 1`,
    ]);
    await desk.world.ledger.client.send(new PutCommand({ ...table, Item: { ...payoutBatchKey(batchId), ...batch } }));
  });
});
