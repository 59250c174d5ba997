import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { localClientConfig } from '../../infra/local/credentials.ts';
import { type AttemptFault, attemptError, cancellationError, chooseAttemptFault, conflictError } from './aws-errors.ts';
import type { CommandInput, Sabotage } from './canaries/sabotage.ts';
import { type Call, callOut, outside } from './invocation.ts';
import { retryAtOnce } from './retry-at-once.ts';

/** What is left to go wrong with a call that is under way. */
type Plan = { fault: AttemptFault; failures: number; lateMilliseconds: number };

export type FaultyClient = {
  client: DynamoDBDocumentClient;
  /** Waits for the requests that take effect after their callers gave up on them. */
  lateEffects(): Promise<void>;
  close(): void;
};

const reads = new Set(['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand', 'ScanCommand']);

/**
 * A DynamoDB client whose calls fail as the weather of the invocation wants it: in single attempts, which the SDK repeats,
 * and as a whole. Calls outside of invocations are the run's own and never fail.
 */
export function faultyDocumentClient(url: string, sabotage: Sabotage): FaultyClient {
  const base = new DynamoDBClient({ ...localClientConfig(url), retryStrategy: retryAtOnce });
  const client = DynamoDBDocumentClient.from(base, { marshallOptions: { removeUndefinedValues: true } });
  const plans = new WeakMap<object, Plan>();
  const late = new Set<Promise<unknown>>();

  client.middlewareStack.add(
    (next, context) => (args) => {
      const command = context.commandName ?? '';
      return callOut(command, async (call) => {
        if (!call) return next(args);
        const { invocation } = call;
        const asked = args.input as CommandInput;
        const read = readBeside(client, asked);
        const input = sabotage.request?.({ command, input: asked, invocation, read }) ?? asked;
        failAsAWhole({ command, input }, call);
        const plan = planAttempts(command, call);
        if (plan) plans.set(context, plan);
        const send = async (sent: CommandInput) => {
          const { output } = await next({ ...args, input: sent as typeof args.input });
          return output as CommandInput;
        };
        const answer = () => (command === 'BatchGetItemCommand' ? answerInPart(input, call, send) : send(input));
        const request = { command, input, invocation, read };
        const output = await (sabotage.answer ? sabotage.answer(request, answer) : answer());
        return { output, response: undefined } as unknown as Awaited<ReturnType<typeof next>>;
      });
    },
    { step: 'initialize', priority: 'low', name: 'tortureCall' },
  );

  client.middlewareStack.add(
    (next, context) => async (args) => {
      const plan = plans.get(context);
      if (!plan || plan.failures === 0) return next(args);
      plan.failures -= 1;
      const { effect } = plan.fault;
      if (effect === 'before the answer was lost') await next(args).catch(() => undefined);
      if (effect === 'long after it was given up') keepLate(delay(plan.lateMilliseconds).then(() => next(args)));
      throw attemptError(plan.fault);
    },
    // Below the SDK's own retries, and above the reading of answers: an answer that nobody reads would hold its connection.
    { step: 'deserialize', priority: 'high', name: 'tortureAttempt' },
  );

  function keepLate(effect: Promise<unknown>): void {
    const settled: Promise<unknown> = effect.then(
      () => late.delete(settled),
      () => late.delete(settled),
    );
    late.add(settled);
  }

  return {
    client,
    async lateEffects() {
      while (late.size > 0) await Promise.all(late);
    },
    close: () => base.destroy(),
  };
}

function readBeside(client: DynamoDBDocumentClient, { TableName }: CommandInput) {
  return (Key: CommandInput) =>
    outside(async () => {
      const { Item } = await client.send(new GetCommand({ TableName: String(TableName), Key, ConsistentRead: true }));
      return Item === undefined ? {} : { Item };
    });
}

/** Half of the attempts' faults strike once, and the SDK mends them; the others outlast its attempts. */
function planAttempts(command: string, { chance, invocation, number }: Call): Plan | undefined {
  if (!chance.happens(invocation.weather.faults)) return undefined;
  const fault = chooseAttemptFault(chance, reads.has(command));
  const failures = chance.happens(0.5) ? 1 : 3;
  invocation.mishaps.push(`${command} #${number} ${failures}× ${fault.name}, effect ${fault.effect}`);
  return { fault, failures, lateMilliseconds: chance.between(5, 150) };
}

/** Conflicts are no matter of attempts: the SDK hands them to the product. */
function failAsAWhole({ command, input }: { command: string; input: CommandInput }, call: Call): void {
  const { chance, invocation, number } = call;
  if (reads.has(command) || !chance.happens(invocation.weather.faults)) return;
  invocation.mishaps.push(`${command} #${number} conflict`);
  if (command !== 'TransactWriteItemsCommand') throw conflictError();
  throw cancellationError((input.TransactItems as unknown[]).length, chance);
}

/** Sometimes reads only the first of the keys, and says of the others that they were not processed. */
async function answerInPart(
  input: CommandInput,
  { chance, invocation, number }: Call,
  send: (input: CommandInput) => Promise<CommandInput>,
): Promise<CommandInput> {
  const [[table = '', request] = []] = Object.entries(input.RequestItems as Record<string, { Keys: unknown[] }>);
  if (!request || request.Keys.length < 2 || !chance.happens(invocation.weather.faults)) return send(input);
  const kept = chance.between(1, request.Keys.length - 1);
  invocation.mishaps.push(`BatchGetItemCommand #${number} read ${kept} of ${request.Keys.length}`);
  const output = await send({ ...input, RequestItems: { [table]: { ...request, Keys: request.Keys.slice(0, kept) } } });
  return { ...output, UnprocessedKeys: { [table]: { ...request, Keys: request.Keys.slice(kept) } } };
}
