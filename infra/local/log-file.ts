import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Print } from './progress.ts';
import { projectDirectory } from './synthesize.ts';

export const logFile = join(projectDirectory, '.local', 'functions.log');

/** Powertools' logger and the local cloud itself mark what a person should see in this way. */
const isError = (line: string) => line.includes('"level":"ERROR"') || line.startsWith('ERROR');

/** Collects what all functions log in one file, new for each start, and shows errors to the person at the terminal. */
export function openLog(show: Print): (source: string, line: string) => void {
  mkdirSync(dirname(logFile), { recursive: true });
  const file = createWriteStream(logFile, { flags: 'w' });
  return (source, line) => {
    file.write(`${new Date().toISOString()} ${source} ${line}\n`);
    if (isError(line)) show(`${source}: ${line}`);
  };
}
