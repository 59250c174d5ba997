import { isRefusal } from '../refusals.ts';
import { parseUser } from '../store/items/user.ts';
import { userKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import { guardianLinkKey, wardLineKey } from '../store/rule-keys.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { changeRules } from '../users/change-rules.ts';
import type { Link } from './ward-of.ts';

/**
 * Ends a link for a guardian who is erased, and takes the guardian's id out of what is known of the ward: the rules of the wallet, the user item and
 * the link itself; last of all goes the line by which the ward was found, in the same transaction. A ward's history keeps the id.
 */
export async function leaveWard(
  ledger: Table,
  { userId, guardianId, caller, now }: Link & { caller: string; now: Date },
): Promise<void> {
  const link = { userId, guardianId };
  const removals = [remove(guardianLinkKey(link)), remove(wardLineKey(link))];
  const asked = { userId, kind: 'guardian', actor: 'guardian', caller, now, evenIfClosed: true } as const;
  const left = await changeRules(ledger, asked, async ({ guardian, ...others }) => ({
    rules: guardian && guardian.userId !== guardianId ? { ...others, guardian } : others,
    more: [...removals, ...(await forget(ledger, link))],
  }));
  // Nobody has a ward without a wallet but by a line that was put by hand.
  if (isRefusal(left)) await transact(ledger, removals);
}

async function forget(ledger: Table, { userId, guardianId }: Link): Promise<Write<'changed'>[]> {
  const item = await readItem(ledger, userKey(userId));
  if (!item || parseUser(item).guardian !== guardianId) return [];
  return [
    {
      update: {
        Key: userKey(userId),
        ConditionExpression: 'guardian = :guardian',
        UpdateExpression: 'REMOVE guardian',
        ExpressionAttributeValues: { ':guardian': guardianId },
      },
      failure: () => 'changed',
    },
  ];
}

function remove(key: { pk: string; sk: string }): Write<'changed'> {
  return { remove: { Key: key }, failure: () => 'changed' };
}
