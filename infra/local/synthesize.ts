import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { localAccountId, localRegion } from './credentials.ts';
import { StartError } from './ports.ts';
import { hashSources } from './source-hash.ts';

/** The project's folder. */
export const projectDirectory = fileURLToPath(new URL('../..', import.meta.url));

/** The product's CDK app. */
export const productAppFile = join(projectDirectory, 'infra', 'app.ts');

/** Each assembly holds the bundles of all functions, about 15 MB; those of the latest few source versions stay. */
const keptAssemblies = 10;

const cdkConfigSchema = z.object({ context: z.optional(z.record(z.string(), z.unknown())) });

/**
 * Synthesizes the CDK app as `cdk synth -c stage=dev` would, without the CLI, and answers the folder of the cloud
 * assembly. The folder is kept under the hash of the sources and used again as long as none of them changes.
 */
export async function synthesize(appFile: string): Promise<string> {
  const assemblies = join(projectDirectory, '.local', 'assemblies');
  mkdirSync(assemblies, { recursive: true });
  const hash = hashOf(appFile);
  const kept = join(assemblies, hash);
  if (existsSync(kept)) return markAsUsed(kept);
  const fresh = mkdtempSync(join(assemblies, 'new-'));
  await runApp(appFile, fresh);
  removeOldest(assemblies);
  // A source that was saved meanwhile may be in the bundles or not: such an assembly is used only this once.
  return hashOf(appFile) === hash ? keep(fresh, kept) : fresh;
}

/** The product's app may read anything in the project but the local cloud, the tests and the documents. */
function hashOf(appFile: string): string {
  const installed = join(projectDirectory, 'node_modules', '.package-lock.json');
  const configuration = join(projectDirectory, 'cdk.json');
  if (appFile !== productAppFile) return hashSources([dirname(appFile), installed, configuration]);
  const leftOut = ['infra/local', 'test', 'docs'].map((path) => join(projectDirectory, path));
  return hashSources([projectDirectory, installed], leftOut);
}

async function runApp(appFile: string, outputDirectory: string): Promise<void> {
  const environment = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    CDK_OUTDIR: outputDirectory,
    CDK_CONTEXT_JSON: JSON.stringify(context()),
    CDK_DEFAULT_ACCOUNT: localAccountId,
    CDK_DEFAULT_REGION: localRegion,
    // CloudFormation's rules are checked where something is deployed to it; here they only cost seconds.
    CDK_VALIDATION: 'false',
  };
  const app = spawn(process.execPath, [appFile], {
    cwd: projectDirectory,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stopApp = () => app.kill();
  process.once('exit', stopApp);
  let output = '';
  for (const stream of [app.stdout, app.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise((resolve, reject) => app.once('error', reject).once('close', resolve)).finally(() =>
    process.off('exit', stopApp),
  );
  if (code !== 0) {
    rmSync(outputDirectory, { recursive: true, force: true });
    throw new StartError(`The CDK app did not synthesize (exit code ${code}):\n${output}`);
  }
  // Bundles are CommonJS, as Lambda takes them; without this the project's own package.json would make them ES modules.
  writeFileSync(join(outputDirectory, 'package.json'), '{}\n');
}

/** The context that the CDK CLI would give: cdk.json's own, the stage, and the construct paths as metadata. */
function context(): Record<string, unknown> {
  const config = cdkConfigSchema.parse(JSON.parse(readFileSync(join(projectDirectory, 'cdk.json'), 'utf8')));
  return { ...config.context, 'aws:cdk:enable-path-metadata': true, stage: 'dev' };
}

function keep(fresh: string, kept: string): string {
  try {
    renameSync(fresh, kept);
  } catch (error) {
    // Another cloud that started at the same time has kept the same assembly first.
    if (!existsSync(kept)) throw error;
    rmSync(fresh, { recursive: true, force: true });
  }
  return markAsUsed(kept);
}

function markAsUsed(directory: string): string {
  const now = new Date();
  utimesSync(directory, now, now);
  return directory;
}

function removeOldest(assemblies: string): void {
  const byAge = readdirSync(assemblies)
    .map((name) => join(assemblies, name))
    .map((path) => ({ path, usedAt: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((one, other) => other.usedAt - one.usedAt);
  for (const { path } of byAge.slice(keptAssemblies)) rmSync(path, { recursive: true, force: true });
}
