import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LocalCloud } from './cloud.ts';
import { projectDirectory } from './synthesize.ts';

/** Where scripts find the cloud that `npm start` runs. */
const cloudFile = join(projectDirectory, '.local', 'cloud.json');

/** Writes what scripts need. It holds tokens and the webhook secret, so only its owner may read it. */
export function writeCloudFile(cloud: LocalCloud): void {
  const { apiUrl, tokens, dynamodbUrl, sqsUrl, s3Url, eventBridgeUrl } = cloud;
  const { tableName, catalogTableName, simulators, webhookSecrets } = cloud;
  const urls = { apiUrl, tokens, dynamodbUrl, sqsUrl, s3Url, eventBridgeUrl };
  const content = { ...urls, tableName, catalogTableName, simulators, webhookSecrets };
  mkdirSync(dirname(cloudFile), { recursive: true });
  // The mode counts for a new file only.
  rmSync(cloudFile, { force: true });
  writeFileSync(cloudFile, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
}

/** What `npm start` wrote. @throws Error when it does not run. */
export function readCloudFile(): Pick<LocalCloud, 'dynamodbUrl' | 'tableName'> {
  try {
    return JSON.parse(readFileSync(cloudFile, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('No local cloud is running: start one with npm start, in another terminal.');
  }
}

/** Removes the file unless another cloud has written its own meanwhile. */
export function removeCloudFile(cloud: LocalCloud): void {
  try {
    const { apiUrl } = JSON.parse(readFileSync(cloudFile, 'utf8')) as { apiUrl?: string };
    if (apiUrl === cloud.apiUrl) rmSync(cloudFile, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
