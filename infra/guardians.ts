import type { Construct } from 'constructs';
import type {
  AgreeOnGuardianEnvironment,
  DecideApprovalEnvironment,
  GetWardWalletEnvironment,
  ListApprovalsEnvironment,
  ListWardEntriesEnvironment,
  SetGuardianRulesEnvironment,
} from '../shared/guardians/environments.ts';
import {
  agreeOnGuardianRoute,
  decideApprovalRoute,
  getWardWalletRoute,
  listApprovalsRoute,
  listWardEntriesRoute,
  setGuardianRulesRoute,
} from '../shared/guardians/routes.ts';
import { Capability } from './capability.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';

/** Parents and others who look after what somebody spends. */
export class Guardians extends Capability {
  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id, foundation, 'guardians');
    this.addLinks(foundation);
    this.addViews(foundation);
    this.addApprovals(foundation);
  }

  private addLinks(foundation: Foundation): void {
    const { ledger, api } = foundation;

    const agree = new TributaryFunction<typeof AgreeOnGuardianEnvironment>(this, 'AgreeOnGuardian', foundation, {
      code: 'guardians/agree-on-guardian',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Guardians and wards can neither begin nor end their link.',
    });
    ledger.grantAgreeOnGuardian(agree);
    api.serve(agreeOnGuardianRoute, agree);

    const setRules = new TributaryFunction<typeof SetGuardianRulesEnvironment>(this, 'SetGuardianRules', foundation, {
      code: 'guardians/set-guardian-rules',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Guardians cannot change what they allow.',
    });
    ledger.grantChangeRules(setRules);
    api.serve(setGuardianRulesRoute, setRules);
  }

  private addViews(foundation: Foundation): void {
    const { ledger, api } = foundation;

    const getWallet = new TributaryFunction<typeof GetWardWalletEnvironment>(this, 'GetWardWallet', foundation, {
      code: 'guardians/get-ward-wallet',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName },
      impact: 'Guardians do not see the balance of their wards.',
    });
    ledger.grantGetWallet(getWallet);
    api.serve(getWardWalletRoute, getWallet);

    const listEntries = new TributaryFunction<typeof ListWardEntriesEnvironment>(this, 'ListWardEntries', foundation, {
      code: 'guardians/list-ward-entries',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Guardians do not see what their wards spend.',
    });
    ledger.grantListWalletEntries(listEntries);
    api.serve(listWardEntriesRoute, listEntries);
  }

  private addApprovals(foundation: Foundation): void {
    const { ledger, api } = foundation;

    const list = new TributaryFunction<typeof ListApprovalsEnvironment>(this, 'ListApprovals', foundation, {
      code: 'guardians/list-approvals',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName },
      impact: 'Guardians do not see which purchases wait for them.',
    });
    ledger.grantListApprovals(list);
    api.serve(listApprovalsRoute, list);

    const decide = new TributaryFunction<typeof DecideApprovalEnvironment>(this, 'DecideApproval', foundation, {
      code: 'guardians/decide-approval',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName },
      impact: 'Guardians can neither approve purchases nor decline them.',
    });
    ledger.grantDecideApproval(decide);
    api.serve(decideApprovalRoute, decide);
  }
}
