import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import { hashOfSources, keepBundles, readKept } from './bundle-store.ts';

const projectDirectory = fileURLToPath(new URL('..', import.meta.url));
const sourceDirectory = join(projectDirectory, 'functions');
const buildDirectory = join(projectDirectory, '.build');
const outputDirectory = join(buildDirectory, 'functions');

const eventStreams = '@smithy/core/event-streams';

/** S3's client loads streams of events when it starts, for the one operation of S3 that has them. */
const withEventStreams = ['payout-runs/sweep-payout-runs'];

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
  eventStreams,
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
 * Bundles every file below `functions/`, the AWS SDK included, so that a function runs the version
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
  const usual = buildSome(
    names.filter((name) => !withEventStreams.includes(name)),
    neverReached,
  );
  const others = buildSome(
    withEventStreams,
    neverReached.filter((name) => name !== eventStreams),
  );
  const metafile: Metafile = {
    inputs: { ...usual.metafile.inputs, ...others.metafile.inputs },
    outputs: { ...usual.metafile.outputs, ...others.metafile.outputs },
  };
  keepBundles(buildDirectory, { sources, metafile, files: [...usual.outputFiles, ...others.outputFiles] });
  return metafile;
}

function buildSome(names: string[], external: string[]) {
  return buildSync({
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
    external,
    minify: true,
    // Source maps would more than double what a deployment carries; the names alone make a stack trace readable. They
    // are also how the SDK tells its silent logger from a real one: without them its warnings would be lost.
    keepNames: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
}

function folderOf(names: string[], name: string): string {
  if (!names.includes(name)) throw new Error(`There is no function ${name}: functions/${name}.ts does not exist.`);
  return join(outputDirectory, name);
}
