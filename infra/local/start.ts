/** `npm start`: the whole product on this machine, until Ctrl-C. */
import { existsSync, readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { type LocalCloud, startLocalCloud } from './cloud.ts';
import { removeCloudFile, writeCloudFile } from './cloud-file.ts';
import { type CommandLine, parseCommandLine } from './command-line.ts';
import { printCurlLines } from './curl-lines.ts';
import { playDemo } from './demo/play-demo.ts';
import { logFile, openLog } from './log-file.ts';
import { StartError } from './ports.ts';
import { printError, printHeadline, printLine, printStep } from './progress.ts';

async function run({ port, dataDirectory, demo }: CommandLine): Promise<void> {
  // An emulator writes its files as soon as it starts, so whether the folder is new is asked before.
  const isNew = dataDirectory === undefined || !existsSync(dataDirectory) || readdirSync(dataDirectory).length === 0;
  let cloud: LocalCloud | undefined;
  let stopping = false;
  const stop = async (exitCode: number) => {
    // Whoever asks twice, or asks before anything runs that needs an orderly end, is not kept waiting.
    if (stopping || cloud === undefined) process.exit(exitCode);
    stopping = true;
    printStep('stopping');
    removeCloudFile(cloud);
    await cloud.close();
    process.exit(exitCode);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0).catch(fail));

  whenOrphaned(() => void stop(0).catch(fail));

  cloud = await startLocalCloud({
    port,
    ...(dataDirectory !== undefined && { dataDirectory }),
    progress: printStep,
    log: openLog(printError),
    onFailure: (error) => {
      printError(error.message);
      void stop(1).catch(fail);
    },
  });
  writeCloudFile(cloud);
  if (demo && isNew) {
    // The cloud stays up: it shows what went wrong better than its absence would.
    await playDemo(cloud, printLine).catch((error: unknown) => printError(`The demo failed: ${describe(error)}`));
  }
  if (!isNew) printStep(`${dataDirectory} holds what happened before; the demo is played in a new folder only`);
  if (stopping) return;
  printCurlLines(cloud, printLine);
  printHeadline(`Tributary is up at ${cloud.apiUrl}. Its functions log to ${relative('', logFile)}. Ctrl-C stops it.`);
}

/** npm passes signals on to its shell, which may end without this process: so a start by npm ends with its parent. */
function whenOrphaned(stop: () => void): void {
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 1_000);
  watch.unref();
}

/** A mistake of the person at the keyboard gets its sentence; anything else is ours, and shows where it happened. */
function fail(error: unknown): never {
  printError(error instanceof StartError ? error.message : describe(error));
  process.exit(1);
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.stack}` : String(error);
}

try {
  await run(parseCommandLine(process.argv.slice(2), process.env));
} catch (error) {
  fail(error);
}
