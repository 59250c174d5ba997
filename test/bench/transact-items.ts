import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../shared/store/table.ts';

export type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** The item that a transaction writes, wherever its table stands in the request. */
export type Place = { table: string; key: Item };

/** The ledger's key is `pk` and `sk`, a peer's is `id`. */
export function keyOf({ pk, sk, id }: Item): Item {
  return id === undefined ? { pk, sk } : { id };
}

export function placeOf({ Put, Update, Delete, ConditionCheck }: Writes[number]): Place {
  const keyed = Update ?? Delete ?? ConditionCheck;
  return { table: keyed?.TableName ?? Put?.TableName ?? '', key: keyOf(keyed?.Key ?? Put?.Item ?? {}) };
}
