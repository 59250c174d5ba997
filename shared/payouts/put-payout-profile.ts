import { isDeepStrictEqual } from 'node:util';
import { creatorNotFound } from '../earnings/get-earnings.ts';
import type { Refusal } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { type Creator, type PayoutProfile, parseCreator } from '../store/items/creator.ts';
import { creatorKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';
import { type Due, scheduleDue } from './due.ts';
import { namesMatch } from './match-names.ts';
import type { PayoutProfileBody } from './schemas.ts';

export type PutPayoutProfile = PayoutProfileBody & {
  creatorId: string;
  /** The client of the token. */
  changedBy: string;
  now: Date;
};

export type StoredPayoutProfile = PayoutProfile & { creatorId: string; nextPayoutAt: string | undefined };

/**
 * Sets where, when and whether a creator is paid. The same request again changes nothing but the time of the change. Of the
 * names only is kept whether they match.
 */
export async function putPayoutProfile(
  ledger: Table,
  command: PutPayoutProfile,
): Promise<StoredPayoutProfile | Refusal> {
  const { creatorId } = command;
  return untilUnchanged(`The profile of creator ${creatorId}`, async () => {
    const item = await readItem(ledger, creatorKey(creatorId));
    if (!item) return creatorNotFound(creatorId);
    const creator = parseCreator(item);
    const profile = describeProfile(creator.payoutProfile, command);
    const due = dueAfter(creator, command);
    const written = await writeProfile(ledger, creator, { profile, due });
    if (written.applied) return { ...profile, creatorId, nextPayoutAt: due?.dueAt };
    return changedMeanwhile;
  });
}

/** Who changed what and since when follows from what was there before: nobody changes what they put as it is. */
function describeProfile(previous: PayoutProfile | undefined, command: PutPayoutProfile): PayoutProfile {
  const found = findingsOf(command);
  const at = command.now.toISOString();
  const change = { destinationSince: at, destinationChangedBy: command.changedBy, changedBy: command.changedBy };
  if (!previous) return { ...found, ...change, updatedAt: at };
  const { destinationSince, destinationChangedBy, changedBy, updatedAt, ...known } = previous;
  const isSamePlace = known.method === found.method && isDeepStrictEqual(known.destination, found.destination);
  return {
    ...found,
    ...change,
    ...(isSamePlace && {
      // A profile from before these were kept has its destination since its last change at the latest.
      destinationSince: destinationSince ?? updatedAt,
      destinationChangedBy: destinationChangedBy ?? command.changedBy,
    }),
    ...(isDeepStrictEqual(known, found) && { changedBy: changedBy ?? command.changedBy }),
    updatedAt: at,
  };
}

type Findings = Omit<PayoutProfile, 'destinationSince' | 'destinationChangedBy' | 'changedBy' | 'updatedAt'>;

/** What is kept of a request. */
function findingsOf({ method, destination, schedule, identity, names, taxProfile }: PutPayoutProfile): Findings {
  return {
    method,
    destination,
    schedule,
    identity: { state: identity.state, ...(identity.expiresOn !== undefined && { expiresOn: identity.expiresOn }) },
    ...(names && { nameMatch: namesMatch(names.legal, names.atDestination) ? 'matched' : 'mismatched' }),
    ...(taxProfile && {
      taxProfile: {
        state: taxProfile.state,
        ...(taxProfile.validUntil !== undefined && { validUntil: taxProfile.validUntil }),
      },
    }),
  };
}

/** A schedule that stays keeps its date, so that a change on a payday does not cost the creator that payout. */
function dueAfter({ payoutProfile, dueAt }: Creator, { creatorId, schedule, now }: PutPayoutProfile): Due | undefined {
  const next = scheduleDue({ creatorId, schedule }, now);
  return next && payoutProfile?.schedule === schedule && dueAt !== undefined ? { ...next, dueAt } : next;
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
