import { describe, expect, it } from 'vitest';
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
  it('are those of the credits, the payouts and the payout runs, each with a dead-letter queue of its own', () => {
    const workers = sources.map(({ id }) => workerOf(id).worker?.properties.Description);
    expect(workers.sort()).toEqual([
      'Tributary earnings/credit-gifts (prod)',
      'Tributary payout-runs/work-payout-run (prod)',
      'Tributary payouts/submit-payout (prod)',
    ]);
    const deadLetters = sources.map(({ properties }) => referenced(properties.RedrivePolicy.deadLetterTargetArn));
    expect(new Set(deadLetters).size).toBe(sources.length);
    expect(queues.size).toBe(2 * sources.length);
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

describe('The schedules', () => {
  const started = template.ofType('AWS::Scheduler::Schedule').map(({ properties }) => {
    const target = [...functions].find(([, { id }]) => id === referenced(properties.Target.Arn));
    return [target?.[0], properties.ScheduleExpression] as const;
  });

  it('start the sweeps, the audit and the payout runs', () => {
    expect(started.toSorted()).toEqual([
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
