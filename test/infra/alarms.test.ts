import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorOf } from '../../infra/alarm.ts';
import { subjectKinds } from '../../shared/ledger/audit/tally.ts';
import { metricsNamespace, metricUnits } from '../../shared/metric-names.ts';
import { functionsOf, projectDirectory, type Resource, referenced, synthesized } from './synthesized.ts';

const template = synthesized('prod');
const alarms = template.ofType('AWS::CloudWatch::Alarm');
const runbook = readRunbook();

/** `{impact} Runbook: {heading} (docs/runbook.md#{anchor})` */
function describedBy({ properties }: Resource): { impact: string; heading: string; anchor: string } {
  const [, impact = '', heading = '', anchor = ''] =
    /^(.+) Runbook: (.+) \(docs\/runbook\.md#(.+)\)$/.exec(properties.AlarmDescription ?? '') ?? [];
  return { impact, heading, anchor };
}

describe('The alarms', () => {
  it.each(alarms.map((alarm) => [alarm.id, alarm] as const))(
    '%s says what people notice and where to read on',
    (_, alarm) => {
      const { impact, heading, anchor } = describedBy(alarm);
      expect(impact).toMatch(/^[A-Z].{20,}\.$/);
      expect([...runbook.keys()]).toContain(heading);
      expect(anchor).toBe(anchorOf(heading));
      expect(alarm.properties.AlarmDescription.length).toBeLessThanOrEqual(1024);
    },
  );

  it('tell their beginning and their end on the topic', () => {
    const [topic] = template.ofType('AWS::SNS::Topic').map(({ id }) => id);
    for (const { id, properties } of alarms) {
      expect([...properties.AlarmActions, ...properties.OKActions].map(referenced), id).toEqual([topic, topic]);
    }
  });

  it('reach an address when the deployment names one, and CloudWatch may tell them', () => {
    expect(template.ofType('AWS::SNS::Subscription')).toEqual([]);
    const [subscription] = synthesized('prod', { alarmEmail: 'ops@example.com' }).ofType('AWS::SNS::Subscription');
    expect(subscription?.properties).toMatchObject({ Protocol: 'email', Endpoint: 'ops@example.com' });
    const [policy] = template.ofType('AWS::SNS::TopicPolicy');
    const allowed = policy?.properties.PolicyDocument.Statement.filter(
      ({ Effect }: { Effect: string }) => Effect === 'Allow',
    );
    expect(allowed).toMatchObject([{ Action: 'sns:Publish', Principal: { Service: 'cloudwatch.amazonaws.com' } }]);
  });

  it('watch the errors of every function', () => {
    const watched = alarmsOn('AWS/Lambda', 'Errors').map(({ properties }) =>
      referenced(properties.Dimensions[0].Value),
    );
    expect(watched.sort()).toEqual([...functionsOf(template).values()].map(({ id }) => id).sort());
  });

  it('watch the age and the length of every queue, and every dead-letter queue', () => {
    const queues = template.ofType('AWS::SQS::Queue');
    const sources = queues
      .filter(({ properties }) => properties.RedrivePolicy)
      .map(({ properties, id }) => [id, properties] as const);
    const deadLetters = sources.map(([, { RedrivePolicy }]) => referenced(RedrivePolicy.deadLetterTargetArn));
    const watchedBy = (metric: string) =>
      alarmsOn('AWS/SQS', metric).map(({ properties }) => referenced(properties.Dimensions[0].Value));
    expect(watchedBy('ApproximateAgeOfOldestMessage').sort()).toEqual(sources.map(([id]) => id).sort());
    expect(watchedBy('ApproximateNumberOfMessagesVisible').sort()).toEqual(
      [...sources.map(([id]) => id), ...deadLetters].sort(),
    );
  });

  it.each([
    'OutboxAge',
    'UnreadableRecords',
    'EventsParked',
    'WebhooksRejected',
    'PaymentsUnreconciled',
    'ReconciliationAge',
    'AuditDifferences',
    'PayoutsOverdue',
    'DaysNotAddedUp',
    'PayoutsFailed',
  ])('ring when %s is too high', (metric) => {
    expect(alarmsOn(metricsNamespace, metric)).toMatchObject([
      { properties: { ComparisonOperator: 'GreaterThanThreshold' } },
    ]);
  });

  it('ring when no audit was completed for 25 hours, even if nothing is measured at all', () => {
    const [alarm] = alarmsOn(metricsNamespace, 'AuditsCompleted');
    expect(alarm?.properties).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: 3600,
      EvaluationPeriods: 25,
      TreatMissingData: 'breaching',
    });
  });

  it.each([
    // The stream has two readers.
    ['AWS/Lambda', 'IteratorAge', 2],
    ['AWS/Lambda', 'Throttles', 1],
    ['AWS/ApiGateway', '5xx', 1],
    ['AWS/DynamoDB', 'WriteThrottleEvents', 1],
    ['AWS/Scheduler', 'TargetErrorCount', 1],
  ])('watch %s %s', (namespace, metric, alarmsOfIt) => {
    expect(alarmsOn(namespace, metric)).toHaveLength(alarmsOfIt);
  });

  it('look at the metrics that functions of this stage emit', () => {
    const own = alarms.filter(({ properties }) => properties.Namespace === metricsNamespace);
    for (const { properties } of own) {
      expect(Object.keys(metricUnits)).toContain(properties.MetricName);
      expect(properties.Dimensions).toEqual([{ Name: 'service', Value: 'tributary-prod' }]);
    }
  });
});

describe('The runbook', () => {
  const used = new Set(alarms.map((alarm) => describedBy(alarm).heading));

  it.each([...used])('says under "%s" what to look at, what to do and when it is over', (heading) => {
    const text = runbook.get(heading) ?? '';
    for (const part of ['**What it means.**', '**Impact.**', '**Look at.**', '**Do.**', '**Over when**'])
      expect(text).toContain(part);
  });

  it.each(subjectKinds)('says what to compare where the audit finds that a %s differs', (kind) => {
    expect(runbook.get('The audit found differences')).toContain(`\n| \`${kind}\` |`);
  });

  it('has no heading that no alarm names', () => {
    expect([...runbook.keys()].filter((heading) => !used.has(heading))).toEqual(['Before anything else']);
  });
});

describe('The dashboards', () => {
  const bodies = template
    .ofType('AWS::CloudWatch::Dashboard')
    .map(({ properties }) => JSON.stringify(properties.DashboardBody));

  it('are one for the business and one for the plumbing', () => {
    const names = template.ofType('AWS::CloudWatch::Dashboard').map(({ properties }) => properties.DashboardName);
    expect(names.sort()).toEqual(['tributary-prod-business', 'tributary-prod-plumbing']);
  });

  it('show every metric that the functions emit', () => {
    const missing = Object.keys(metricUnits).filter(
      (metric) => !bodies.some((body) => body.includes(`\\"${metric}\\"`)),
    );
    expect(missing).toEqual([]);
  });
});

function alarmsOn(namespace: string, metric: string): Resource[] {
  return alarms.filter(({ properties }) => properties.Namespace === namespace && properties.MetricName === metric);
}

/** The text below each heading. */
function readRunbook(): Map<string, string> {
  const [, ...sections] = readFileSync(join(projectDirectory, 'docs', 'runbook.md'), 'utf8').split(/^## /m);
  return new Map(
    sections.map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      return [heading, lines.join('\n')];
    }),
  );
}
