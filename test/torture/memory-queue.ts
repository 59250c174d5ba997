import { type SendMessageBatchCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { localClientConfig } from '../../infra/local/credentials.ts';
import type { Queue } from '../../shared/queue/send-messages.ts';
import { attemptError, chooseAttemptFault } from './aws-errors.ts';
import type { Sabotage } from './canaries/sabotage.ts';
import type { Chance } from './chance.ts';
import { callOut } from './invocation.ts';

export type Message = { id: string; body: string; visibleFrom: number; receives: number };

/** As in the product: a message that failed so often goes to the dead-letter queue. */
const mostReceives = 5;

/**
 * A standard queue as SQS promises it and no better: messages arrive at least once, late, in any order. Time is counted in
 * operations of the run. `send` is what the product's code gets.
 */
export class MemoryQueue {
  readonly name: string;
  readonly #sabotage: Sabotage;
  #waiting: Message[] = [];
  #dead: Message[] = [];
  #count = 0;
  /** The number of the latest operation. */
  tick = 0;

  constructor(name: string, sabotage: Sabotage) {
    this.name = name;
    this.#sabotage = sabotage;
  }

  get length(): number {
    return this.#waiting.length + this.#dead.length;
  }

  put(body: string, chance: Chance): void {
    const delays = { 0: 6, 5: 3, 40: 1 } as const;
    const delay = Number(chance.weighted(delays as unknown as Record<string, number>));
    this.#count += 1;
    this.#waiting.push({ id: `${this.name}-${this.#count}`, body, visibleFrom: this.tick + delay, receives: 0 });
  }

  /** Takes out up to so many messages that are visible, from anywhere in the queue. */
  receive(most: number, chance: Chance): Message[] {
    const visible = this.#waiting.filter(({ visibleFrom }) => visibleFrom <= this.tick);
    const taken = new Set<Message>();
    for (let left = Math.min(most, visible.length); left > 0; left--) {
      const [message] = visible.splice(chance.below(visible.length), 1);
      if (message) taken.add({ ...message, receives: message.receives + 1 });
      this.#waiting = this.#waiting.filter((waiting) => waiting !== message);
    }
    return [...taken];
  }

  /** Gives a message back that failed, or that is to come a second time. */
  giveBack(message: Message, delay: number): void {
    if (message.receives >= mostReceives) this.#dead.push(message);
    else this.#waiting.push({ ...message, visibleFrom: this.tick + delay });
  }

  /** Moves the dead letters back, as an operator does after the cause is mended. */
  redrive(): number {
    const letters = this.#dead;
    this.#dead = [];
    for (const letter of letters) this.#waiting.push({ ...letter, receives: 0, visibleFrom: this.tick });
    return letters.length;
  }

  /** Takes out everything, or so many messages, also what is not visible yet. */
  receiveAll(most = Number.POSITIVE_INFINITY): Message[] {
    return this.#waiting.splice(0, most).map((message) => ({ ...message, receives: message.receives + 1 }));
  }

  /** Loses a message, as a queue does whose messages nobody took for days. */
  lose(chance: Chance): string | undefined {
    return this.#waiting.splice(chance.below(this.#waiting.length), 1)[0]?.id;
  }

  /** What the product's code sends messages with: the SDK's client, answered here. */
  connect(): Queue {
    const client = new SQSClient(localClientConfig('http://127.0.0.1'));
    client.middlewareStack.add(
      (_next) => (args) =>
        callOut(`send to ${this.name}`, async (call) => this.#take(args.input as never, call)) as never,
      { step: 'initialize', priority: 'low', name: 'tortureQueue' },
    );
    return { client, url: `memory:${this.name}` };
  }

  #take({ Entries = [] }: SendMessageBatchCommandInput, call: Parameters<Parameters<typeof callOut>[1]>[0]) {
    if (!call) throw new Error('Messages are sent by functions only.');
    const { chance, invocation, number } = call;
    const { faults } = invocation.weather;
    const isFault = chance.happens(faults);
    const fault = isFault ? chooseAttemptFault(chance, false) : undefined;
    const failed: number[] = [];
    for (const [position, { MessageBody = '' }] of Entries.entries()) {
      if (fault?.effect === 'none' || chance.happens(faults)) failed.push(position);
      else this.put(MessageBody, chance);
    }
    if (fault || failed.length > 0)
      invocation.mishaps.push(`send to ${this.name} #${number}: ${fault?.name ?? 'failed'} ${failed.join(', ')}`);
    const shown = this.#sabotage.queueAnswer?.(this.name, failed) ?? failed;
    if (fault && shown === failed) throw attemptError(fault);
    const Failed = shown.map((position) => ({ Id: Entries[position]?.Id, Code: 'InternalError', SenderFault: false }));
    return { output: { $metadata: {}, Failed, Successful: [] }, response: undefined };
  }
}

/** A message as a function gets it. */
export function sqsRecord({ id, body, receives }: Message): SQSRecord {
  const attributes = { ApproximateReceiveCount: String(receives) } as SQSRecord['attributes'];
  return { messageId: id, body, attributes } as SQSRecord;
}
