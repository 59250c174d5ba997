/**
 * `npm run payout-run -- --creators N --seed N`: a payout run over so many due creators that is killed three times in the middle,
 * and the verdict.
 */
import '../torture/quiet.ts';
import { parseArgs } from 'node:util';
import { withEmulator } from '../torture/run-rounds.ts';
import { playPayoutRun } from './play-payout-run.ts';

const { values } = parseArgs({
  options: { creators: { type: 'string', default: '10000' }, seed: { type: 'string', default: '7' } },
});
const [creators, seed] = [Number(values.creators), Number(values.seed)];
if (!(Number.isSafeInteger(creators) && creators >= 100 && Number.isSafeInteger(seed) && seed >= 0)) {
  console.error('--creators takes a whole number from 100 on, --seed one from 0 on.');
  process.exit(2);
}

const say = (line: string) => console.log(line);
const findings = await withEmulator((dynamodbUrl) => playPayoutRun({ dynamodbUrl, creators, seed, say }));
for (const finding of findings.slice(0, 20)) console.log(finding);
console.log(
  findings.length === 0 ? 'clean: everybody who was due was paid exactly once' : `${findings.length} findings`,
);
// Connections that the simulators left unanswered would keep the process for a minute.
process.exit(findings.length === 0 ? 0 : 1);
