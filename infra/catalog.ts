import { Duration } from 'aws-cdk-lib';
import { Trigger } from 'aws-cdk-lib/triggers';
import type { Construct } from 'constructs';
import type { ListPackagesEnvironment } from '../shared/campaigns/environments.ts';
import type { ReadCatalogEnvironment, SeedCatalogEnvironment } from '../shared/catalog/environments.ts';
import { listGiftsRoute, listPackagesRoute } from '../shared/catalog/routes.ts';
import { listItemsRoute } from '../shared/shop/routes.ts';
import { Capability } from './capability.ts';
import { CatalogOperations } from './catalog-operations.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';

/** Coin packages, gifts, rates and rules, as versions. */
export class Catalog extends Capability {
  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id, foundation, 'coin packages, gifts, rates and rules');
    this.addSeed(foundation);
    this.addLists(foundation);
    new CatalogOperations(this, 'Operations', foundation);
  }

  private addSeed(foundation: Foundation): void {
    const { ledger } = foundation;

    const seedCatalog = new TributaryFunction<typeof SeedCatalogEnvironment>(this, 'SeedCatalog', foundation, {
      code: 'catalog/seed-catalog',
      trigger: 'deployment',
      environment: { CATALOG_TABLE: ledger.catalog.tableName, PAYOUT_RULES: foundation.stage.payoutRules },
      impact: 'A deployment could not put the first prices, gifts and rates; what is in force is not touched.',
      timeoutSeconds: 60,
    });
    ledger.grantSeedCatalog(seedCatalog);
    new Trigger(this, 'Seed', { handler: seedCatalog.lambda, timeout: Duration.seconds(60) });
  }

  private addLists(foundation: Foundation): void {
    const { ledger, api } = foundation;

    const listPackages = new TributaryFunction<typeof ListPackagesEnvironment>(this, 'ListPackages', foundation, {
      code: 'catalog/list-packages',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName },
      impact: 'Fans do not see what coins cost.',
    });
    ledger.grantListPackages(listPackages);
    api.serve(listPackagesRoute, listPackages);

    const listGifts = new TributaryFunction<typeof ReadCatalogEnvironment>(this, 'ListGifts', foundation, {
      code: 'catalog/list-gifts',
      trigger: 'request',
      environment: { CATALOG_TABLE: ledger.catalog.tableName },
      impact: 'Fans do not see which gifts there are.',
    });
    ledger.grantReadCatalog(listGifts);
    api.serve(listGiftsRoute, listGifts);

    const listItems = new TributaryFunction<typeof ReadCatalogEnvironment>(this, 'ListItems', foundation, {
      code: 'catalog/list-items',
      trigger: 'request',
      environment: { CATALOG_TABLE: ledger.catalog.tableName },
      impact: 'Fans do not see what coins buy besides gifts.',
    });
    ledger.grantReadCatalog(listItems);
    api.serve(listItemsRoute, listItems);
  }
}
