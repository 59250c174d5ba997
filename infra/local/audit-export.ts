import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { type AuditReport, concludeAudit } from '../../shared/ledger/audit/audit-ledger.ts';
import { AuditProgress } from '../../shared/ledger/audit/audit-progress.ts';
import { walletKeyPrefix } from '../../shared/store/keys.ts';
import type { Item, Table } from '../../shared/store/table.ts';
import { WalletParts } from './wallet-parts.ts';

/** Exported items may tell of one half of a transaction that was just under way; none takes five minutes. */
const settledAfterMilliseconds = 5 * 60_000;

/**
 * Audits a full export of the ledger to S3 (DYNAMODB_JSON) that lies in a folder, without reading the table. With the
 * table, what differs in the export is looked at again there: an export may hold some changes of a transaction that was
 * under way, and not others. Room for the uncompressed wallets is needed in the folder for temporary files.
 * @throws Error when a file of the export is missing, damaged or incomplete.
 */
export async function auditExport(folder: string, ledger?: Table): Promise<AuditReport> {
  const { exportTime, files, itemCount } = readManifests(folder);
  const settledBefore = new Date(Date.parse(exportTime) - settledAfterMilliseconds).toISOString();
  const progress = new AuditProgress({ startedAt: new Date().toISOString(), settledBefore });
  const temporary = await mkdtemp(join(tmpdir(), 'tributary-audit-'));
  try {
    const wallets = new WalletParts(temporary, itemCount);
    for (const file of files) await readDataFile(join(folder, 'data', file.name), file, { wallets, progress });
    for (const part of wallets.settle()) for (const lines of part) progress.judge([lines.map(toItem)]);
  } finally {
    rmSync(temporary, { recursive: true });
  }
  return concludeAudit(progress, ledger);
}

const Summary = z.object({ exportTime: z.string(), itemCount: z.int(), outputFormat: z.literal('DYNAMODB_JSON') });
const DataFile = z.object({ itemCount: z.int(), md5Checksum: z.string(), dataFileS3Key: z.string() });
type DataFile = { name: string; itemCount: number; md5Checksum: string };

function readManifests(folder: string): { exportTime: string; itemCount: number; files: DataFile[] } {
  const [summaryFile, listFile] = ['manifest-summary.json', 'manifest-files.json'].map((name) => join(folder, name));
  for (const file of [summaryFile, listFile])
    if (!file || !existsSync(file)) throw new Error(`${file} is missing: give the folder that holds the manifests.`);
  const summary = z.parse(Summary, JSON.parse(readFileSync(String(summaryFile), 'utf8')));
  const lines = readFileSync(String(listFile), 'utf8').split('\n').filter(Boolean);
  const files = lines.map((line) => {
    const { dataFileS3Key, ...file } = z.parse(DataFile, JSON.parse(line));
    return { ...file, name: basename(dataFileS3Key) };
  });
  const listed = files.reduce((sum, { itemCount }) => sum + itemCount, 0);
  if (listed !== summary.itemCount) throw new Error('The manifests of the export disagree about the number of items.');
  return { ...summary, files };
}

/** So many items are judged together: enough to pay for the call, few enough not to matter for the memory. */
const itemsAtOnce = 1_000;

/** Judges what stands for itself; wallets wait until all of them is there, for the export promises no order. */
async function readDataFile(
  path: string,
  { itemCount, md5Checksum }: DataFile,
  { wallets, progress }: { wallets: WalletParts; progress: AuditProgress },
): Promise<void> {
  const digest = createHash('md5');
  const bytes = createReadStream(path);
  bytes.on('data', (chunk) => digest.update(chunk));
  const text = createGunzip();
  const [items] = await Promise.all([judgeLines(text, { wallets, progress }), pipeline(bytes, text)]);
  if (digest.digest('base64') !== md5Checksum) throw new Error(`${path} is damaged: its checksum is another.`);
  if (items !== itemCount) throw new Error(`${path} holds ${items} items, the manifest says ${itemCount}.`);
}

async function judgeLines(
  text: NodeJS.ReadableStream,
  { wallets, progress }: { wallets: WalletParts; progress: AuditProgress },
): Promise<number> {
  let items = 0;
  let open: Item[][] = [];
  for await (const line of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })) {
    items += 1;
    const pk = partitionOf(line);
    if (pk.startsWith(walletKeyPrefix)) wallets.add(pk, line);
    else open.push([toItem(line)]);
    if (open.length < itemsAtOnce) continue;
    progress.judge(open);
    open = [];
  }
  progress.judge(open);
  return items;
}

const Line = z.object({ Item: z.looseObject({ pk: z.object({ S: z.string() }) }) });

function partitionOf(line: string): string {
  return z.parse(Line, JSON.parse(line)).Item.pk.S;
}

function toItem(line: string): Item {
  return unmarshall(z.parse(Line, JSON.parse(line)).Item as unknown as Record<string, AttributeValue>);
}
