import { Construct } from 'constructs';
import type {
  GetPayoutRunEnvironment,
  StartPayoutRunEnvironment,
  StopPayoutRunEnvironment,
  WorkPayoutRunEnvironment,
} from '../shared/payouts/environments.ts';
import { getPayoutRunRoute, startPayoutRunRoute, stopPayoutRunRoute } from '../shared/payouts/operation-routes.ts';
import { TributaryFunction } from './function.ts';
import type { PayoutFoundation } from './payouts.ts';

/** A slice of a run takes 20 seconds, and the creator that it is at when they end a few more. */
export const runTimeoutSeconds = 60;

/** Pays the creators who are due: started by the clock or an operator, worked on slice by slice. */
export class PayoutRuns extends Construct {
  constructor(scope: Construct, id: string, foundation: PayoutFoundation) {
    super(scope, id);
    this.addStarts(foundation);
    this.addWorker(foundation);
    this.addControls(foundation);
  }

  private addStarts(foundation: PayoutFoundation): void {
    const { ledger, api, runs, schedules } = foundation;
    const environment = { LEDGER_TABLE: ledger.table.tableName, PAYOUT_RUNS_QUEUE_URL: runs.queue.queueUrl };

    const startPayoutRun = new TributaryFunction<typeof StartPayoutRunEnvironment>(this, 'StartPayoutRun', foundation, {
      code: 'payouts/start-payout-run',
      trigger: 'request',
      environment,
      impact: 'Operators cannot start a payout run; the daily one is not touched.',
    });
    ledger.grantStartPayoutRun(startPayoutRun);
    runs.grantSend(startPayoutRun);
    api.serve(startPayoutRunRoute, startPayoutRun);

    const schedulePayoutRun = new TributaryFunction<typeof StartPayoutRunEnvironment>(
      this,
      'SchedulePayoutRun',
      foundation,
      {
        code: 'payouts/schedule-payout-run',
        trigger: 'schedule',
        environment,
        impact: 'The payout run of the day did not start, so creators with a schedule are not paid.',
        timeoutSeconds: 30,
      },
    );
    ledger.grantStartPayoutRun(schedulePayoutRun);
    runs.grantSend(schedulePayoutRun);
    // Schedules of creators fall due at midnight UTC; by six the night's gifts have long been credited.
    schedules.start('PayoutRun', schedulePayoutRun, 'cron(0 6 * * ? *)');
  }

  private addWorker(foundation: PayoutFoundation): void {
    const { ledger, payouts, runs } = foundation;
    const workPayoutRun = new TributaryFunction<typeof WorkPayoutRunEnvironment>(this, 'WorkPayoutRun', foundation, {
      code: 'payouts/work-payout-run',
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
    runs.deliverTo(workPayoutRun, { batchSize: 1, concurrency: 2 });
  }

  private addControls(foundation: PayoutFoundation): void {
    const { ledger, api } = foundation;
    const environment = { LEDGER_TABLE: ledger.table.tableName };

    const getPayoutRun = new TributaryFunction<typeof GetPayoutRunEnvironment>(this, 'GetPayoutRun', foundation, {
      code: 'payouts/get-payout-run',
      trigger: 'request',
      environment,
      impact: 'Operators do not see how a payout run stands.',
    });
    ledger.grantGetPayoutRun(getPayoutRun);
    api.serve(getPayoutRunRoute, getPayoutRun);

    const stopPayoutRun = new TributaryFunction<typeof StopPayoutRunEnvironment>(this, 'StopPayoutRun', foundation, {
      code: 'payouts/stop-payout-run',
      trigger: 'request',
      environment,
      impact: 'Operators cannot stop a payout run.',
    });
    ledger.grantStopPayoutRun(stopPayoutRun);
    api.serve(stopPayoutRunRoute, stopPayoutRun);
  }
}
