import { createHash, type Hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that never say anything about what a synthesis writes. */
const irrelevant = new Set(['node_modules', 'cdk.out', 'coverage']);

/** Hashes the files, and everything below the folders except what is hidden or left out. */
export function hashSources(paths: string[], leftOut: string[] = []): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    if (statSync(path).isDirectory()) addFolder(hash, path, leftOut);
    else addFile(hash, path);
  }
  return hash.digest('hex').slice(0, 24);
}

function addFolder(hash: Hash, directory: string, leftOut: string[]): void {
  const entries = readdirSync(directory, { withFileTypes: true });
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.name.startsWith('.') || irrelevant.has(entry.name) || leftOut.includes(path)) continue;
    if (entry.isDirectory()) addFolder(hash, path, leftOut);
    else if (entry.isFile()) addFile(hash, path);
  }
}

function addFile(hash: Hash, file: string): void {
  hash.update(`${file}\0`);
  try {
    hash.update(readFileSync(file));
  } catch (error) {
    // A file that vanished since it was listed counts as absent, as it is to a synthesis that starts now.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
