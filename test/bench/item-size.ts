import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../shared/store/table.ts';

/**
 * The size of an item by the rules that DynamoDB documents ("DynamoDB item sizes and formats"): names and texts count
 * their UTF-8 bytes, numbers about a byte for two digits, lists and maps 3 bytes and 1 for each element.
 */
export function itemBytes(item: Item): number {
  return mapBytes(marshall(item, { removeUndefinedValues: true }));
}

function mapBytes(attributes: Record<string, AttributeValue>): number {
  return Object.entries(attributes).reduce(
    (bytes, [name, value]) => bytes + Buffer.byteLength(name) + valueBytes(value),
    0,
  );
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + mapBytes(value.M);
  if (value.L !== undefined) return value.L.reduce((bytes, element) => bytes + 1 + valueBytes(element), 3);
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  throw new Error(`No item of the ledger holds ${Object.keys(value)}.`);
}

/** Leading and trailing zeros cost nothing. */
function numberBytes(text: string): number {
  const digits = text.replace(/^-/, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '');
  return Math.ceil(digits.length / 2) + (text.startsWith('-') ? 2 : 1);
}

/**
 * What a write costs in a transaction: two units for each started kilobyte of the larger of the item before and after, and one
 * for each line of the index that it puts or takes away. A condition check costs as much as a write.
 */
export function transactedWriteUnits({ before, after }: { before: Item | undefined; after: Item | undefined }): number {
  const bytes = Math.max(before ? itemBytes(before) : 0, after ? itemBytes(after) : 0, 1);
  return 2 * Math.ceil(bytes / 1024) + indexWrites(before, after);
}

/** The ledger's only index is sparse: items without a `dueBucket` are not in it. That of the leaderboards has the scores by their size. */
function indexWrites(before: Item | undefined, after: Item | undefined): number {
  const line = (item: Item | undefined) => {
    if (item?.dueBucket !== undefined) return `${item.dueBucket} ${item.dueAt}`;
    return String(item?.pk).startsWith('SCORES#') && item?.coins !== undefined ? `${item.coins}` : undefined;
  };
  const [old, fresh] = [line(before), line(after)];
  if (old === fresh) return 0;
  return (old === undefined ? 0 : 1) + (fresh === undefined ? 0 : 1);
}
