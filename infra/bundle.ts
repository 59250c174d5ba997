import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import { hashOfSources, keepBundles, readKept } from './bundle-store.ts';

const projectDirectory = fileURLToPath(new URL('..', import.meta.url));
const sourceDirectory = join(projectDirectory, 'functions');
const buildDirectory = join(projectDirectory, '.build');
const outputDirectory = join(buildDirectory, 'functions');

/**
 * What the AWS SDK loads only when it must, and on Lambda never must, where the credentials are in the environment:
 * other sources of credentials, each with clients of its own, and streams of events, which no operation in use has.
 * Left in, they are a third of each bundle and of its load time, as esbuild puts what is imported later into the same file.
 */
export const neverReached = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/core/event-streams',
  '@smithy/credential-provider-imds',
];

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
    external: neverReached,
    minify: true,
    // Source maps would more than double what a deployment carries; the names alone make a stack trace readable. They
    // are also how the SDK tells its silent logger from a real one: without them its warnings would be lost.
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
