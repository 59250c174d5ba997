import { createHash } from 'node:crypto';
import { type Queue, sendMessages } from '../queue/send-messages.ts';
import type { BucketSource, ScoreMessage } from './score-message.ts';

/** A source, and the record of the stream that it came from. */
type Counted = { record: number; source: BucketSource };

/** Far below SQS's limit of 1 MiB, so that what one invocation takes is done well within its time. */
const mostBytesPerMessage = 40_000;

type Packed = { message: ScoreMessage; records: number[]; bytes: number };

/**
 * Sends sources to be counted, those of one creator and bucket together. The messages of one creator and bucket are worked on one
 * after another, so that they don't meet each other's transactions; their order does not matter.
 * @returns the records of which something was not taken.
 */
export async function sendSources(scores: Queue, counted: Counted[]): Promise<Set<number>> {
  const packed = packSources(counted);
  const failed = await sendMessages(
    scores,
    packed.map(({ message }) => ({
      body: message,
      group: `${message.creatorId}#${message.bucket}`,
      deduplicationId: createHash('sha256').update(JSON.stringify(message)).digest('hex'),
    })),
  );
  return new Set([...failed].flatMap((position) => packed[position]?.records ?? []));
}

function packSources(counted: Counted[]): Packed[] {
  const groups = Map.groupBy(counted, ({ source: { creatorId, bucket } }) => `${creatorId}#${bucket}`);
  return [...groups.values()].flatMap((group) => {
    const packed: Packed[] = [];
    for (const { record, source: sent } of group) {
      const { creatorId, bucket, source } = sent;
      const bytes = JSON.stringify(source).length;
      const open = packed.at(-1);
      if (open && open.bytes + bytes <= mostBytesPerMessage) {
        open.message.sources.push(source);
        open.records.push(record);
        open.bytes += bytes;
      } else {
        packed.push({ message: { version: 1, creatorId, bucket, sources: [source] }, records: [record], bytes });
      }
    }
    return packed;
  });
}
