/** `npm run demo`: the demo stories on a cloud of its own, which ends with it. */
import { startLocalCloud } from '../cloud.ts';
import { openLog } from '../log-file.ts';
import { StartError } from '../ports.ts';
import { printError, printLine, printStep } from '../progress.ts';
import { playDemo } from './play-demo.ts';

try {
  const cloud = await startLocalCloud({ progress: printStep, log: openLog(printError) });
  try {
    await playDemo(cloud, printLine);
  } finally {
    await cloud.close();
  }
} catch (error) {
  printError(error instanceof StartError ? error.message : error instanceof Error ? `${error.stack}` : String(error));
  process.exitCode = 1;
}
process.exit();
