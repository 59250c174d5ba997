import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { localClientConfig, localRegion } from './credentials.ts';
import type { Resolve } from './intrinsics.ts';
import { loopbackHost } from './ports.ts';
import { physicalNameOf } from './resource-values.ts';
import { resourcesOfType, type Template, type TemplateResource } from './template.ts';

export interface LocalQueues {
  url: string;
  /** Creates the queues that the template declares. */
  create(template: Template, resolve: Resolve): Promise<void>;
  close(): Promise<void>;
}

/** The properties of AWS::SQS::Queue that say how the queue behaves; CloudFormation names them as SQS does. */
const attributeNames = [
  'ContentBasedDeduplication',
  'DelaySeconds',
  'FifoQueue',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'VisibilityTimeout',
];

/** Starts SQS (fauxqs, in this process) on a free port. Its messages live in memory and end with it. */
export async function startQueues(): Promise<LocalQueues> {
  const server = buildApp({ logger: false, defaultRegion: localRegion });
  const url = await server.listen({ port: 0, host: loopbackHost });
  return {
    url,
    create: (template, resolve) => createQueues(url, template, resolve),
    close: () => server.close(),
  };
}

async function createQueues(sqsUrl: string, template: Template, resolve: Resolve): Promise<void> {
  const client = new SQSClient(localClientConfig(sqsUrl));
  try {
    for (const resource of resourcesOfType(template, 'AWS::SQS::Queue')) {
      await client.send(
        new CreateQueueCommand({
          QueueName: physicalNameOf(template, resource),
          Attributes: attributesOf(resource, resolve),
        }),
      );
    }
  } finally {
    client.destroy();
  }
}

function attributesOf(resource: TemplateResource, resolve: Resolve): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of attributeNames) {
    const value = resolve(resource.properties[name]);
    if (value !== undefined) attributes[name] = typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  return attributes;
}
