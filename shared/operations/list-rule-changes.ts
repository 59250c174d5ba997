import * as z from 'zod/mini';
import type { Refusal } from '../refusals.ts';
import { RuleChange } from '../store/items/wallet-rules.ts';
import { walletKey } from '../store/keys.ts';
import { queryUpTo, readItem } from '../store/read.ts';
import { ruleChangePrefix } from '../store/rule-keys.ts';
import type { Table } from '../store/table.ts';
import { userNotFound } from '../users/get-wallet.ts';

/** Far more than the rules of a wallet ever change. */
const mostChanges = 100;

/** How the rules of a wallet came to be what they are: the latest change first. */
export async function listRuleChanges(ledger: Table, userId: string): Promise<{ changes: RuleChange[] } | Refusal> {
  if (!(await readItem(ledger, walletKey(userId)))) return userNotFound(userId);
  const changes = await queryUpTo(
    ledger,
    {
      KeyConditionExpression: 'pk = :wallet AND begins_with(sk, :change)',
      ExpressionAttributeValues: { ':wallet': walletKey(userId).pk, ':change': ruleChangePrefix },
      ScanIndexForward: false,
      ConsistentRead: true,
    },
    mostChanges,
  );
  return { changes: changes.map((change) => z.parse(RuleChange, change)) };
}
