import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { localClientConfig } from '../../infra/local/credentials.ts';
import { createFilter } from '../../infra/local/event-filter.ts';
import { streamFilters } from '../../infra/stream-filters.ts';
import { eventTypeNames } from '../../shared/events/event-types.ts';
import type { PayoutState } from '../../shared/store/items/payout.ts';
import type { Table } from '../../shared/store/table.ts';
import { freshBoards } from '../support/boards.ts';
import { freshLedger } from '../support/ledger.ts';
import type { Sabotage } from './canaries/sabotage.ts';
import { ClientView } from './client-view.ts';
import { faultyDocumentClient } from './fault-layer.ts';
import { maturityDays } from './functions/cloud.ts';
import { History } from './history.ts';
import { Instances, listenToErrors } from './instances.ts';
import { outside } from './invocation.ts';
import { MemoryBucket } from './memory-bucket.ts';
import { MemoryBus } from './memory-bus.ts';
import { MemoryQueue } from './memory-queue.ts';
import { type Connections, type Providers, startProviders, steer } from './providers.ts';
import { TableStream } from './table-stream.ts';
import type { OwnRule } from './traffic/limits.ts';
import type { Scale } from './traffic/people.ts';
import type { Receipt } from './traffic/receipts.ts';
import type { Opened } from './traffic/recharges.ts';
import { type Timeline, timelineOf } from './traffic/timeline.ts';
import type { Ways } from './traffic/ways.ts';
import { installVirtualClock, type VirtualClock } from './virtual-clock.ts';
import { watchConsumption } from './watch-consumption.ts';
import type { Delivery } from './webhook-gate.ts';

/** Everything that one round of the run takes place in. */
export type World = {
  seed: number;
  scale: Scale;
  ways: Ways;
  timeline: Timeline;
  clock: VirtualClock;
  history: History;
  ledger: Table;
  catalogTable: Table;
  boards: Table;
  providers: Providers;
  instances: Instances;
  stream: TableStream;
  /** The same changes, as the announcer gets them, and what was told of them. */
  changes: TableStream;
  bus: MemoryBus;
  webhooks: MemoryQueue;
  queues: Record<'credits' | 'payouts' | 'runs' | 'scores', MemoryQueue>;
  reports: MemoryBucket;
  /** What clients were told. */
  views: Record<ViewName, ClientView>;
  /** What fans were told of their own limits and breaks. */
  rules: OwnRule[];
  /** Codes that the operator has given away. */
  codes: string[];
  /** What buyers need to pay: by the recharge's id, in the order in which they got it. */
  checkouts: Map<string, Opened>;
  /** Recharges whose buyers went and paid, or did something of that kind. */
  visited: Set<string>;
  /** What the app stores gave to the buyers' devices, in the order in which it was bought. */
  receipts: Receipt[];
  /** Recharges that were once seen paid. */
  paid: Set<string>;
  /** What a run had done when its stop was answered. */
  stoppedRuns: Map<string, { stoppedAt: unknown; requested: unknown; skipped: unknown }>;
  /** The state in which a payout was last seen. */
  payoutStates: Map<string, PayoutState>;
  sabotage: Sabotage;
  /** From then on nothing fails on purpose. */
  isCalm: boolean;
  /** Waits for requests that take effect after their callers gave up on them. */
  lateEffects(): Promise<void>;
  close(): Promise<void>;
};

type ViewName =
  | ('gifts' | 'recharges' | 'withdrawals' | 'grants' | 'payouts' | 'runs')
  | ('purchases' | 'promotions' | 'orders' | 'redemptions');

export type WorldOptions = {
  dynamodbUrl: string;
  seed: number;
  scale: Scale;
  ways: Ways;
  sabotage: Sabotage;
  onWebhook: (world: World, delivery: Delivery) => Promise<number>;
};

/** What the relay's event source lets through, and the announcer's. */
const isChangeOfWallet = createFilter([
  JSON.stringify({ dynamodb: { Keys: { pk: { S: [{ prefix: 'WALLET#' }] }, sk: { S: ['HEAD'] } } } }),
]);
const isAnnounced = createFilter(streamFilters(eventTypeNames).map(({ pattern }) => pattern));

/** The set-up takes place so long before the traffic that its diamonds have matured when it begins. */
const setUpMilliseconds = (maturityDays + 1) * 86_400_000;

/** When everything is set up, in milliseconds since 1970. */
export function setUpAt(timeline: Timeline): number {
  return timeline.startOf(0) - setUpMilliseconds;
}

export async function openWorld(options: WorldOptions): Promise<World> {
  const { dynamodbUrl, seed, scale, ways, sabotage } = options;
  listenToErrors();
  const timeline = timelineOf(seed);
  const clock = installVirtualClock(setUpAt(timeline));
  const history = new History();
  const { client, lateEffects, close } = faultyDocumentClient(dynamodbUrl, sabotage);
  const ownClient = new DynamoDBClient(localClientConfig(dynamodbUrl));
  const tables = await freshLedger({ client: ownClient, stream: true });
  const ledger = { client, name: tables.ledger.name };
  const catalogTable = { client, name: tables.catalog.name };
  const boards = { client, name: (await freshBoards(ownClient)).name };
  const queues = {
    credits: new MemoryQueue('credits', sabotage),
    payouts: new MemoryQueue('payouts', sabotage),
    runs: new MemoryQueue('runs', sabotage),
    scores: new MemoryQueue('scores', sabotage),
  };
  const bus = new MemoryBus(sabotage);
  const webhooks = new MemoryQueue('webhooks', sabotage);
  const reports = new MemoryBucket();
  const providers = await startProviders((delivery) => options.onWebhook(world, delivery));
  const [credits, payouts, runs] = [queues.credits.connect(), queues.payouts.connect(), queues.runs.connect()];
  const instances = new Instances({
    ledger,
    catalogTable,
    credits,
    payouts,
    runs,
    events: bus.connect(),
    webhooks: webhooks.connect(),
    scores: queues.scores.connect(),
    boards,
    reports: reports.connect(),
    providers: sabotaged(watchConsumption(providers, { ledger, history }), sabotage, providers.urls.stripe),
  });
  const stream = await TableStream.open(dynamodbUrl, tables.ledger, isChangeOfWallet);
  const changes = await TableStream.open(dynamodbUrl, tables.ledger, isAnnounced);
  const view = () => new ClientView(history);
  const world: World = {
    ...{
      seed,
      scale,
      ways,
      timeline,
      clock,
      history,
      ledger,
      catalogTable,
      boards,
      providers,
      instances,
      stream,
      changes,
      bus,
      webhooks,
      queues,
      reports,
    },
    sabotage,
    views: {
      ...{ gifts: view(), recharges: view(), withdrawals: view() },
      ...{ grants: view(), payouts: view(), runs: view() },
      ...{ purchases: view(), promotions: view(), orders: view(), redemptions: view() },
    },
    rules: [],
    codes: [],
    checkouts: new Map(),
    visited: new Set(),
    receipts: [],
    paid: new Set(),
    stoppedRuns: new Map(),
    payoutStates: new Map(),
    isCalm: false,
    lateEffects,
    async close() {
      await providers.close();
      stream.close();
      changes.close();
      // The emulator keeps everything in memory.
      for (const { name } of [ledger, catalogTable, boards])
        await ownClient.send(new DeleteTableCommand({ TableName: name }));
      close();
      ownClient.destroy();
      clock.uninstall();
    },
  };
  return world;
}

function sabotaged(connections: Connections, sabotage: Sabotage, stripeUrl: string): Connections {
  const { payPal, stripe, stripeConnect, google, appleVerifier } = sabotage;
  const { connectStripe, connectBanks, connectPayPal, connectApple, connectGoogle } = connections;
  const forgetKeys = () => outside(() => steer(stripeUrl, 'connect/keys/forget'));
  return {
    connectStripe: () => stripe?.(connectStripe()) ?? connectStripe(),
    connectBanks: () => stripeConnect?.(connectBanks(), forgetKeys) ?? connectBanks(),
    connectPayPal() {
      const { payouts, ...others } = connectPayPal();
      return { payouts: payPal?.(payouts) ?? payouts, ...others };
    },
    connectApple() {
      const { verifier, ...others } = connectApple();
      return { verifier: appleVerifier?.(verifier) ?? verifier, ...others };
    },
    connectGoogle() {
      const { play, ...others } = connectGoogle();
      return { play: google?.(play) ?? play, ...others };
    },
  };
}
