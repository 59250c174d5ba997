import { gunzipSync, gzipSync } from 'node:zlib';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { AuditProgress, StoredProgress } from '../ledger/audit/audit-progress.ts';
import { Moment } from '../store/items/common.ts';
import { progressKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';

/** Below DynamoDB's 400 kB for an item. A stored audit takes two of these. */
const chunkBytes = 350_000;

const job = 'audit-ledger';

const Saved = z.object({ side: z.enum(['a', 'b']), chunks: z.int() });

const Head = z.object({
  /** Nobody else works on the audit before this moment, in milliseconds since 1970. */
  heldUntil: z.int(),
  /** When the audit that was begun last was begun. */
  startedAt: z.optional(Moment),
  /** Where that audit stands; absent when it is complete. */
  saved: z.optional(Saved),
});
export type AuditHead = z.infer<typeof Head>;

/**
 * Reserves the audit until `heldUntil`, when this run is over in any case, and says where it stands; nothing when
 * another run holds it. Two runs at once would spoil what the other one saves.
 */
export async function holdAudit(
  ledger: Table,
  { now, heldUntil }: { now: number; heldUntil: number },
): Promise<AuditHead | undefined> {
  const stored = await readItem(ledger, progressKey(job));
  const head = z.parse(Head, stored ?? { heldUntil: 0 });
  if (head.heldUntil > now) return undefined;
  const held = { ...head, heldUntil };
  try {
    await ledger.client.send(
      new PutCommand({
        TableName: ledger.name,
        Item: { ...progressKey(job), ...held },
        ConditionExpression: 'attribute_not_exists(pk) OR heldUntil = :seen',
        ExpressionAttributeValues: { ':seen': head.heldUntil },
      }),
    );
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return undefined;
    throw error;
  }
  return held;
}

/** The audit where it was saved; a new one when none is under way. */
export async function readSavedAudit(ledger: Table, { saved }: AuditHead): Promise<AuditProgress | undefined> {
  if (!saved) return undefined;
  const chunks: Uint8Array[] = [];
  for (let chunk = 0; chunk < saved.chunks; chunk++) {
    const item = await readItem(ledger, chunkKey(saved.side, chunk));
    const { bytes } = z.parse(Chunk, item);
    chunks.push(bytes);
  }
  return new AuditProgress(z.parse(StoredProgress, JSON.parse(gunzipSync(Buffer.concat(chunks)).toString())));
}

const Chunk = z.object({ bytes: z.instanceof(Uint8Array) });

/**
 * Saves where the audit stands. The chunks go to the side that is not in use, then one write makes it the side that is:
 * whenever this is cut off, the position saved before is whole.
 */
export async function saveAudit(ledger: Table, head: AuditHead, progress: AuditProgress): Promise<AuditHead> {
  const bytes = gzipSync(JSON.stringify(progress.toJSON()));
  const side = head.saved?.side === 'a' ? 'b' : 'a';
  const chunks = Math.ceil(bytes.length / chunkBytes);
  for (let chunk = 0; chunk < chunks; chunk++) {
    const part = bytes.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes);
    await ledger.client.send(
      new PutCommand({ TableName: ledger.name, Item: { ...chunkKey(side, chunk), bytes: part } }),
    );
  }
  return putHead(ledger, { ...head, startedAt: progress.startedAt, saved: { side, chunks } });
}

/** Lets the audit go: to the next run where it was saved, or for good when it is complete. */
export async function releaseAudit(ledger: Table, head: AuditHead, isComplete: boolean): Promise<void> {
  const { saved, ...rest } = head;
  await putHead(ledger, { ...rest, ...(!isComplete && saved && { saved }), heldUntil: 0 });
}

async function putHead(ledger: Table, head: AuditHead): Promise<AuditHead> {
  await ledger.client.send(new PutCommand({ TableName: ledger.name, Item: { ...progressKey(job), ...head } }));
  return head;
}

function chunkKey(side: 'a' | 'b', chunk: number) {
  return progressKey(`${job}-${side}${chunk}`);
}
