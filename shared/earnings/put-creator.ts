import { dayOf } from '../calendar.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { ownedCreatorKey } from '../store/account-keys.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { type Creator, parseCreator } from '../store/items/creator.ts';
import { parseWallet } from '../store/items/wallet.ts';
import { creatorKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, updateIf, type Write } from '../store/write.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { accountClosed, isAdult } from '../users/guards.ts';
import type { CreatorBody } from './schemas.ts';

/**
 * Registers a creator or changes one. The owner must be a user old enough to earn, which by default is the age of
 * buying and gifting, and stays the same person: diamonds must not change hands.
 */
export async function putCreator(
  { ledger }: { ledger: Table },
  command: CreatorBody & { creatorId: string; now: Date },
): Promise<Creator | Refusal> {
  const { creatorId, ownerUserId, giftsEnabled, now } = command;
  return untilUnchanged(`The creator ${creatorId}`, async () => {
    const [owner, item] = await Promise.all([
      readItem(ledger, walletKey(ownerUserId)),
      readItem(ledger, creatorKey(creatorId)),
    ]);
    if (!owner) return userNotFound(ownerUserId);
    const known = item && parseCreator(item);
    const isEnabled = !known || giftsEnabled;
    if (known && known.ownerUserId !== ownerUserId)
      return refuse('state_conflict', `The creator ${creatorId} belongs to another user; the owner cannot change.`, {
        creatorId,
      });
    if (isEnabled && parseWallet(owner).status === 'closed') return accountClosed();
    // Whoever is not of age any more as far as we know, may still be switched off.
    if (isEnabled && !isAdult(parseWallet(owner), dayOf(now)))
      return refuse('age_restricted', 'The owner of a creator must be of age, and the age must be known.', {
        ownerUserId,
      });
    // The owner's line first: one without a creator says nothing, a creator without one would be missed.
    await updateIf(ledger, ownCreator({ userId: ownerUserId, creatorId }));
    const written = await transact<'changed'>(ledger, [
      ...(isEnabled ? [checkNotClosed(ownerUserId)] : []),
      { update: changeCreator(command, known?.version), failure: () => 'changed' },
    ]);
    if (!written.committed) return changedMeanwhile;
    return parseCreator((await readItem(ledger, creatorKey(creatorId))) ?? {});
  });
}

/** The line by which a user's creators are found. */
function ownCreator(owned: { userId: string; creatorId: string }) {
  return {
    Key: ownedCreatorKey(owned),
    UpdateExpression: 'SET creatorId = :creator',
    ExpressionAttributeValues: { ':creator': owned.creatorId },
  };
}

/** Whoever closes the owner's account at the same time switches this creator's gifts off afterwards, or comes first. */
function checkNotClosed(ownerUserId: string): Write<'changed'> {
  return {
    check: {
      Key: walletKey(ownerUserId),
      ConditionExpression: '#status <> :closed',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':closed': 'closed' },
    },
    failure: () => 'changed',
  };
}

function changeCreator(command: CreatorBody & { creatorId: string; now: Date }, version: number | undefined) {
  const { creatorId, ownerUserId, region, giftsEnabled, now } = command;
  return {
    Key: creatorKey(creatorId),
    ConditionExpression: version === undefined ? 'attribute_not_exists(pk)' : 'version = :version',
    UpdateExpression:
      'SET creatorId = :creator, ownerUserId = :owner, #region = :region, giftsEnabled = :enabled, updatedAt = :now, ' +
      'createdAt = if_not_exists(createdAt, :now), version = if_not_exists(version, :zero) + :one',
    ExpressionAttributeNames: { '#region': 'region' },
    ExpressionAttributeValues: {
      ':creator': creatorId,
      ':owner': ownerUserId,
      ':region': region,
      ':enabled': giftsEnabled,
      ':now': now.toISOString(),
      ':zero': 0,
      ':one': 1,
      ...(version !== undefined && { ':version': version }),
    },
  };
}
