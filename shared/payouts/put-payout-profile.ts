import { creatorNotFound } from '../earnings/get-earnings.ts';
import type { Refusal } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { type Creator, type PayoutProfile, parseCreator } from '../store/items/creator.ts';
import { creatorKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';
import { type Due, scheduleDue } from './due.ts';
import type { PayoutProfileBody } from './schemas.ts';

export type PutPayoutProfile = PayoutProfileBody & { creatorId: string; now: Date };

export type StoredPayoutProfile = PayoutProfile & { creatorId: string; nextPayoutAt: string | undefined };

/** Sets where, when and whether a creator is paid. The same request again changes nothing but the time of the change. */
export async function putPayoutProfile(
  ledger: Table,
  command: PutPayoutProfile,
): Promise<StoredPayoutProfile | Refusal> {
  const { creatorId } = command;
  return untilUnchanged(`The profile of creator ${creatorId}`, async () => {
    const item = await readItem(ledger, creatorKey(creatorId));
    if (!item) return creatorNotFound(creatorId);
    const creator = parseCreator(item);
    const profile = describeProfile(command);
    const due = dueAfter(creator, command);
    const written = await writeProfile(ledger, creator, { profile, due });
    if (written.applied) return { ...profile, creatorId, nextPayoutAt: due?.dueAt };
    return changedMeanwhile;
  });
}

function describeProfile({ method, destination, schedule, identity, now }: PutPayoutProfile): PayoutProfile {
  return {
    method,
    destination,
    schedule,
    identity: { state: identity.state, ...(identity.expiresOn !== undefined && { expiresOn: identity.expiresOn }) },
    updatedAt: now.toISOString(),
  };
}

/** A schedule that stays keeps its date, so that a change on a payday does not cost the creator that payout. */
function dueAfter(
  { payoutProfile, dueBucket, dueAt }: Creator,
  { creatorId, schedule, now }: PutPayoutProfile,
): Due | undefined {
  if (payoutProfile?.schedule === schedule && dueBucket !== undefined && dueAt !== undefined)
    return { dueBucket, dueAt };
  return scheduleDue({ creatorId, schedule }, now);
}

function writeProfile(
  ledger: Table,
  { creatorId, version }: Creator,
  change: { profile: PayoutProfile; due: Due | undefined },
) {
  const { profile, due } = change;
  const set = 'SET payoutProfile = :profile, #version = #version + :one';
  return updateIf(ledger, {
    Key: creatorKey(creatorId),
    ConditionExpression: '#version = :version',
    UpdateExpression: due ? `${set}, dueBucket = :dueBucket, dueAt = :dueAt` : `${set} REMOVE dueBucket, dueAt`,
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: {
      ':profile': profile,
      ':version': version,
      ':one': 1,
      ...(due && { ':dueBucket': due.dueBucket, ':dueAt': due.dueAt }),
    },
  });
}
