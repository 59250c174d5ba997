import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type * as z from 'zod/mini';
import { type DueKind, dueIndex, type ReplayKind } from '../shared/store/keys.ts';
import type { Ground } from './foundation.ts';
import type { TributaryFunction } from './function.ts';

export type AnyFunction = TributaryFunction<z.ZodMiniObject>;

type Action =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'Scan'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';

/** What a partition key starts with. */
type Partition =
  | 'RECONCILIATION'
  | 'REVERSAL'
  | 'WITHDRAWAL'
  | 'WALLET'
  | 'CREATOR'
  | 'EARNED'
  | 'GRANT'
  | 'GIVEN'
  | 'RECHARGE'
  | 'PURCHASES'
  | 'EVENT'
  | 'GOOGLE'
  | 'PAYMENT'
  | 'BATCH'
  | 'PAYOUT'
  | 'RUN'
  | 'SCHEDULE'
  | 'STOCK'
  | 'CAMPAIGN'
  | 'AD'
  | 'CODE'
  | 'CODES'
  | 'GUESSES'
  | 'LEVEL'
  | 'PROGRESS'
  | 'AUDIT'
  | 'APPROVAL'
  | 'WEBHOOKS';

const keys = {
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  sortKey: { name: 'sk', type: AttributeType.STRING },
};

/** Everything that must never be lost: the ledger and the catalogue's versions, in one protected place. */
export abstract class LedgerTables extends Construct {
  readonly table: Table;
  readonly catalog: Table;

  constructor(scope: Construct, id: string, { stage }: Ground) {
    super(scope, id);
    const safeguards: Omit<TableProps, 'partitionKey'> = {
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage.isProtected,
      removalPolicy: stage.isProtected ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    };
    this.table = new Table(this, 'Ledger', {
      ...keys,
      ...safeguards,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      ...(stage.ledgerWarmThroughput && {
        warmThroughput: {
          readUnitsPerSecond: stage.ledgerWarmThroughput.readUnitsPerSecond,
          writeUnitsPerSecond: stage.ledgerWarmThroughput.writeUnitsPerSecond,
        },
      }),
    });
    // Only keys: a sweep reads each item again, strongly, before it acts, and an item whose due time stays the same
    // costs the index no write.
    this.table.addGlobalSecondaryIndex({
      indexName: dueIndex,
      partitionKey: { name: 'dueBucket', type: AttributeType.STRING },
      sortKey: { name: 'dueAt', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.catalog = new Table(this, 'Catalog', { ...keys, ...safeguards });
  }

  get streamArn(): string {
    const { tableStreamArn } = this.table;
    if (tableStreamArn === undefined) throw new Error('The ledger was built without its stream.');
    return tableStreamArn;
  }

  /** Writes that DynamoDB turned away because a partition or the table was asked for too much. */
  writeThrottles(period: Duration): Metric {
    const dimensionsMap = { TableName: this.table.tableName };
    return new Metric({
      namespace: 'AWS/DynamoDB',
      metricName: 'WriteThrottleEvents',
      dimensionsMap,
      statistic: 'Sum',
      period,
    });
  }

  /** Allows the actions on those of the ledger's items whose partition key starts with one of the prefixes. */
  protected allow(grantee: AnyFunction, actions: Action[], partitions: Partition[]): void {
    this.allowKeys(grantee, actions, {
      resource: this.table.tableArn,
      keys: partitions.map((partition) => `${partition}#*`),
    });
  }

  /** Allows to list what is due of one kind. */
  protected allowDue(grantee: AnyFunction, kind: DueKind): void {
    this.allowKeys(grantee, ['Query'], { resource: `${this.table.tableArn}/index/${dueIndex}`, keys: [`${kind}#*`] });
  }

  /** Allows to find the events that an operator has replayed, and to put what stays parked back on the list. */
  protected allowReplay(grantee: AnyFunction, kind: ReplayKind): void {
    this.allowDue(grantee, kind);
    this.allow(grantee, ['GetItem', 'UpdateItem'], ['EVENT']);
  }

  /** Allows Lambda to read the table's stream in the name of the function. */
  protected allowStream(grantee: AnyFunction): void {
    grantee.allow({
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      resources: [this.streamArn],
    });
  }

  /** Allows to read the whole ledger, page by page. A scan has no key that could narrow it. */
  protected allowScan(grantee: AnyFunction): void {
    grantee.allow({ actions: ['dynamodb:Scan'], resources: [this.table.tableArn] });
  }

  /** The same for the catalogue's items: its versions, and what is proposed. */
  protected allowCatalog(grantee: AnyFunction, actions: Action[], partitions: ('CATALOG' | 'PROPOSAL')[]): void {
    this.allowKeys(grantee, actions, {
      resource: this.catalog.tableArn,
      keys: partitions.map((partition) => `${partition}#*`),
    });
  }

  private allowKeys(
    grantee: AnyFunction,
    actions: Action[],
    { resource, keys }: { resource: string; keys: string[] },
  ): void {
    grantee.allow({
      actions: actions.map(toIamAction),
      resources: [resource],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } },
    });
  }
}

function toIamAction(action: Action): string {
  return `dynamodb:${action}`;
}
