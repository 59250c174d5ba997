/**
 * `npm run torture -- --seed N --minutes M`: random traffic of all money operations, with faults wherever a fault can be,
 * and then the verdict. `--canary NAME` (or `all`) breaks the product in a known way and fails unless that is found.
 */
import './quiet.ts';
import { parseArgs } from 'node:util';
import { canaries } from './canaries/canaries.ts';
import { describeOutcomes, describeViolations } from './describe-report.ts';
import { runCanary } from './run-canary.ts';
import { runRounds, withEmulator } from './run-rounds.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    minutes: { type: 'string', default: '1' },
    operations: { type: 'string' },
    canary: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : wholeNumber('seed', values.seed);
const minutes = Number(values.minutes);
if (!(minutes >= 0)) usage(`--minutes takes a number, not ${values.minutes}.`);
console.log(`seed ${seed}`);

const passed = values.canary === undefined ? await torture() : await watchCanaries(values.canary);
// Connections that the simulators left unanswered would keep the process for a minute.
process.exit(passed ? 0 : 1);

async function torture(): Promise<boolean> {
  return runRounds({
    seed,
    minutes,
    ...(values.operations !== undefined && { operations: wholeNumber('operations', values.operations) }),
    onRound({ number, seed: own, report: { operations, items, seconds, history } }) {
      const verdict = history.isSpoiled ? 'NOT CLEAN' : `clean, ${items} items`;
      console.log(`round ${number}, seed ${own}: ${operations} operations in ${seconds.toFixed(1)} s, ${verdict}`);
      if (values.verbose) for (const line of describeOutcomes(history)) console.log(line);
      for (const line of describeViolations(history)) console.log(line);
      if (history.isSpoiled) console.log(`\nAgain: npm run torture -- --seed ${own} --minutes 0`);
    },
  });
}

async function watchCanaries(name: string): Promise<boolean> {
  const chosen = canaries.filter((canary) => name === 'all' || canary.name === name);
  if (chosen.length === 0)
    usage(`There is no canary ${name}. There are: ${canaries.map((one) => one.name).join(', ')}.`);
  let passed = true;
  for (const canary of chosen) {
    const {
      caught,
      seconds,
      rounds,
      last,
      seed: own,
    } = await withEmulator((dynamodbUrl) =>
      runCanary(canary, { dynamodbUrl, seed, isOver: ({ seconds }) => seconds >= 60 }),
    );
    console.log(
      `${caught ? 'caught' : 'NOT CAUGHT'} ${canary.name} in ${seconds.toFixed(1)} s, round ${rounds}, seed ${own}`,
    );
    for (const { subject, sentence } of last.history.violations.slice(0, 2))
      console.log(`    ${subject} ${sentence}`.slice(0, 300));
    if (values.verbose) for (const line of describeViolations(last.history)) console.log(line);
    if (values.verbose) for (const line of describeOutcomes(last.history)) console.log(line);
    passed &&= caught;
  }
  return passed;
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) usage(`--${name} takes a whole number, not ${text}.`);
  return number;
}

function usage(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}
