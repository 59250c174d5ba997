import type { _Record, AttributeValue } from '@aws-sdk/client-dynamodb-streams';
import { localRegion } from './credentials.ts';

/** A stream record as Lambda passes it: JSON, with times in seconds and binary values in base64. */
export interface StreamRecord {
  eventID: string;
  eventName: string;
  eventVersion: string;
  eventSource: 'aws:dynamodb';
  awsRegion: string;
  eventSourceARN: string;
  dynamodb: { SequenceNumber: string } & Record<string, unknown>;
}

export function streamRecord(record: _Record, streamArn: string): StreamRecord {
  const { ApproximateCreationDateTime, Keys, NewImage, OldImage, SequenceNumber = '', ...rest } = record.dynamodb ?? {};
  return {
    eventID: record.eventID ?? '',
    eventName: record.eventName ?? '',
    eventVersion: record.eventVersion ?? '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: localRegion,
    eventSourceARN: streamArn,
    dynamodb: {
      ...rest,
      ...(ApproximateCreationDateTime && {
        ApproximateCreationDateTime: ApproximateCreationDateTime.getTime() / 1_000,
      }),
      ...(Keys && { Keys: plainImage(Keys) }),
      ...(NewImage && { NewImage: plainImage(NewImage) }),
      ...(OldImage && { OldImage: plainImage(OldImage) }),
      SequenceNumber,
    },
  };
}

function plainImage(image: Record<string, AttributeValue>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(image).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: AttributeValue): unknown {
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(base64) };
  if (value.L !== undefined) return { L: value.L.map(plainValue) };
  if (value.M !== undefined) return { M: plainImage(value.M) };
  return value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
