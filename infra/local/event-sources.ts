import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod/mini';
import { createFilter } from './event-filter.ts';
import type { LocalFunctions } from './functions.ts';
import type { Resolve } from './intrinsics.ts';
import { startQueueSource } from './queue-sources.ts';
import { type EventSource, startStreamSource } from './streams.ts';
import { resourcesOfType, type Template, type TemplateResource } from './template.ts';

export interface EventSourcesInput {
  template: Template;
  resolve: Resolve;
  functions: LocalFunctions;
  dynamodbUrl: string;
  sqsUrl: string;
  queueRetrySeconds: number | undefined;
  onLogLine: (line: string) => void;
}

/** Lambda reads a queue with five pollers at first; a machine of few cores gains nothing from more. */
const queueConcurrency = 5;

const patienceAtTheEndMs = 2_000;

const mappingSchema = z.object({
  BatchSize: z.optional(z.coerce.number()),
  BisectBatchOnFunctionError: z._default(z.boolean(), false),
  Enabled: z._default(z.boolean(), true),
  EventSourceArn: z.string(),
  FilterCriteria: z.optional(z.object({ Filters: z.optional(z.array(z.object({ Pattern: z.string() }))) })),
  FunctionName: z.string(),
  FunctionResponseTypes: z._default(z.array(z.literal('ReportBatchItemFailures')), []),
  MaximumBatchingWindowInSeconds: z._default(z.coerce.number(), 0),
  // Records wait for their function without end. A mapping that gives up, and so skips records, has no local counterpart.
  MaximumRetryAttempts: z._default(z.literal(-1), -1),
  ScalingConfig: z.optional(z.object({ MaximumConcurrency: z.optional(z.coerce.number()) })),
  TumblingWindowInSeconds: z.optional(z.literal(0)),
});

type Mapping = z.output<typeof mappingSchema>;

/** Starts what the template's event source mappings describe. */
export function startEventSources(input: EventSourcesInput): EventSource {
  const mappings = resourcesOfType(input.template, 'AWS::Lambda::EventSourceMapping').map(
    (resource) => [resource, parse(resource, input.resolve)] as const,
  );
  const starts = mappings
    .filter(([, mapping]) => mapping.Enabled)
    .map(([resource, mapping]) => prepare(resource, mapping, input));
  const sources = starts.map((start) => start());
  return {
    async close() {
      // What a function still works on is cut short when the functions are closed next; Ctrl-C doesn't wait for it.
      const closed = Promise.all(sources.map((source) => source.close()));
      await Promise.race([closed, delay(patienceAtTheEndMs, undefined, { ref: false })]);
    },
  };
}

function parse(resource: TemplateResource, resolve: Resolve): Mapping {
  const parsed = z.safeParse(mappingSchema, resolve(resource.properties));
  if (parsed.success) return parsed.data;
  throw new Error(`${resource.path} (${resource.type}) can't run locally: ${z.prettifyError(parsed.error)}`);
}

/** Checks a mapping and answers how to start it, so that none starts while another is found wanting. */
function prepare(resource: TemplateResource, mapping: Mapping, input: EventSourcesInput): () => EventSource {
  const lambda = byNameOrArn(input.functions, mapping.FunctionName);
  const common = {
    lambda,
    batchingWindowSeconds: mapping.MaximumBatchingWindowInSeconds,
    reportsItemFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    matches: createFilter((mapping.FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern)),
    onLogLine: input.onLogLine,
  };
  const [, , service, , , name = ''] = mapping.EventSourceArn.split(':');
  if (service === 'dynamodb') {
    // Several batches of a shard at once (ParallelizationFactor) change the pace alone; order per item holds with one.
    return () =>
      startStreamSource({
        ...common,
        dynamodbUrl: input.dynamodbUrl,
        streamArn: mapping.EventSourceArn,
        batchSize: mapping.BatchSize ?? 100,
        bisectsOnError: mapping.BisectBatchOnFunctionError,
      });
  }
  if (service === 'sqs') {
    return () =>
      startQueueSource({
        ...common,
        sqsUrl: input.sqsUrl,
        queueUrl: queueUrlOf(mapping.EventSourceArn, input),
        queueArn: mapping.EventSourceArn,
        batchSize: mapping.BatchSize ?? 10,
        concurrency: Math.min(queueConcurrency, mapping.ScalingConfig?.MaximumConcurrency ?? queueConcurrency),
        retryAfterSeconds: input.queueRetrySeconds,
      });
  }
  throw new Error(
    `${resource.path} can't run locally: its source ${name || mapping.EventSourceArn} is neither a queue nor a table.`,
  );
}

function queueUrlOf(queueArn: string, { sqsUrl }: EventSourcesInput): string {
  const [account, name] = queueArn.split(':').slice(4);
  return `${sqsUrl}/${account}/${name}`;
}

function byNameOrArn(functions: LocalFunctions, name: string) {
  return name.startsWith('arn:') ? functions.byArn(name) : functions.byName(name);
}
