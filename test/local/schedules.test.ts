import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LocalFunction, LocalFunctions } from '../../infra/local/functions.ts';
import { startSchedules } from '../../infra/local/schedules.ts';
import type { Template } from '../../infra/local/template.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-11-20T23:58:30Z') });
});

afterEach(() => {
  vi.useRealTimers();
});

function templateWith(properties: Record<string, unknown>, type = 'AWS::Scheduler::Schedule'): Template {
  const resource = { logicalId: 'Timer', type, properties, dependsOn: [], path: 'Jobs/Timer' };
  return { stackName: 'Test', resources: [resource], parameters: {}, assetDirectories: new Map() };
}

function start(properties: Record<string, unknown>, type?: string) {
  const runs: { at: string; event: unknown }[] = [];
  const problems: string[] = [];
  const lambda: LocalFunction = {
    name: 'job',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:job',
    timeoutSeconds: 1,
    async invoke(event) {
      runs.push({ at: new Date().toISOString(), event });
      if ((event as { fail?: boolean }).fail)
        return { ok: false, error: { errorType: 'Error', errorMessage: 'no luck' } };
      return { ok: true, payload: null };
    },
    async close() {},
  };
  const functions: LocalFunctions = { byArn: () => lambda, byName: () => lambda, async close() {} };
  const Target = { Arn: lambda.arn };
  const schedules = startSchedules({
    template: templateWith({ Target, ...properties }, type),
    resolve: (value) => value,
    functions,
    sqsUrl: 'http://127.0.0.1:1',
    onLogLine: (line) => problems.push(line),
  });
  return { runs, problems, schedules };
}

describe('a schedule', () => {
  it('with a rate runs after each interval, with the input of its target', async () => {
    const Target = { Arn: 'arn:aws:lambda:us-east-1:000000000000:function:job', Input: '{"job":"sweep"}' };
    const { runs, schedules } = start({ ScheduleExpression: 'rate(5 minutes)', Target });
    await vi.advanceTimersByTimeAsync(4.9 * 60_000);
    expect(runs).toEqual([]);
    await vi.advanceTimersByTimeAsync(10.2 * 60_000);
    expect(runs.map(({ at }) => at.slice(11, 16))).toEqual(['00:03', '00:08', '00:13']);
    expect(runs[0]?.event).toEqual({ job: 'sweep' });
    await schedules.close();
  });

  it('with a cron expression runs at its times in its zone', async () => {
    const { runs, schedules } = start({
      ScheduleExpression: 'cron(0/30 1 ? * SAT *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
    });
    await vi.advanceTimersByTimeAsync(3 * 3_600_000);
    expect(runs.map(({ at }) => at)).toEqual(['2026-11-21T00:00:00.000Z', '2026-11-21T00:30:00.000Z']);
    await schedules.close();
  });

  it('counts the days of the week from Sunday as 1, as AWS does', async () => {
    const { runs, schedules } = start({ ScheduleExpression: 'cron(0 1 ? * 7 *)' });
    await vi.advanceTimersByTimeAsync(3 * 3_600_000);
    expect(runs.map(({ at }) => at)).toEqual(['2026-11-21T01:00:00.000Z']);
    await schedules.close();
  });

  it('puts the scheduled time into the input', async () => {
    const Target = { Arn: 'arn:aws:lambda:::function:job', Input: '{"at":"<aws.scheduler.scheduled-time>"}' };
    const { runs, schedules } = start({ ScheduleExpression: 'cron(0 0 * * ? *)', Target });
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(runs[0]?.event).toEqual({ at: '2026-11-21T00:00:00Z' });
    await schedules.close();
  });

  it('that fails is reported and runs again', async () => {
    const Target = { Arn: 'arn:aws:lambda:::function:job', Input: '{"fail":true}' };
    const { runs, problems, schedules } = start({ ScheduleExpression: 'rate(1 minute)', Target });
    await vi.advanceTimersByTimeAsync(2.1 * 60_000);
    expect(runs).toHaveLength(2);
    expect(problems[0]).toContain('Jobs/Timer failed: Error: no luck');
    await schedules.close();
  });

  it('that is disabled or stopped does not run', async () => {
    const disabled = start({ ScheduleExpression: 'rate(1 minute)', State: 'DISABLED' });
    const stopped = start({ ScheduleExpression: 'rate(1 minute)' });
    await stopped.schedules.close();
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect([...disabled.runs, ...stopped.runs]).toEqual([]);
  });

  it.each([
    ['a time of its own', { ScheduleExpression: 'at(2026-11-21T00:00:00)' }, undefined],
    [
      'another kind of target',
      { ScheduleExpression: 'rate(1 hour)', Target: { Arn: 'arn:aws:sns:::topic' } },
      undefined,
    ],
    ['an EventBridge rule', { ScheduleExpression: 'rate(1 hour)' }, 'AWS::Events::Rule'],
  ])('of a kind that is not supported is an error: %s', async (_name, properties, type) => {
    expect(() => start(properties, type)).toThrow(/local/);
  });
});
