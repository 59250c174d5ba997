import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { localClientConfig } from './credentials.ts';
import type { Resolve } from './intrinsics.ts';
import { physicalNameOf } from './resource-values.ts';
import { resourcesOfType, type Template } from './template.ts';

export interface TableDefinition {
  create: CreateTableCommandInput;
  /** The attribute that holds the time, in seconds, after which DynamoDB may delete the item. */
  timeToLiveAttribute?: string | undefined;
}

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const indexSchema = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({
    ProjectionType: z.enum(['ALL', 'INCLUDE', 'KEYS_ONLY']),
    NonKeyAttributes: z.optional(z.array(z.string())),
  }),
});

const propertiesSchema = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: z.optional(z.array(indexSchema)),
  KeySchema: keySchema,
  LocalSecondaryIndexes: z.optional(z.array(indexSchema)),
  StreamSpecification: z.optional(
    z.object({ StreamViewType: z.enum(['KEYS_ONLY', 'NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE']) }),
  ),
  TimeToLiveSpecification: z.optional(z.object({ AttributeName: z.optional(z.string()), Enabled: z.coerce.boolean() })),
});

/** The tables that a template declares, by logical id. Throughput, recovery and encryption are AWS's and left out. */
export function tablesOfTemplate(template: Template, resolve: Resolve): Map<string, TableDefinition> {
  const types = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];
  const tables = new Map<string, TableDefinition>();
  for (const resource of types.flatMap((type) => resourcesOfType(template, type))) {
    const known = Object.keys(propertiesSchema.shape).map((name) => [name, resource.properties[name]] as const);
    const { StreamSpecification, TimeToLiveSpecification, ...shape } = propertiesSchema.parse(
      resolve(Object.fromEntries(known.filter(([, value]) => value !== undefined))),
    );
    const create: CreateTableCommandInput = {
      ...shape,
      TableName: physicalNameOf(template, resource),
      BillingMode: 'PAY_PER_REQUEST',
      ...(StreamSpecification && { StreamSpecification: { StreamEnabled: true, ...StreamSpecification } }),
    };
    const timeToLiveAttribute = TimeToLiveSpecification?.Enabled ? TimeToLiveSpecification.AttributeName : undefined;
    tables.set(resource.logicalId, { create, timeToLiveAttribute });
  }
  return tables;
}

/** Creates a table unless it is there already, and answers its stream's ARN if it has a stream. */
export async function createTable(dynamodbUrl: string, table: TableDefinition): Promise<string | undefined> {
  const client = new DynamoDBClient(localClientConfig(dynamodbUrl));
  try {
    await client.send(new CreateTableCommand(table.create));
    if (table.timeToLiveAttribute !== undefined) {
      const specification = { AttributeName: table.timeToLiveAttribute, Enabled: true };
      await client.send(
        new UpdateTimeToLiveCommand({ TableName: table.create.TableName, TimeToLiveSpecification: specification }),
      );
    }
  } catch (error) {
    // A data folder that is used again has its tables.
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table.create.TableName }));
    return Table?.LatestStreamArn;
  } finally {
    client.destroy();
  }
}
