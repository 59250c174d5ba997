import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { logger } from '../../shared/observability.ts';
import { benchJsonOf } from './bench-json.ts';
import { describeReport } from './describe-report.ts';
import { type Grounds, openGrounds } from './ground.ts';
import { type Measured, measureAll } from './measure.ts';
import { reportOf } from './report.ts';
import { targetsOf } from './targets.ts';

/**
 * Measures the product against what a team would write instead, on the emulators of this machine, prints tables and writes
 * `.local/bench.json`; with `--write-docs`, the tables go into docs/performance.md too. Times are only good for comparing
 * with each other, within one run.
 */
const { values: options } = parseArgs({ options: { 'write-docs': { type: 'boolean', default: false } } });
const projectDirectory = fileURLToPath(new URL('../..', import.meta.url));
const seconds = () => Math.round(performance.now() / 1000);
// The use-cases' own lines would stand between the tables.
logger.setLogLevel('SILENT');

const grounds = await openGrounds();
try {
  report(await measureAll(grounds, (step) => console.log(`${String(seconds()).padStart(4)} s  ${step}`)));
} finally {
  await closeGrounds(grounds);
}

function report(measured: Measured): void {
  const report = reportOf(measured, new Date());
  const targets = targetsOf(report);
  const description = describeReport(report, targets);
  console.log(`\n${description}\n\nDone in ${seconds()} s. The figures are in .local/bench.json.`);
  const directory = join(projectDirectory, '.local');
  mkdirSync(directory, { recursive: true });
  writeJson(join(directory, 'bench-details.json'), { ...report, targets, tookSeconds: seconds() });
  writeJson(join(directory, 'bench.json'), benchJsonOf(report));
  if (options['write-docs']) writeDocs(join(projectDirectory, 'docs', 'performance.md'), description);
}

function writeJson(file: string, value: object): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

/** Everything between the page's two marks is the result of a run. */
function writeDocs(file: string, description: string): void {
  const page = readFileSync(file, 'utf8');
  const marks = /(<!-- results -->).*(<!-- end of results -->)/s;
  if (!marks.test(page)) throw new Error(`${file} has no place for results.`);
  writeFileSync(
    file,
    page.replace(marks, (_, start: string, end: string) => `${start}\n\n${description}\n\n${end}`),
  );
}

/** An emulator that did not end well spoils nothing that was measured before; it only makes the command fail. */
async function closeGrounds(grounds: Grounds): Promise<void> {
  try {
    await grounds.close();
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
