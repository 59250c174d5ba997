import { Construct } from 'constructs';
import type { OperateCatalogEnvironment } from '../shared/catalog/environments.ts';
import {
  decideProposalRoute,
  getCatalogRoute,
  getCatalogVersionRoute,
  getProposalRoute,
  listCatalogVersionsRoute,
  listProposalsRoute,
  proposeVersionRoute,
  withdrawVersionRoute,
} from '../shared/catalog/operation-routes.ts';
import type { Route } from '../shared/http/route.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';

type OperateFunction = TributaryFunction<typeof OperateCatalogEnvironment>;

type Operation = {
  code: `catalog/${string}`;
  route: Route;
  impact: string;
  grant: (fn: OperateFunction) => void;
};

const unseen = 'Operators do not see which versions of prices and rules there are.';
const undecided = 'Operators cannot publish prices and rules; what is in force and scheduled goes on.';

/** What operators do with versions of the catalogue: look at them, propose, decide, withdraw. */
export class CatalogOperations extends Construct {
  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    const { ledger } = foundation;
    const operations: Record<string, Operation> = {
      GetCatalog: {
        code: 'catalog/get-catalog',
        route: getCatalogRoute,
        impact: unseen,
        grant: (fn) => ledger.grantGetCatalog(fn),
      },
      ListVersions: {
        code: 'catalog/list-catalog-versions',
        route: listCatalogVersionsRoute,
        impact: unseen,
        grant: (fn) => ledger.grantListCatalogVersions(fn),
      },
      GetVersion: {
        code: 'catalog/get-catalog-version',
        route: getCatalogVersionRoute,
        impact: unseen,
        grant: (fn) => ledger.grantGetCatalog(fn),
      },
      Propose: {
        code: 'catalog/propose-version',
        route: proposeVersionRoute,
        impact: undecided,
        grant: (fn) => ledger.grantProposeVersion(fn),
      },
      ListProposals: {
        code: 'catalog/list-proposals',
        route: listProposalsRoute,
        impact: undecided,
        grant: (fn) => ledger.grantListProposals(fn),
      },
      GetProposal: {
        code: 'catalog/get-proposal',
        route: getProposalRoute,
        impact: undecided,
        grant: (fn) => ledger.grantGetProposal(fn),
      },
      Decide: {
        code: 'catalog/decide-proposal',
        route: decideProposalRoute,
        impact: undecided,
        grant: (fn) => ledger.grantDecideProposal(fn),
      },
      Withdraw: {
        code: 'catalog/withdraw-version',
        route: withdrawVersionRoute,
        impact: 'Operators cannot stop a version of prices or rules that is about to take effect.',
        grant: (fn) => ledger.grantWithdrawVersion(fn),
      },
    };
    for (const [name, operation] of Object.entries(operations)) this.add(name, operation, foundation);
  }

  private add(name: string, { code, route, impact, grant }: Operation, foundation: Foundation): void {
    const fn = new TributaryFunction<typeof OperateCatalogEnvironment>(this, name, foundation, {
      code,
      trigger: 'request',
      environment: { CATALOG_TABLE: foundation.ledger.catalog.tableName },
      impact,
    });
    grant(fn);
    foundation.api.serve(route, fn);
  }
}
