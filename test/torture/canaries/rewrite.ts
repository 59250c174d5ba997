import type { CommandInput, Request } from './sabotage.ts';

type Expressions = {
  Key?: { pk?: string; sk?: string };
  Item?: Record<string, unknown>;
  ConditionExpression?: string;
  UpdateExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
};

/** One write, alone or as a part of a transaction. */
export type WriteRequest = Expressions & { pk: string; sk: string };

type Change = (write: WriteRequest) => Partial<Expressions>;

/** Changes every write of a request, wherever it stands. */
export function changeWrites({ command, input }: Request, change: Change): CommandInput {
  if (command === 'TransactWriteItemsCommand') {
    const items = input.TransactItems as Record<string, Expressions>[];
    return { ...input, TransactItems: items.map((item) => changeAll(item, change)) };
  }
  return command === 'UpdateItemCommand' || command === 'PutItemCommand' ? changed(input, change) : input;
}

function changeAll(item: Record<string, Expressions>, change: Change): Record<string, Expressions> {
  return Object.fromEntries(Object.entries(item).map(([kind, write]) => [kind, changed(write, change)]));
}

function changed<Write extends Expressions>(write: Write, change: Change): Write {
  const { pk = '', sk = '' } = (write.Key ?? write.Item ?? {}) as { pk?: string; sk?: string };
  return withoutUnused({ ...write, ...change({ ...write, pk, sk }) });
}

/** Leaves a part out of a condition; with the last part, the condition is gone. */
export function withoutCondition({ ConditionExpression = '' }: Expressions, ...parts: string[]): Partial<Expressions> {
  const kept = ConditionExpression.split(' AND ').filter((part) => !parts.some((left) => part.includes(left)));
  return { ConditionExpression: kept.join(' AND ') };
}

/** DynamoDB refuses empty conditions, and names and values that no expression has. */
function withoutUnused<Write extends Expressions>(write: Write): Write {
  const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues, ...rest } = write;
  const text = ` ${ConditionExpression ?? ''} ${write.UpdateExpression ?? ''} `;
  const isUsed = ([name]: [string, unknown]) => new RegExp(`${name}\\b`).test(text);
  const names = Object.entries(ExpressionAttributeNames ?? {}).filter(isUsed);
  const values = Object.entries(ExpressionAttributeValues ?? {}).filter(isUsed);
  return {
    ...rest,
    ...(ConditionExpression && { ConditionExpression }),
    ...(names.length > 0 && { ExpressionAttributeNames: Object.fromEntries(names) }),
    ...(values.length > 0 && { ExpressionAttributeValues: Object.fromEntries(values) }),
  } as Write;
}

export function isWallet({ pk, sk }: WriteRequest): boolean {
  return pk.startsWith('WALLET#') && sk === 'HEAD';
}

export function isGiftEntry({ pk, sk }: WriteRequest): boolean {
  return pk.startsWith('WALLET#') && sk.startsWith('ENTRY#') && sk.endsWith('#gift');
}

export function isShard({ pk, sk }: WriteRequest): boolean {
  return pk.startsWith('CREATOR#') && sk === 'HEAD';
}

export function isPayout({ sk }: WriteRequest): boolean {
  return sk === 'PAYOUT';
}

export function isEvent({ sk }: WriteRequest): boolean {
  return sk === 'EVENT';
}
