import { isClean } from '../../../shared/operations/run-audit.ts';
import type { LocalCloud } from '../cloud.ts';
import { auditCloud, printBooks } from '../print-books.ts';
import type { Print } from '../progress.ts';
import { playMoneyLoop } from './money-loop-story.ts';
import { playPayments } from './payments-story.ts';
import { playRules } from './rules-story.ts';
import { stageOf } from './steps.ts';

/**
 * Plays each story once, through the HTTPS API and the providers' simulators, and prints the books.
 * @throws Error when any step does not come out as it should, or the books do not balance.
 */
export async function playDemo(cloud: LocalCloud, print: Print): Promise<void> {
  const stage = stageOf(cloud, print);
  print('');
  print('The demo story: from a payment to a payout');
  await playMoneyLoop(stage);
  print('');
  print('The second story: every way to pay, and what goes back');
  await playPayments(stage);
  print('');
  print("The third story: a limit of one's own, a leaderboard, a bank, and operators who check each other");
  await playRules(stage);
  print('');
  print('The books');
  const report = await auditCloud(cloud);
  printBooks(report, print);
  print('');
  if (!isClean(report)) throw new Error('The books do not balance.');
}
