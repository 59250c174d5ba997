import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { localClientConfig } from '../../infra/local/credentials.ts';
import { type LocalEventBus, startEventBus } from '../../infra/local/event-bus.ts';
import type { Announcer } from '../../shared/events/announce-changes.ts';
import type { Event } from '../../shared/events/event.ts';
import { eventTypeNames } from '../../shared/events/event-types.ts';
import { readEndpoints } from '../../shared/events/read-endpoints.ts';
import type { WebhookMessage } from '../../shared/events/webhook-message.ts';
import type { WebhookEndpoint } from '../../shared/store/items/webhook-endpoint.ts';
import { webhookEndpointKey } from '../../shared/store/keys.ts';
import type { Table } from '../../shared/store/table.ts';
import { transact } from '../../shared/store/write.ts';
import { startQueue, type TestQueue } from '../support/deliver.ts';
import type { World } from '../support/people.ts';

const busName = 'tributary-test';

/** An announcer on a real bus and a real FIFO queue, which lets all types out. */
export type Desk = {
  announcer: Announcer;
  bus: LocalEventBus;
  queue: TestQueue;
  /** Where scores wait to be counted. */
  scores: TestQueue;
  /** What is on the bus. */
  onBus(): Promise<Event[]>;
  /** Takes out what waits to be delivered. */
  waiting(): Promise<WebhookMessage[]>;
  close(): Promise<void>;
};

export async function openDesk({ ledger, catalog }: Pick<World, 'ledger' | 'catalog'>): Promise<Desk> {
  const bus = await startEventBus();
  bus.load({
    stackName: 'Test',
    parameters: {},
    assetDirectories: new Map(),
    resources: [
      { logicalId: 'Bus', type: 'AWS::Events::EventBus', properties: { Name: busName }, dependsOn: [], path: 'Bus' },
    ],
  });
  const client = new EventBridgeClient(localClientConfig(bus.url));
  const [queue, scores] = await Promise.all([startQueue({ fifo: true }), startQueue({ fifo: true })]);
  return {
    announcer: {
      catalog,
      bus: { client, name: busName },
      deliveries: queue,
      scores,
      endpoints: () => readEndpoints(ledger),
      announced: new Set(eventTypeNames),
    },
    bus,
    queue,
    scores,
    async onBus() {
      const { events } = (await (await fetch(`${bus.url}/events`)).json()) as { events: { detail: Event }[] };
      return events.map(({ detail }) => detail);
    },
    waiting: async () => (await queue.drain()) as WebhookMessage[],
    async close() {
      client.destroy();
      await Promise.all([bus.close(), queue.close(), scores.close()]);
    },
  };
}

export async function register(ledger: Table, endpoint: Partial<WebhookEndpoint> & { endpointId: string }) {
  const at = new Date().toISOString();
  const whole: WebhookEndpoint = {
    url: 'https://app.example.com/events',
    types: [...eventTypeNames],
    enabled: true,
    changedBy: 'operator',
    createdAt: at,
    updatedAt: at,
    ...endpoint,
  };
  await transact(ledger, [
    { put: { Item: { ...webhookEndpointKey(endpoint.endpointId), ...whole } }, failure: () => 'failed' },
  ]);
  return whole;
}
