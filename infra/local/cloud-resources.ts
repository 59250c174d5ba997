import { createBuckets } from './buckets.ts';
import type { CloudParts } from './cloud-parts.ts';
import { createResolver, type Resolve, type ResourceValues } from './intrinsics.ts';
import { valuesOfResource } from './resource-values.ts';
import { createTable, type TableDefinition, tablesOfTemplate } from './tables.ts';
import { resourcesOfType, type Template } from './template.ts';

export interface CloudResources {
  resolve: Resolve;
  /** The ledger is the table with a stream; the catalogue is the one without. */
  tableNames: { tableName: string; catalogTableName: string };
}

/** Creates the template's tables, queues and buckets, and the resolver that knows every resource's local values. */
export async function createResources({ template, gateway, queues, dynamodb }: CloudParts): Promise<CloudResources> {
  const parts = { apiUrl: gateway.url, sqsUrl: queues.url };
  const values = new Map<string, ResourceValues>(
    template.resources.map((resource) => [resource.logicalId, valuesOfResource(template, resource, parts)]),
  );
  const resolve = createResolver({ ...template, valuesOf: (logicalId) => values.get(logicalId) });
  const tables = tablesOfTemplate(template, resolve);
  const streams = await createTables(dynamodb.url, tables);
  for (const [logicalId, streamArn] of streams) {
    const table = values.get(logicalId);
    if (table !== undefined) table.attributes.StreamArn = streamArn;
  }
  await queues.create(template, resolve);
  await createBuckets(queues.url, template);
  const nameOf = (withStream: boolean) =>
    [...tables].find(([logicalId]) => streams.has(logicalId) === withStream)?.[1].create.TableName ?? '';
  return { resolve, tableNames: { tableName: nameOf(true), catalogTableName: nameOf(false) } };
}

/** Queue URLs by construct path. */
export function queueUrlsOf(template: Template, resolve: Resolve): Record<string, string> {
  return Object.fromEntries(
    resourcesOfType(template, 'AWS::SQS::Queue').map(({ logicalId, path }) => [
      path,
      String(resolve({ Ref: logicalId })),
    ]),
  );
}

/** Answers the stream ARNs, by logical id, of the tables that have a stream. */
async function createTables(dynamodbUrl: string, tables: Map<string, TableDefinition>): Promise<Map<string, string>> {
  const created = await Promise.all(
    [...tables].map(async ([logicalId, table]) => [logicalId, await createTable(dynamodbUrl, table)] as const),
  );
  const streams = new Map<string, string>();
  for (const [logicalId, streamArn] of created) if (streamArn !== undefined) streams.set(logicalId, streamArn);
  return streams;
}
