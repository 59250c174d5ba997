import middy from '@middy/core';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { flushMetrics } from '../observability.ts';

/**
 * One function behind the table's stream. It says from which record on the batch must come again; a fault makes the whole
 * batch come again. The stream is never skipped.
 */
export function streamWorker(handle: (records: DynamoDBRecord[]) => Promise<{ failedFrom: string | undefined }>) {
  return middy<DynamoDBStreamEvent, DynamoDBBatchResponse, Error, Context>().handler(async (event) => {
    try {
      const { failedFrom } = await handle(event.Records);
      return { batchItemFailures: failedFrom === undefined ? [] : [{ itemIdentifier: failedFrom }] };
    } finally {
      flushMetrics();
    }
  });
}
