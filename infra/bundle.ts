import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import { hashOfSources, keepBundles, readKept } from './bundle-store.ts';

const projectDirectory = fileURLToPath(new URL('..', import.meta.url));
const sourceDirectory = join(projectDirectory, 'functions');
const buildDirectory = join(projectDirectory, '.build');
const outputDirectory = join(buildDirectory, 'functions');

export type FunctionBundles = {
  /** The names of all functions: `gifts/send-gift`. */
  names: string[];
  /** The folder that holds a function's `index.js`. */
  folderOf(name: string): string;
  /** What went into the bundles, and how much of it. */
  metafile: Metafile;
};

/**
 * Bundles every file below `functions/` in one run of esbuild, the AWS SDK included, so that a function runs the version
 * that was tested. Nothing is built when no source has changed since the last time.
 */
export function bundleFunctions(): FunctionBundles {
  const names = globSync('*/*.ts', { cwd: sourceDirectory })
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
  const sources = hashOfSources(projectDirectory);
  const metafile = readKept(buildDirectory, sources) ?? build(names, sources);
  return { names, metafile, folderOf: (name) => folderOf(names, name) };
}

function build(names: string[], sources: string): Metafile {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: projectDirectory,
    entryPoints: names.map((name) => join(sourceDirectory, `${name}.ts`)),
    outbase: sourceDirectory,
    outdir: outputDirectory,
    entryNames: '[dir]/[name]/index',
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    // The SDK's `module` builds lose what is not used; its `main` builds keep everything and load half as fast.
    mainFields: ['module', 'main'],
    minify: true,
    // Source maps would more than double what a deployment carries; the names alone make a stack trace readable.
    keepNames: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  keepBundles(buildDirectory, { sources, metafile, files: outputFiles });
  return metafile;
}

function folderOf(names: string[], name: string): string {
  if (!names.includes(name)) throw new Error(`There is no function ${name}: functions/${name}.ts does not exist.`);
  return join(outputDirectory, name);
}
