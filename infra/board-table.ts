import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { byCoinsIndex } from '../shared/store/board-keys.ts';
import type { Stage } from './config.ts';
import type { AnyFunction } from './ledger-tables.ts';

/**
 * Leaderboards and lifetimes are in a table of their own, so that a hot live takes no throughput of the ledger's. All of it can be counted
 * again from the ledger, but lifetimes one by one, so that it is kept as well as that.
 */
export class BoardTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    this.table = new Table(this, 'Boards', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage.isProtected,
      removalPolicy: stage.isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.table.addLocalSecondaryIndex({
      indexName: byCoinsIndex,
      sortKey: { name: 'coins', type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }

  grantCount(fn: AnyFunction): void {
    this.allow(fn, ['BatchGetItem', 'GetItem', 'UpdateItem'], ['BOARD']);
    this.allow(fn, ['PutItem'], ['COUNTED']);
    this.allow(fn, ['BatchGetItem', 'Query', 'UpdateItem'], ['SCORES']);
  }

  grantReadLifetime(fn: AnyFunction): void {
    this.allow(fn, ['GetItem'], ['BOARD']);
    this.allow(fn, ['Query'], ['SCORES']);
  }

  grantRebuild(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'UpdateItem'], ['BOARD']);
    this.allow(fn, ['PutItem'], ['COUNTED']);
    this.allow(fn, ['UpdateItem'], ['SCORES']);
  }

  /** What one user has on boards. */
  grantExport(fn: AnyFunction): void {
    this.allow(fn, ['BatchGetItem'], ['BOARD', 'SCORES']);
  }

  /** Whoever reads a list that is no longer fresh makes it anew. */
  grantRead(fn: AnyFunction): void {
    this.allow(fn, ['GetItem', 'PutItem', 'UpdateItem'], ['BOARD']);
    this.allow(fn, ['GetItem'], ['SCORES']);
    this.allow(fn, ['Query'], ['SCORES'], `/index/${byCoinsIndex}`);
  }

  private allow(fn: AnyFunction, actions: string[], partitions: string[], index = ''): void {
    fn.allow({
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [`${this.table.tableArn}${index}`],
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions.map((partition) => `${partition}#*`) },
      },
    });
  }
}
