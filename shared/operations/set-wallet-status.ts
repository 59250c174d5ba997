import type * as z from 'zod/mini';
import type { Refusal } from '../refusals.ts';
import type { OperatedStatus } from '../store/items/wallet.ts';
import { walletKey } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { updateIf } from '../store/write.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { accountClosed } from '../users/guards.ts';

type SetStatus = { userId: string; status: z.infer<typeof OperatedStatus>; reason: string; caller: string; now: Date };

/**
 * Freezes a wallet or sets it free. A frozen wallet can neither gift nor buy; what was paid before is credited all the
 * same. Who did it and why is kept in the wallet; its version moves, so no gift decided from the old status goes through.
 */
export async function setWalletStatus(
  ledger: Table,
  { userId, status, reason, caller, now }: SetStatus,
): Promise<Refusal | undefined> {
  const updated = await updateIf(ledger, {
    Key: walletKey(userId),
    ConditionExpression: 'attribute_exists(pk) AND #status <> :closed',
    UpdateExpression: 'SET #status = :status, statusChange = :change, version = version + :one',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ':status': status,
      ':change': { reason, by: caller, at: now.toISOString() },
      ':closed': 'closed',
      ':one': 1,
    },
  });
  if (updated.applied) return undefined;
  return updated.current ? accountClosed() : userNotFound(userId);
}
