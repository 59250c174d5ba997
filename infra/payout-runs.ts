import { Construct } from 'constructs';
import type { Route } from '../shared/http/route.ts';
import { reportPrefix } from '../shared/payout-runs/describe-report.ts';
import type {
  ReadPayoutRunEnvironment,
  StartPayoutRunEnvironment,
  StopPayoutRunEnvironment,
  SweepPayoutRunsEnvironment,
  WorkPayoutRunEnvironment,
} from '../shared/payout-runs/environments.ts';
import {
  getPayoutRunRoute,
  listPayoutRunsRoute,
  resumePayoutRunRoute,
  startPayoutRunRoute,
  stopPayoutRunRoute,
} from '../shared/payout-runs/routes.ts';
import { TributaryFunction } from './function.ts';
import type { PayoutFoundation } from './payouts.ts';
import { ReportsBucket } from './reports-bucket.ts';
import { everyMinutes } from './schedules.ts';

/** A slice of a chunk takes 20 seconds, and the creator that it is at when they end a few more. */
export const runTimeoutSeconds = 60;

/** One for each bucket of the index, which is a chunk of a run. */
const chunksAtOnce = 8;

/** Pays the creators who are due: started by the clock or an operator, worked on chunk by chunk, and reported. */
export class PayoutRuns extends Construct {
  readonly reports: ReportsBucket;

  constructor(scope: Construct, id: string, foundation: PayoutFoundation) {
    super(scope, id);
    this.reports = new ReportsBucket(this, 'Reports');
    this.addSchedule(foundation);
    this.addWorker(foundation);
    this.addSweep(foundation);
    this.addControls(foundation);
    this.addReaders(foundation);
  }

  private addSchedule(foundation: PayoutFoundation): void {
    const { ledger, runs, schedules } = foundation;
    const schedulePayoutRuns = new TributaryFunction<typeof StartPayoutRunEnvironment>(
      this,
      'SchedulePayoutRuns',
      foundation,
      {
        code: 'payout-runs/schedule-payout-runs',
        trigger: 'schedule',
        environment: startsOf(foundation),
        impact: 'A payout run of the day did not start, so creators with a schedule are not paid.',
        timeoutSeconds: 30,
      },
    );
    ledger.grantSchedulePayoutRuns(schedulePayoutRuns);
    runs.grantSend(schedulePayoutRuns);
    // Schedules of creators fall due at midnight UTC; by six the night's gifts have long been credited.
    schedules.start('PayoutRuns', schedulePayoutRuns, 'cron(0 6 * * ? *)');
  }

  private addWorker(foundation: PayoutFoundation): void {
    const { ledger, payouts, runs } = foundation;
    const workPayoutRun = new TributaryFunction<typeof WorkPayoutRunEnvironment>(this, 'WorkPayoutRun', foundation, {
      code: 'payout-runs/work-payout-run',
      trigger: 'queue',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        CATALOG_TABLE: ledger.catalog.tableName,
        PAYOUTS_QUEUE_URL: payouts.queue.queueUrl,
        PAYOUT_RUNS_QUEUE_URL: runs.queue.queueUrl,
      },
      impact: 'Creators with a payout schedule are paid late.',
      timeoutSeconds: runTimeoutSeconds,
      continuesItself: true,
    });
    ledger.grantWorkPayoutRun(workPayoutRun);
    payouts.grantSend(workPayoutRun);
    runs.grantSend(workPayoutRun);
    runs.deliverTo(workPayoutRun, { batchSize: 1, concurrency: chunksAtOnce });
  }

  private addSweep(foundation: PayoutFoundation): void {
    const { ledger, runs, schedules } = foundation;
    const sweepPayoutRuns = new TributaryFunction<typeof SweepPayoutRunsEnvironment>(
      this,
      'SweepPayoutRuns',
      foundation,
      {
        code: 'payout-runs/sweep-payout-runs',
        trigger: 'schedule',
        environment: { ...startsOf(foundation), REPORTS_BUCKET: this.reports.bucket.bucketName },
        impact: 'A payout run whose message was lost stands still, or has no report.',
        // A report of a hundred thousand lines takes a minute or two, and is held in memory. Two at once share the work.
        timeoutSeconds: 300,
        memoryMegabytes: 1769,
      },
    );
    ledger.grantSweepPayoutRuns(sweepPayoutRuns);
    runs.grantSend(sweepPayoutRuns);
    this.reports.grantPut(sweepPayoutRuns, reportPrefix);
    schedules.start('SweepPayoutRuns', sweepPayoutRuns, everyMinutes(1));
  }

  private addControls(foundation: PayoutFoundation): void {
    const { ledger, api, runs } = foundation;
    for (const { id, code, route, impact } of starters) {
      const starter = new TributaryFunction<typeof StartPayoutRunEnvironment>(this, id, foundation, {
        code,
        trigger: 'request',
        environment: startsOf(foundation),
        impact,
      });
      ledger.grantStartPayoutRun(starter, id === 'ResumePayoutRun');
      runs.grantSend(starter);
      api.serve(route, starter);
    }
    const stopPayoutRun = new TributaryFunction<typeof StopPayoutRunEnvironment>(this, 'StopPayoutRun', foundation, {
      code: 'payout-runs/stop-payout-run',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Operators cannot stop a payout run.',
      // It waits for each of eight chunks until its worker is between two creators.
      timeoutSeconds: 29,
    });
    ledger.grantStopPayoutRun(stopPayoutRun);
    api.serve(stopPayoutRunRoute, stopPayoutRun);
  }

  private addReaders(foundation: PayoutFoundation): void {
    const { ledger, api } = foundation;
    const common = { trigger: 'request', environment: { LEDGER_TABLE: ledger.table.tableName } } as const;
    const impact = 'Operators do not see how payout runs stand.';
    const getPayoutRun = new TributaryFunction<typeof ReadPayoutRunEnvironment>(this, 'GetPayoutRun', foundation, {
      code: 'payout-runs/get-payout-run',
      impact,
      ...common,
    });
    ledger.grantGetPayoutRun(getPayoutRun);
    api.serve(getPayoutRunRoute, getPayoutRun);

    const listPayoutRuns = new TributaryFunction<typeof ReadPayoutRunEnvironment>(this, 'ListPayoutRuns', foundation, {
      code: 'payout-runs/list-payout-runs',
      impact,
      ...common,
    });
    ledger.grantListPayoutRuns(listPayoutRuns);
    api.serve(listPayoutRunsRoute, listPayoutRuns);
  }
}

type Starter = { id: string; code: `payout-runs/${string}`; route: Route; impact: string };

const starters: Starter[] = [
  {
    id: 'StartPayoutRun',
    code: 'payout-runs/start-payout-run',
    route: startPayoutRunRoute,
    impact: 'Operators cannot start a payout run; those that the clock starts are not touched.',
  },
  {
    id: 'ResumePayoutRun',
    code: 'payout-runs/resume-payout-run',
    route: resumePayoutRunRoute,
    impact: 'Operators cannot have a stopped payout run go on; the next one pays those it left.',
  },
];

function startsOf({ ledger, runs }: PayoutFoundation) {
  return { LEDGER_TABLE: ledger.table.tableName, PAYOUT_RUNS_QUEUE_URL: runs.queue.queueUrl };
}
