import type { Refusal } from '../refusals.ts';
import type { Visibility, VisibilityChoice } from '../store/items/board.ts';
import { userKey } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import { visibilityKey } from '../store/visibility-keys.ts';
import { transact } from '../store/write.ts';
import { userNotFound } from '../users/get-wallet.ts';

/** Keeps how a user wants to appear in lists; each list that is made from now on goes by it. */
export async function setVisibility(
  ledger: Table,
  { userId, visibility, now }: { userId: string; visibility: Visibility; now: Date },
): Promise<VisibilityChoice | Refusal> {
  const choice: VisibilityChoice = { userId, visibility, updatedAt: now.toISOString() };
  const written = await transact<Refusal>(ledger, [
    {
      check: { Key: userKey(userId), ConditionExpression: 'attribute_exists(pk)' },
      failure: () => userNotFound(userId),
    },
    {
      put: { Item: { ...visibilityKey(userId), ...choice } },
      failure: () => {
        throw new Error('A choice of visibility has no condition that could fail.');
      },
    },
  ]);
  return written.committed ? choice : (written.failures[0] ?? userNotFound(userId));
}
