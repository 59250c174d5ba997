import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Queue } from './send-messages.ts';

const cacheMilliseconds = 30_000;

/** Whether more messages than these wait in a queue; asked of SQS twice a minute at most. */
export function openDepth(queue: Queue, most: number): () => Promise<boolean> {
  let cached: { until: number; value: Promise<boolean> } | undefined;
  return () => {
    if (cached && cached.until > Date.now()) return cached.value;
    const value = readDepth(queue).then((waiting) => waiting > most);
    cached = { until: Date.now() + cacheMilliseconds, value };
    value.catch(() => {
      cached = undefined;
    });
    return value;
  };
}

async function readDepth({ client, url }: Queue): Promise<number> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
}
