import { creatorNotFound } from '../earnings/get-earnings.ts';
import { newId } from '../identifiers.ts';
import { logger } from '../observability.ts';
import type { Refusal } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { type Creator, type PayoutHold, PayoutHoldChange, parseCreator } from '../store/items/creator.ts';
import { creatorKey } from '../store/keys.ts';
import { payoutHoldKey, payoutHoldsOf } from '../store/payout-keys.ts';
import { queryUpTo, readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { changeProfile } from './open-payout.ts';
import type { PayoutHoldBody } from './schemas.ts';

export type SetPayoutHold = PayoutHoldBody & { creatorId: string; caller: string; now: Date };

export type StoredPayoutHold = PayoutHold & { creatorId: string };

/**
 * Stops all payouts of a creator, or ends that; also those that are requested and not yet sent. Each change is kept with who
 * made it, when and why. The same request again changes nothing.
 */
export async function setPayoutHold(ledger: Table, command: SetPayoutHold): Promise<StoredPayoutHold | Refusal> {
  const { creatorId } = command;
  return untilUnchanged(`The profile of creator ${creatorId}`, async () => {
    const item = await readItem(ledger, creatorKey(creatorId));
    if (!item) return creatorNotFound(creatorId);
    const creator = parseCreator(item);
    const { payoutHold } = creator;
    if (payoutHold && isRepetition(payoutHold, command)) return { ...payoutHold, creatorId };
    const hold = describeHold(creator, command);
    const written = await transact(ledger, [
      changeProfile(creator, { payoutHold: hold }),
      putChange(creatorId, hold, command.now),
    ]);
    if (!written.committed) return changedMeanwhile;
    logger.info('payout hold set', { creatorId, held: hold.held, by: hold.by });
    return { ...hold, creatorId };
  });
}

function isRepetition({ held, reason, by }: PayoutHold, command: SetPayoutHold): boolean {
  return held === command.held && reason === command.reason && by === command.caller;
}

/** Whoever says again that there is no hold has not lifted one. */
function describeHold({ payoutHold: previous }: Creator, { held, reason, caller, now }: SetPayoutHold): PayoutHold {
  const liftedBy = previous?.held && !held ? caller : previous?.liftedBy;
  return { held, reason, by: caller, at: now.toISOString(), ...(liftedBy !== undefined && { liftedBy }) };
}

function putChange(creatorId: string, { held, reason, by, at }: PayoutHold, now: Date): Write<'changed'> {
  const change: PayoutHoldChange = { creatorId, changeId: newId(now), held, reason, by, at };
  return {
    put: { Item: { ...payoutHoldKey(change), ...change }, ConditionExpression: 'attribute_not_exists(pk)' },
    failure: () => 'changed',
  };
}

/** Far more than a creator's hold ever changes. */
const mostChanges = 100;

/** Whether payouts are on hold, and how that came to be, the latest change first. */
export async function findPayoutHold(
  ledger: Table,
  creatorId: string,
): Promise<{ creatorId: string; held: boolean; changes: PayoutHoldChange[] } | Refusal> {
  const item = await readItem(ledger, creatorKey(creatorId));
  if (!item) return creatorNotFound(creatorId);
  const { pk, prefix } = payoutHoldsOf(creatorId);
  const changes = await queryUpTo(
    ledger,
    {
      KeyConditionExpression: 'pk = :creator AND begins_with(sk, :hold)',
      ExpressionAttributeValues: { ':creator': pk, ':hold': prefix },
      ScanIndexForward: false,
      ConsistentRead: true,
    },
    mostChanges,
  );
  return {
    creatorId,
    held: parseCreator(item).payoutHold?.held ?? false,
    changes: changes.map((change) => PayoutHoldChange.parse(change)),
  };
}
