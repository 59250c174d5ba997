import { describe, expect, it } from 'vitest';
import { stages } from '../../infra/config.ts';
import { createFilter } from '../../infra/local/event-filter.ts';
import { streamFilters } from '../../infra/stream-filters.ts';
import { functionsOf, referenced, statementsOfRole, synthesized } from './synthesized.ts';

const template = synthesized('prod');
const functions = functionsOf(template);
const queues = new Map(template.ofType('AWS::SQS::Queue').map((queue) => [queue.id, queue]));
const sources = [...queues.values()].filter(({ properties }) => properties.RedrivePolicy !== undefined);
const mappings = template.ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties);

function workerOf(queueId: string) {
  const mapping = mappings.find(({ EventSourceArn }) => referenced(EventSourceArn) === queueId);
  const worker = [...functions.values()].find(({ id }) => id === referenced(mapping?.FunctionName));
  return { mapping, worker };
}

describe('The queues', () => {
  it('are those of the credits, the payouts, the payout runs, the webhooks and the scores, each with a dead-letter queue of its own', () => {
    const workers = sources.map(({ id }) => workerOf(id).worker?.properties.Description);
    expect(workers.sort()).toEqual([
      'Tributary earnings/credit-gifts (prod)',
      'Tributary events/deliver-webhook (prod)',
      'Tributary leaderboards/count-scores (prod)',
      'Tributary payout-runs/work-payout-run (prod)',
      'Tributary payouts/submit-payout (prod)',
    ]);
    const deadLetters = sources.map(({ properties }) => referenced(properties.RedrivePolicy.deadLetterTargetArn));
    expect(new Set(deadLetters).size).toBe(sources.length);
    expect(queues.size).toBe(2 * sources.length);
  });

  it('keep the order of webhooks about one subject for one endpoint, and of the scores of one creator and bucket', () => {
    const inOrder = sources.filter(({ id }) =>
      /deliver-webhook|count-scores/.test(workerOf(id).worker?.properties.Description),
    );
    const ordered = [...queues.values()].filter(({ properties }) => properties.FifoQueue === true);
    expect(ordered.map(({ id }) => id).sort()).toEqual(
      inOrder.flatMap(({ id, properties }) => [id, referenced(properties.RedrivePolicy.deadLetterTargetArn)]).sort(),
    );
    for (const { properties } of ordered)
      expect(properties).toMatchObject({
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
      });
  });

  it('hide a message for six times as long as its worker may take', () => {
    for (const { id, properties } of sources) {
      expect(properties.VisibilityTimeout, id).toBeGreaterThanOrEqual(6 * workerOf(id).worker?.properties.Timeout);
    }
  });

  it('keep what was given up longer than what waits', () => {
    for (const { properties } of sources) {
      const deadLetters = queues.get(referenced(properties.RedrivePolicy.deadLetterTargetArn) ?? '');
      expect(deadLetters?.properties.MessageRetentionPeriod).toBeGreaterThan(properties.MessageRetentionPeriod);
    }
  });

  it('are encrypted and refuse what comes without TLS', () => {
    const policies = template.ofType('AWS::SQS::QueuePolicy');
    for (const { id, properties } of queues.values()) {
      expect(properties.SqsManagedSseEnabled, id).toBe(true);
      const policy = policies.find((candidate) => candidate.properties.Queues.map(referenced).includes(id));
      expect(policy?.properties.PolicyDocument.Statement).toMatchObject([
        { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ]);
    }
  });

  it('deliver to workers that report each failed message by itself', () => {
    for (const { id } of sources) {
      expect(workerOf(id).mapping).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
      expect(workerOf(id).mapping.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
    }
  });
});

describe('A worker that sends messages to its own queue', () => {
  const continuing = [...functions].filter(([, { id, properties }]) =>
    statementsOfRole(template, referenced(properties.Role)).some(
      ({ Action, Resource }) =>
        Action === 'sqs:SendMessage' &&
        [Resource].flat().some((queue) => workerOf(referenced(queue) ?? '').worker?.id === id),
    ),
  );

  it('is the one that pays slice by slice, chunk by chunk, and Lambda is told not to stop it as a loop', () => {
    expect(continuing.map(([name]) => name)).toEqual(['payout-runs/work-payout-run']);
    const allowed = [...functions].filter(([, { properties }]) => properties.RecursiveLoop === 'Allow');
    expect(allowed).toEqual(continuing);
  });
});

describe("The ledger's stream", () => {
  const relay = functions.get('earnings/relay-gifts');
  const stream = mappings.find(({ FunctionName }) => referenced(FunctionName) === relay?.id);

  it('goes to the relay from its beginning, in batches, and only what changed in a wallet', () => {
    expect(stream).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 500,
      MaximumBatchingWindowInSeconds: 1,
      ParallelizationFactor: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(stream.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern))).toEqual([
      { dynamodb: { Keys: { pk: { S: [{ prefix: 'WALLET#' }] }, sk: { S: ['HEAD'] } } } },
    ]);
  });

  it('is never given up on: no limit of attempts or age, and no cut into halves that would lose the order', () => {
    for (const limit of [
      'MaximumRetryAttempts',
      'MaximumRecordAgeInSeconds',
      'BisectBatchOnFunctionError',
      'DestinationConfig',
    ]) {
      expect(Object.keys(stream)).not.toContain(limit);
    }
  });
});

describe('The announcer', () => {
  const sourceOf = (stage: 'dev' | 'prod') => {
    const { ofType } = synthesized(stage);
    const announcer = functionsOf(synthesized(stage)).get('events/announce-changes');
    return ofType('AWS::Lambda::EventSourceMapping').find(
      ({ properties }) => referenced(properties.FunctionName) === announcer?.id,
    )?.properties;
  };
  const passes = (stage: 'dev' | 'prod') =>
    createFilter(sourceOf(stage).FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => Pattern));

  const gift = { Keys: { pk: { S: 'WALLET#ana' }, sk: { S: 'HEAD' } }, NewImage: { status: { S: 'active' } } };
  const changes = {
    'a gift sent': { eventName: 'MODIFY', dynamodb: gift },
    'a wallet frozen': {
      eventName: 'MODIFY',
      dynamodb: { ...gift, NewImage: { statusChange: { M: { at: { S: '2026-11-21T10:00:00.000Z' } } } } },
    },
    'a gift credited': entry('gift'),
    'a payment': entry('recharge'),
    'coins that are thawed': entry('thaw'),
    "a creator's credit": entry('credit'),
    'a reversal': entry('reversal'),
    'a payout': { eventName: 'MODIFY', dynamodb: { Keys: { pk: { S: 'PAYOUT#1' }, sk: { S: 'PAYOUT' } } } },
    'a line in the list of payouts': {
      eventName: 'INSERT',
      dynamodb: { Keys: { pk: { S: 'CREATOR#cy' }, sk: { S: 'PAYOUT#1' } } },
    },
    'a level': { eventName: 'INSERT', dynamodb: { Keys: { pk: { S: 'LEVEL#gifters#ana' }, sk: { S: 'LEVEL#gold' } } } },
    'a run': run('running'),
    'a run that is over': run('finished'),
    'a webhook endpoint': {
      eventName: 'INSERT',
      dynamodb: { Keys: { pk: { S: 'WEBHOOKS#all' }, sk: { S: 'ENDPOINT#app' } } },
    },
  };

  function entry(flow: string) {
    const Keys = { pk: { S: 'WALLET#ana' }, sk: { S: `ENTRY#1#${flow}` } };
    return { eventName: 'INSERT', dynamodb: { Keys, NewImage: { flow: { S: flow } } } };
  }

  function run(state: string) {
    return {
      eventName: 'MODIFY',
      dynamodb: { Keys: { pk: { S: 'RUN#1' }, sk: { S: 'RUN' } }, NewImage: { state: { S: state } } },
    };
  }

  function passing(stage: 'dev' | 'prod'): string[] {
    const isGiven = passes(stage);
    return Object.entries(changes).flatMap(([what, record]) => (isGiven(record) ? [what] : []));
  }

  it('is given the changes that events or leaderboards come from, and no others', () => {
    expect(passing('dev')).toEqual([
      'a gift sent',
      'a wallet frozen',
      'a gift credited',
      'a payment',
      "a creator's credit",
      'a reversal',
      'a payout',
      'a level',
      'a run that is over',
    ]);
  });

  it('is given each change of a wallet where budgets are announced, which any of them may reach', () => {
    expect(passing('prod')).toContain('a gift sent');
    expect(passing('prod')).not.toContain('a gift credited');
  });

  it('is given no gift where neither gifts nor budgets are announced, but the credits that leaderboards are counted from', () => {
    const types = stages.prod.events.announced.filter((type) => type !== 'budget.reached');
    const isGiven = createFilter(streamFilters(types).map(({ pattern }) => String(pattern)));
    const given = Object.entries(changes).flatMap(([what, record]) => (isGiven(record) ? [what] : []));
    expect(given).toEqual([
      'a wallet frozen',
      'a payment',
      "a creator's credit",
      'a reversal',
      'a payout',
      'a level',
      'a run that is over',
    ]);
  });

  it('takes one batch of a shard after another: events of one wallet come from several items, and stay in order', () => {
    for (const stage of ['dev', 'prod'] as const) expect(sourceOf(stage).ParallelizationFactor).toBe(1);
  });

  it('has no more filters than Lambda takes, gives up no record, and is with the relay the second and last reader', () => {
    for (const stage of ['dev', 'prod'] as const) {
      expect(sourceOf(stage).FilterCriteria.Filters.length).toBeLessThanOrEqual(5);
      expect(sourceOf(stage)).toMatchObject({
        StartingPosition: 'TRIM_HORIZON',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
      for (const limit of ['MaximumRetryAttempts', 'MaximumRecordAgeInSeconds', 'BisectBatchOnFunctionError'])
        expect(Object.keys(sourceOf(stage))).not.toContain(limit);
    }
    const readers = mappings.filter(({ EventSourceArn }) => JSON.stringify(EventSourceArn).includes('StreamArn'));
    expect(readers).toHaveLength(2);
  });
});

describe('The schedules', () => {
  const started = template.ofType('AWS::Scheduler::Schedule').map(({ properties }) => {
    const target = [...functions].find(([, { id }]) => id === referenced(properties.Target.Arn));
    return [target?.[0], properties.ScheduleExpression] as const;
  });

  it('start the sweeps, the audit and the payout runs', () => {
    expect(started.toSorted()).toEqual([
      ['accounts/sweep-erasures', 'rate(15 minutes)'],
      ['earnings/reverse-gifts', 'rate(1 minute)'],
      ['earnings/sweep-outboxes', 'rate(5 minutes)'],
      ['operations/audit-ledger', 'rate(15 minutes)'],
      ['payout-runs/schedule-payout-runs', 'cron(0 6 * * ? *)'],
      ['payout-runs/sweep-payout-runs', 'rate(1 minute)'],
      ['payouts/sweep-payouts', 'rate(1 minute)'],
      ['recharges/list-google-voids', 'rate(15 minutes)'],
      ['recharges/sweep-google-purchases', 'rate(1 minute)'],
      ['recharges/sweep-recharges', 'rate(1 minute)'],
      ['reconciliations/reconcile-apple', 'rate(60 minutes)'],
      ['reconciliations/reconcile-paypal', 'rate(60 minutes)'],
      ['reconciliations/reconcile-stripe', 'rate(60 minutes)'],
      ['shop/sweep-reservations', 'rate(1 minute)'],
      ['statements/add-up-days', 'rate(1 minute)'],
      ['users/expire-lots', 'rate(5 minutes)'],
    ]);
  });

  it('have a role each, which may start only its own function', () => {
    for (const { properties } of template.ofType('AWS::Scheduler::Schedule')) {
      const statements = statementsOfRole(template, referenced(properties.Target.RoleArn));
      expect(statements).toEqual([
        { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: properties.Target.Arn },
      ]);
    }
  });
});
