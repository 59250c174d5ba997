import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Metafile, OutputFile } from 'esbuild';

/** What was built from which sources, and the hash of each file that was written. */
type Kept = { sources: string; metafile: Metafile; files: Record<string, string> };

/** A hash of everything that bundles are made from. */
export function hashOfSources(projectDirectory: string): string {
  const hash = createHash('sha256').update(process.version);
  const files = globSync('{functions,shared}/**/*.ts', { cwd: projectDirectory }).sort();
  for (const file of [...files, 'package-lock.json', 'infra/bundle.ts']) {
    hash.update(`${file}\0`).update(readFileSync(join(projectDirectory, file)));
  }
  return hash.digest('hex');
}

/** What was kept from the same sources, if every file of it is as it was written. */
export function readKept(buildDirectory: string, sources: string): Metafile | undefined {
  const record = recordIn(buildDirectory);
  if (!existsSync(record)) return undefined;
  const kept = JSON.parse(readFileSync(record, 'utf8')) as Kept;
  const isWhole = Object.entries(kept.files).every(
    ([path, hash]) => existsSync(path) && hashOf(readFileSync(path)) === hash,
  );
  return kept.sources === sources && isWhole ? kept.metafile : undefined;
}

/** Tests and the local cloud may bundle at the same time: whoever reads a file finds it whole. */
export function keepBundles(
  buildDirectory: string,
  { sources, metafile, files }: { sources: string; metafile: Metafile; files: OutputFile[] },
): void {
  for (const { path, contents } of files) writeWhole(buildDirectory, path, contents);
  const kept: Kept = {
    sources,
    metafile,
    files: Object.fromEntries(files.map(({ path, contents }) => [path, hashOf(contents)])),
  };
  writeWhole(buildDirectory, recordIn(buildDirectory), Buffer.from(JSON.stringify(kept)));
}

function recordIn(buildDirectory: string): string {
  return join(buildDirectory, 'functions.json');
}

function writeWhole(buildDirectory: string, path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = join(buildDirectory, `unfinished-${randomUUID()}`);
  writeFileSync(unfinished, contents);
  renameSync(unfinished, path);
}

function hashOf(contents: Uint8Array): string {
  return createHash('sha256').update(contents).digest('hex');
}
