import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { bundleFunctions, neverReached } from '../../infra/bundle.ts';

const projectDirectory = fileURLToPath(new URL('../..', import.meta.url));
const benchDirectory = join(projectDirectory, '.build', 'bench');

/** What cannot be left out of a function that uses DynamoDB: its client, and one command. */
const bareSource = `
  import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
  const client = new DynamoDBClient({});
  export const handler = (input) => client.send(new UpdateItemCommand(input));
`;

export type Bundles = {
  /** The client with everything that its package brings, as it is bundled when nobody looks. */
  bare: string;
  /** The client without what no function ever reaches, as in the product's own bundles. */
  bareTrimmed: string;
  functions: Map<string, string>;
};

/** The bundles of all functions as they are deployed, and the bare client bundled with the same settings. */
export function buildBundles(): Bundles {
  mkdirSync(benchDirectory, { recursive: true });
  // On Lambda no package.json is near, so that the files are CommonJS; here the project's own would make them modules.
  writeFileSync(join(benchDirectory, 'package.json'), '{}\n');
  const { names, folderOf } = bundleFunctions();
  const functions = new Map(names.map((name) => [name, copy(join(folderOf(name), 'index.js'), name)]));
  return { bare: buildBare('bare-client', []), bareTrimmed: buildBare('bare-client-trimmed', neverReached), functions };
}

function copy(file: string, name: string): string {
  const copied = join(benchDirectory, name, 'index.js');
  mkdirSync(dirname(copied), { recursive: true });
  copyFileSync(file, copied);
  return copied;
}

function buildBare(name: string, external: string[]): string {
  const outfile = join(benchDirectory, `${name}.js`);
  buildSync({
    absWorkingDir: projectDirectory,
    stdin: { contents: bareSource, resolveDir: projectDirectory },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    mainFields: ['module', 'main'],
    external,
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outfile;
}
