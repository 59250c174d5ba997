import { Contention } from '../store/contention.ts';
import type { Payout } from '../store/items/payout.ts';
import { type PayoutBatch, parsePayoutBatch } from '../store/items/payout-batch.ts';
import { payoutBatchKey, payoutKey } from '../store/payout-keys.ts';
import { readItem } from '../store/read.ts';
import { takeTransition } from '../store/state-machine.ts';
import type { Item, Table } from '../store/table.ts';
import { transact, updateIf } from '../store/write.ts';
import { putBatch, type Sending } from './begin-batch.ts';
import { readPayouts } from './move-payout.ts';
import { batchTransitions } from './states.ts';

/** The batch in which a provider may have the payout, as it stands now, with all its payouts. */
export async function readBatchOf(ledger: Table, payout: Payout): Promise<Sending> {
  const { payoutId, batchId } = payout;
  if (batchId === undefined) return adopt(ledger, payout);
  const item = await readItem(ledger, payoutBatchKey(batchId));
  if (!item) throw new Error(`The payout ${payoutId} is in the batch ${batchId}, which does not exist.`);
  const batch = parsePayoutBatch(item);
  const payouts = await readPayouts(ledger, batch.payoutIds);
  if (payouts.length < batch.payoutIds.length) throw new Error(`Payouts of the batch ${batchId} do not exist.`);
  return { batch, payouts };
}

/**
 * A payout that was sent before there were batches was a batch by itself, under its own id: it becomes one here, so that it
 * is asked about under the same reference.
 */
async function adopt(ledger: Table, payout: Payout): Promise<Sending> {
  const { payoutId, method, version, updatedAt: createdAt, attemptedAt = createdAt } = payout;
  const state = 'sending' as const;
  const batch = { batchId: payoutId, method, payoutIds: [payoutId], state, createdAt, attemptedAt, version: 1 };
  const update = {
    Key: payoutKey(payoutId),
    ConditionExpression: '#version = :version',
    UpdateExpression: 'SET batchId = :batchId, #version = #version + :one',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': version, ':batchId': payoutId, ':one': 1 },
  };
  const written = await transact(ledger, [
    putBatch(batch, () => 'exists'),
    { update, failure: () => 'payout_changed' },
  ]);
  if (!written.committed) throw new Contention(`The payout ${payoutId} changed while its batch was put.`);
  return { batch, payouts: [{ ...payout, batchId: payoutId, version: version + 1 }] };
}

/**
 * Commits that the provider is about to be called once more. Money may be on its way already, so nothing is checked again:
 * the same call is made, or none.
 * @throws Contention when another call has begun meanwhile, or its answer has come.
 */
export async function beginAgain(
  ledger: Table,
  { batch, payouts }: Sending,
  { sentAgainForDays, now }: { sentAgainForDays: number; now: Date },
): Promise<Sending> {
  const { batchId, attemptedAt } = batch;
  const days = (now.getTime() - Date.parse(batch.createdAt)) / 86_400_000;
  if (days > sentAgainForDays)
    throw new Error(`The outcome of the payout batch ${batchId} is unknown for ${sentAgainForDays} days: ask by hand.`);
  const set = { attemptedAt: now.toISOString(), previousAt: attemptedAt };
  const updated = await updateIf(ledger, batchUpdate(batch, { transition: 'resend', exactVersion: true, set }));
  if (!updated.applied) throw new Contention(`The payout batch ${batchId} changed while it was to be sent again.`);
  return { batch: parsePayoutBatch(updated.item), payouts };
}

type BatchMove = { transition: keyof typeof batchTransitions; exactVersion?: boolean; set?: Item };

export function batchUpdate(
  { batchId, version }: PayoutBatch,
  { transition, exactVersion = false, set = {} }: BatchMove,
) {
  const taken = takeTransition(batchTransitions[transition]);
  const assignments = Object.keys(set).map((name) => `#${name} = :${name}`);
  return {
    Key: payoutBatchKey(batchId),
    ConditionExpression: exactVersion ? `${taken.condition} AND #version = :version` : taken.condition,
    UpdateExpression: `SET ${[taken.assignment, '#version = #version + :one', ...assignments].join(', ')}`,
    ExpressionAttributeNames: {
      ...taken.names,
      '#version': 'version',
      ...Object.fromEntries(Object.keys(set).map((name) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ...taken.values,
      ':one': 1,
      ...(exactVersion && { ':version': version }),
      ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
    },
  };
}
