import { Aws, Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { ActionableAlarm } from './alarm.ts';
import type { Ground } from './foundation.ts';
import type { AnyFunction } from './ledger-tables.ts';

/** Everything that starts by the clock, in one group of EventBridge Scheduler. */
export class Schedules extends Construct {
  private readonly group: CfnScheduleGroup;

  constructor(scope: Construct, id: string, { alarmTopic }: Ground) {
    super(scope, id);
    this.group = new CfnScheduleGroup(this, 'Group');
    new ActionableAlarm(this, 'TargetErrors', {
      topic: alarmTopic,
      metric: new Metric({
        namespace: 'AWS/Scheduler',
        metricName: 'TargetErrorCount',
        dimensionsMap: { ScheduleGroup: this.group.ref },
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      when: { above: 0 },
      impact: 'A sweep, an audit or a payout run did not start at its time.',
      runbook: 'A schedule does not start its function',
    });
  }

  /** Starts the function at its times (in UTC), by a role that may do only that; both stand beside the function. */
  start(id: string, target: AnyFunction, expression: string): void {
    const invoke = new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.lambda.functionArn] });
    const role = new Role(target, `${id}Role`, {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: { Invoke: new PolicyDocument({ statements: [invoke] }) },
    });
    new CfnSchedule(target, id, {
      groupName: this.group.ref,
      scheduleExpression: expression,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.lambda.functionArn,
        roleArn: role.roleArn,
        retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 60 },
      },
    });
  }
}

export function everyMinutes(minutes: number): string {
  return minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`;
}
