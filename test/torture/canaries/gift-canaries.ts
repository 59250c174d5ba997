import { setTimeout as delay } from 'node:timers/promises';
import type { Canary } from './canary.ts';
import { changeWrites, isGiftEntry, isWallet, type WriteRequest, withoutCondition } from './rewrite.ts';
import type { CommandInput, Request } from './sabotage.ts';

/** Many repetitions of few fans' gifts, at once and late, and much pruning in between. */
const repetitions = { gift: 40, giftAgain: 60, relay: 14, credit: 18, look: 8 };

export const giftCanaries: Canary[] = [
  {
    name: 'debit-without-outbox-condition',
    breaks: 'A gift is debited although its key is in the outbox.',
    sabotage: () => ({
      request: (request) =>
        changeWrites(request, (write) => (isWallet(write) ? withoutCondition(write, 'outbox.#key') : {})),
    }),
    traffic: repetitions,
  },
  {
    name: 'late-key-takes-the-fast-path',
    breaks: 'A gift is debited without a look at how far the outbox was pruned.',
    sabotage: () => ({
      request: (request) =>
        changeWrites(request, (write) => (isWallet(write) ? withoutCondition(write, 'prunedThrough < :key') : {})),
    }),
    traffic: repetitions,
    fans: 5,
  },
  {
    name: 'prune-marks-too-little',
    breaks: 'Pruning marks the first of the gifts that it takes out, and not the last.',
    sabotage: () => ({ request: (request) => changeWrites(request, markTheFirst) }),
    traffic: repetitions,
    fans: 4,
  },
  {
    name: 'prune-before-the-entry-exists',
    breaks: 'Gifts leave the outbox although they are not credited yet.',
    sabotage: () => ({ answer: pretendEntries }),
    traffic: repetitions,
    fans: 5,
  },
  {
    name: 'slow-path-in-the-wrong-order',
    breaks: "A late key's entry is looked for before the wallet is read.",
    sabotage: lookFirst,
    traffic: { gift: 30, giftAgain: 40, relay: 30, credit: 40 },
    fans: 2,
    creators: 2,
  },
  {
    name: 'decided-debit-without-version',
    breaks: 'A gift that was decided from a wallet is written to whatever the wallet has become.',
    sabotage: () => ({
      request: (request) =>
        changeWrites(request, (write) =>
          isWallet(write) && write.UpdateExpression?.includes('outbox.#key')
            ? withoutCondition(write, 'version = :version')
            : {},
        ),
    }),
    traffic: { ...repetitions, grant: 15 },
    fans: 4,
  },
  {
    name: 'acknowledges-a-lost-write',
    breaks: 'A gift is answered as sent although nobody knows whether it was written.',
    sabotage: () => ({ answer: trustTheWrite }),
    traffic: { gift: 60, relay: 5, credit: 5, look: 20 },
  },
  {
    name: 'credit-without-mark',
    breaks: 'The entry of a gift is put whether or not there is one.',
    sabotage: () => ({
      request: (request) =>
        changeWrites(request, (write) => (isGiftEntry(write) ? withoutCondition(write, 'attribute_not_exists') : {})),
    }),
    traffic: { gift: 50, relay: 15, credit: 30 },
  },
  {
    name: 'relay-swallows-a-failed-send',
    breaks: 'Gifts that the queue did not take count as sent, and no sweep looks for them.',
    sabotage: () => ({ queueAnswer: (queue, failed) => (queue === 'credits' ? [] : failed), off: ['sweep-outboxes'] }),
    traffic: { gift: 50, relay: 15, credit: 15 },
  },
  {
    name: 'sweep-that-ignores-the-version',
    breaks: 'The sweep writes outboxes back as it read them, without what was credited.',
    sabotage: writeOutboxesBack,
    traffic: { gift: 60, giftAgain: 25, relay: 8, credit: 12, sweepOutboxes: 25, look: 20 },
    fans: 4,
  },
];

function markTheFirst({ ExpressionAttributeNames: names, ExpressionAttributeValues: values }: WriteRequest) {
  return values?.[':highest'] === undefined
    ? {}
    : { ExpressionAttributeValues: { ...values, ':highest': names?.['#gift0'] } };
}

/** Every gift that is asked about in a batch seems to have its entry. */
async function pretendEntries({ command, input, invocation }: Request, send: () => Promise<CommandInput>) {
  const output = await send();
  const isPruning = ['relay-gifts', 'sweep-outboxes'].includes(invocation.functionName);
  if (command !== 'BatchGetItemCommand' || !isPruning) return output;
  const [[table = '', { Keys = [] } = {}] = []] = Object.entries(
    input.RequestItems as Record<string, { Keys: { pk: string; sk: string }[] }>,
  );
  const entries = Keys.map(({ pk, sk }) => ({ userId: pk.slice('WALLET#'.length), entryId: sk.split('#')[1] }));
  return { ...output, Responses: { [table]: entries }, UnprocessedKeys: {} };
}

/** The look-up of a late key's entry gives what was there before the wallet was asked. */
function lookFirst() {
  const seen = new WeakMap<object, CommandInput>();
  return {
    async answer(
      { command, input, invocation, read }: Request,
      send: () => Promise<CommandInput>,
    ): Promise<CommandInput> {
      if (invocation.functionName !== 'send-gift') return send();
      const { pk = '', sk = '' } = (input.Key ?? {}) as { pk?: string; sk?: string };
      if (command === 'GetItemCommand' && sk.endsWith('#gift')) return seen.get(invocation) ?? send();
      if (command === 'UpdateItemCommand' && !seen.has(invocation)) {
        const giftId = (input.ExpressionAttributeNames as Record<string, string>)['#key'];
        seen.set(invocation, await read({ pk, sk: `ENTRY#${giftId}#gift` }));
        await delay(600 * Math.random() ** 2);
      }
      return send();
    },
  };
}

/** A debit whose answer is lost counts as done. */
async function trustTheWrite({ command, input, invocation }: Request, send: () => Promise<CommandInput>) {
  if (command !== 'UpdateItemCommand' || invocation.functionName !== 'send-gift') return send();
  try {
    return await send();
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') throw error;
    const values = input.ExpressionAttributeValues as Record<string, unknown>;
    const key = (input.ExpressionAttributeNames as Record<string, string>)['#key'] ?? '';
    return { Attributes: pretendedWallet(String((input.Key as { pk: string }).pk), key, values[':gift']) };
  }
}

function pretendedWallet(pk: string, key: string, gift: unknown) {
  const userId = pk.slice('WALLET#'.length);
  const state = { status: 'active', paid: 0, owed: 0, prunedThrough: '', spent: {}, version: 1 };
  return { userId, region: 'US', ...state, outbox: { [key]: gift }, openedAt: new Date().toISOString() };
}

/** Prunings of the sweep set the whole outbox to what was scanned, less what is taken out. */
function writeOutboxesBack() {
  const scanned = new WeakMap<object, Map<string, Record<string, unknown>>>();
  return {
    request({ command, input, invocation }: Request): CommandInput {
      const outboxes = scanned.get(invocation);
      const { pk = '' } = (input.Key ?? {}) as { pk?: string };
      const outbox = outboxes?.get(pk);
      if (command !== 'UpdateItemCommand' || !outbox || !String(input.UpdateExpression).startsWith('REMOVE outbox'))
        return input;
      const removed = Object.values(input.ExpressionAttributeNames as Record<string, string>);
      const left = Object.fromEntries(Object.entries(outbox).filter(([giftId]) => !removed.includes(giftId)));
      const { ConditionExpression, ExpressionAttributeNames, ...rest } = input;
      const highest = (input.ExpressionAttributeValues as Record<string, unknown>)[':highest'];
      return {
        ...rest,
        UpdateExpression: `SET outbox = :outbox, version = version + :one${highest ? ', prunedThrough = :highest' : ''}`,
        ExpressionAttributeValues: { ...(input.ExpressionAttributeValues as object), ':outbox': left },
      };
    },
    async answer({ command, invocation }: Request, send: () => Promise<CommandInput>): Promise<CommandInput> {
      const output = await send();
      if (command !== 'ScanCommand' || invocation.functionName !== 'sweep-outboxes') return output;
      const items = (output.Items ?? []) as { pk: string; outbox: Record<string, unknown> }[];
      scanned.set(invocation, new Map(items.map(({ pk, outbox }) => [pk, outbox])));
      await delay(30);
      return output;
    },
  };
}
