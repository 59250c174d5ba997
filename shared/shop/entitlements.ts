import type * as z from 'zod/mini';
import type { Refusal } from '../refusals.ts';
import { type Entitlement, parseEntitlement } from '../store/items/entitlement.ts';
import { walletKey } from '../store/keys.ts';
import { queryAll, readItem } from '../store/read.ts';
import { entitlementKey, entitlementsOf } from '../store/shop-keys.ts';
import type { Table } from '../store/table.ts';
import type { Write } from '../store/write.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { isHeld } from './decide-entitlement.ts';
import type { EntitlementsAnswer } from './schemas.ts';

export async function findEntitlement(
  ledger: Table,
  { userId, item }: { userId: string; item: string },
): Promise<Entitlement | undefined> {
  const found = await readItem(ledger, entitlementKey({ userId, item }));
  return found && parseEntitlement(found);
}

/** Writes an entitlement if nobody has changed it since the version before. */
export function putEntitlement<Failure>(entitlement: Entitlement, failure: Failure): Write<Failure> {
  return {
    put: {
      Item: { ...entitlementKey(entitlement), ...entitlement },
      ...(entitlement.version === 1
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'version = :before',
            ExpressionAttributeValues: { ':before': entitlement.version - 1 },
          }),
    },
    failure: () => failure,
  };
}

/** What a user may use now, by the names of the catalogue. */
export async function listEntitlements(
  ledger: Table,
  { userId, now }: { userId: string; now: Date },
): Promise<z.input<typeof EntitlementsAnswer> | Refusal> {
  if (!(await readItem(ledger, walletKey(userId)))) return userNotFound(userId);
  const { pk, prefix } = entitlementsOf(userId);
  const entitlements = [];
  for await (const found of queryAll(ledger, {
    KeyConditionExpression: 'pk = :wallet AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':wallet': pk, ':prefix': prefix },
    ConsistentRead: true,
  })) {
    const { item, heldSince, heldUntil } = parseEntitlement(found);
    if (isHeld({ heldUntil }, now))
      entitlements.push({ item, heldSince, ...(heldUntil !== undefined && { heldUntil }) });
  }
  return { userId, entitlements };
}
