import { EventBridgeClient, type PutEventsCommandInput } from '@aws-sdk/client-eventbridge';
import { localClientConfig } from '../../infra/local/credentials.ts';
import type { Event } from '../../shared/events/event.ts';
import type { EventBus } from '../../shared/events/event-bus.ts';
import { attemptError, chooseAttemptFault } from './aws-errors.ts';
import type { Sabotage } from './canaries/sabotage.ts';
import { callOut } from './invocation.ts';

/** A bus as EventBridge promises it and no better: it takes some events of a call and not others, and may lose its answer. */
export class MemoryBus {
  readonly #sabotage: Sabotage;
  /** What it took, also twice. */
  readonly events: Event[] = [];

  constructor(sabotage: Sabotage) {
    this.#sabotage = sabotage;
  }

  /** What the product's code puts events with: the SDK's client, answered here. */
  connect(): EventBus {
    const client = new EventBridgeClient(localClientConfig('http://127.0.0.1'));
    client.middlewareStack.add(
      (_next) => (args) => callOut('put events', async (call) => this.#take(args.input as never, call)) as never,
      { step: 'initialize', priority: 'low', name: 'tortureBus' },
    );
    return { client, name: 'torture' };
  }

  #take({ Entries = [] }: PutEventsCommandInput, call: Parameters<Parameters<typeof callOut>[1]>[0]) {
    if (!call) throw new Error('Events are put by functions only.');
    const { chance, invocation, number } = call;
    const { faults } = invocation.weather;
    const fault = chance.happens(faults) ? chooseAttemptFault(chance, false) : undefined;
    const failed: number[] = [];
    for (const [position, { Detail = '' }] of Entries.entries()) {
      if (fault?.effect === 'none' || chance.happens(faults)) failed.push(position);
      else this.events.push(JSON.parse(Detail));
    }
    if (fault || failed.length > 0)
      invocation.mishaps.push(`put events #${number}: ${fault?.name ?? 'failed'} ${failed.join(', ')}`);
    const shown = this.#sabotage.queueAnswer?.('bus', failed) ?? failed;
    if (fault && shown === failed) throw attemptError(fault);
    const results = Entries.map((_, position) =>
      shown.includes(position) ? { ErrorCode: 'InternalFailure' } : { EventId: String(position) },
    );
    return { output: { $metadata: {}, FailedEntryCount: shown.length, Entries: results }, response: undefined };
  }
}
