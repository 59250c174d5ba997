import { Construct } from 'constructs';
import type {
  ApprovePayoutEnvironment,
  GetPayoutEnvironment,
  GetPayoutHoldEnvironment,
  ListPayoutsEnvironment,
  PutPayoutProfileEnvironment,
  RequestPayoutEnvironment,
  SetPayoutHoldEnvironment,
} from '../shared/payouts/environments.ts';
import { getPayoutHoldRoute, setPayoutHoldRoute } from '../shared/payouts/hold-routes.ts';
import { approvePayoutRoute } from '../shared/payouts/operation-routes.ts';
import {
  getPayoutRoute,
  listPayoutsRoute,
  putPayoutProfileRoute,
  requestPayoutRoute,
} from '../shared/payouts/routes.ts';
import { TributaryFunction } from './function.ts';
import type { PayoutFoundation } from './payouts.ts';

/** What creators ask for and see, and what operators say to it. */
export class PayoutRequests extends Construct {
  constructor(scope: Construct, id: string, foundation: PayoutFoundation) {
    super(scope, id);
    this.addRequests(foundation);
    this.addReads(foundation);
    this.addHolds(foundation);
  }

  private addRequests(foundation: PayoutFoundation): void {
    const { ledger, api, payouts } = foundation;

    const putPayoutProfile = new TributaryFunction<typeof PutPayoutProfileEnvironment>(
      this,
      'PutPayoutProfile',
      foundation,
      {
        code: 'payouts/put-payout-profile',
        trigger: 'request',
        environment: { LEDGER_TABLE: ledger.table.tableName },
        impact: 'Creators cannot say where they want to be paid.',
      },
    );
    ledger.grantPutPayoutProfile(putPayoutProfile);
    api.serve(putPayoutProfileRoute, putPayoutProfile);

    const requestPayout = new TributaryFunction<typeof RequestPayoutEnvironment>(this, 'RequestPayout', foundation, {
      code: 'payouts/request-payout',
      trigger: 'request',
      environment: {
        LEDGER_TABLE: ledger.table.tableName,
        CATALOG_TABLE: ledger.catalog.tableName,
        PAYOUTS_QUEUE_URL: payouts.queue.queueUrl,
      },
      impact: 'Creators cannot ask for a payout.',
      // A hold over the shards of a busy creator is tried up to ten times.
      timeoutSeconds: 25,
    });
    ledger.grantRequestPayout(requestPayout);
    payouts.grantSend(requestPayout);
    api.serve(requestPayoutRoute, requestPayout);

    const approvePayout = new TributaryFunction<typeof ApprovePayoutEnvironment>(this, 'ApprovePayout', foundation, {
      code: 'payouts/approve-payout',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName, PAYOUTS_QUEUE_URL: payouts.queue.queueUrl },
      impact: 'Large payouts wait, because operators cannot decide on them.',
    });
    ledger.grantApprovePayout(approvePayout);
    payouts.grantSend(approvePayout);
    api.serve(approvePayoutRoute, approvePayout);
  }

  private addReads(foundation: PayoutFoundation): void {
    const { ledger, api } = foundation;

    const getPayout = new TributaryFunction<typeof GetPayoutEnvironment>(this, 'GetPayout', foundation, {
      code: 'payouts/get-payout',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Creators do not see how their payout stands.',
    });
    ledger.grantGetPayout(getPayout);
    api.serve(getPayoutRoute, getPayout);

    const listPayouts = new TributaryFunction<typeof ListPayoutsEnvironment>(this, 'ListPayouts', foundation, {
      code: 'payouts/list-payouts',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Creators do not see their payouts.',
    });
    ledger.grantListPayouts(listPayouts);
    api.serve(listPayoutsRoute, listPayouts);
  }

  private addHolds(foundation: PayoutFoundation): void {
    const { ledger, api } = foundation;

    const setPayoutHold = new TributaryFunction<typeof SetPayoutHoldEnvironment>(this, 'SetPayoutHold', foundation, {
      code: 'payouts/set-payout-hold',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Operators cannot hold payouts of a creator, or end that.',
    });
    ledger.grantSetPayoutHold(setPayoutHold);
    api.serve(setPayoutHoldRoute, setPayoutHold);

    const getPayoutHold = new TributaryFunction<typeof GetPayoutHoldEnvironment>(this, 'GetPayoutHold', foundation, {
      code: 'payouts/get-payout-hold',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Operators do not see whether and why payouts of a creator are held.',
    });
    ledger.grantGetPayoutHold(getPayoutHold);
    api.serve(getPayoutHoldRoute, getPayoutHold);
  }
}
