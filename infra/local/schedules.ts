import { randomUUID } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Cron } from 'croner';
import * as z from 'zod/mini';
import { localAccountId, localClientConfig } from './credentials.ts';
import type { LocalFunctions } from './functions.ts';
import type { Resolve } from './intrinsics.ts';
import { parseSchedule } from './schedule-expression.ts';
import { resourcesOfType, type Template, type TemplateResource } from './template.ts';

export interface SchedulesInput {
  template: Template;
  resolve: Resolve;
  functions: LocalFunctions;
  sqsUrl: string;
  onLogLine: (line: string) => void;
}

export interface LocalSchedules {
  close(): Promise<void>;
}

const scheduleSchema = z.object({
  EndDate: z.optional(z.undefined()),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z._default(z.string(), 'UTC'),
  StartDate: z.optional(z.undefined()),
  State: z._default(z.enum(['DISABLED', 'ENABLED']), 'ENABLED'),
  Target: z.object({
    Arn: z.string(),
    Input: z.optional(z.string()),
    SqsParameters: z.optional(z.object({ MessageGroupId: z.optional(z.string()) })),
  }),
});

type Schedule = z.output<typeof scheduleSchema>;
type Fire = (input: string) => Promise<void>;

/** Starts the template's EventBridge Scheduler schedules. One that fails waits for its next time. */
export function startSchedules(input: SchedulesInput): LocalSchedules {
  const rules = resourcesOfType(input.template, 'AWS::Events::Rule');
  if (rules[0] !== undefined) throw unsupported(rules[0], 'use an EventBridge Scheduler schedule');
  const sqs = new SQSClient(localClientConfig(input.sqsUrl));
  const prepared = resourcesOfType(input.template, 'AWS::Scheduler::Schedule').map((resource) => {
    const parsed = z.safeParse(scheduleSchema, input.resolve(resource.properties));
    if (!parsed.success) throw unsupported(resource, z.prettifyError(parsed.error));
    return { resource, schedule: parsed.data, fire: targetOf(resource, parsed.data, { ...input, sqs }) };
  });
  const timers = prepared
    .filter(({ schedule }) => schedule.State === 'ENABLED')
    .map(({ resource, schedule, fire }) => startTimer({ resource, schedule, fire, onLogLine: input.onLogLine }));
  return {
    async close() {
      for (const timer of timers) timer.stop();
      sqs.destroy();
    },
  };
}

function targetOf(resource: TemplateResource, { Target }: Schedule, input: SchedulesInput & { sqs: SQSClient }): Fire {
  const [, , service, , , name] = Target.Arn.split(':');
  if (service === 'lambda') {
    const lambda = input.functions.byArn(Target.Arn);
    return async (event) => {
      const result = await lambda.invoke(JSON.parse(event));
      if (!result.ok) throw new Error(result.error.errorMessage);
    };
  }
  if (service === 'sqs') {
    return async (MessageBody) => {
      const QueueUrl = `${input.sqsUrl}/${localAccountId}/${name}`;
      await input.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...Target.SqsParameters }));
    };
  }
  throw unsupported(resource, `its target ${Target.Arn} is neither a function nor a queue`);
}

function startTimer(timer: {
  resource: TemplateResource;
  schedule: Schedule;
  fire: Fire;
  onLogLine: (line: string) => void;
}): Cron {
  const { resource, schedule, fire, onLogLine } = timer;
  const { pattern, intervalSeconds } = parseSchedule(schedule.ScheduleExpression);
  const cron: Cron = new Cron(
    pattern,
    {
      mode: '7-part',
      // Days of the week count from 1 = Sunday, and 0/15 means every fifteenth from 0, as in AWS's own expressions.
      alternativeWeekdays: true,
      sloppyRanges: true,
      timezone: schedule.ScheduleExpressionTimezone,
      ...(intervalSeconds !== undefined && { interval: intervalSeconds, startAt: afterSeconds(intervalSeconds) }),
    },
    async () => {
      try {
        await fire(fillIn(schedule.Target.Input ?? '{}', cron.currentRun() ?? new Date(), resource.path));
      } catch (error) {
        onLogLine(`the schedule ${resource.path} failed: ${error}`);
      }
    },
  );
  return cron;
}

/** The context attributes that EventBridge Scheduler replaces in a target's input. */
function fillIn(input: string, scheduledAt: Date, path: string): string {
  return input
    .replaceAll('<aws.scheduler.scheduled-time>', scheduledAt.toISOString().replace(/\.\d+Z$/, 'Z'))
    .replaceAll('<aws.scheduler.schedule-arn>', `local:${path}`)
    .replaceAll('<aws.scheduler.execution-id>', randomUUID())
    .replaceAll('<aws.scheduler.attempt-number>', '1');
}

function afterSeconds(seconds: number): Date {
  return new Date(Date.now() + seconds * 1_000);
}

function unsupported(resource: TemplateResource, why: string): Error {
  return new Error(`${resource.path} (${resource.type}) can't run locally: ${why}.`);
}
