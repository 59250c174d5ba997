import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { marshall } from '@aws-sdk/util-dynamodb';
import { onTestFinished } from 'vitest';
import type { Item } from '../../shared/store/table.ts';

/** Writes what DynamoDB's full export to S3 writes, with the items spread over two data files in no order, for the test that asks. */
export function exportTo(items: Item[], exportTime: Date): string {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-export-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'data'));
  const files = [0, 1].map((half) => {
    const chosen = items.filter((_, position) => position % 2 === half).toReversed();
    const lines = chosen.map(
      (item) => `${JSON.stringify({ Item: marshall(item, { removeUndefinedValues: true }) })}\n`,
    );
    const bytes = gzipSync(lines.join(''));
    writeFileSync(join(folder, 'data', `part${half}.json.gz`), bytes);
    const md5Checksum = createHash('md5').update(bytes).digest('base64');
    const dataFileS3Key = `backups/AWSDynamoDB/01234567890123-a1b2c3d4/data/part${half}.json.gz`;
    return { itemCount: chosen.length, md5Checksum, etag: 'e', dataFileS3Key };
  });
  const summary = { version: '2020-06-30', exportTime: exportTime.toISOString(), itemCount: items.length };
  writeFileSync(join(folder, 'manifest-summary.json'), JSON.stringify({ ...summary, outputFormat: 'DYNAMODB_JSON' }));
  writeFileSync(join(folder, 'manifest-files.json'), files.map((file) => `${JSON.stringify(file)}\n`).join(''));
  return folder;
}
