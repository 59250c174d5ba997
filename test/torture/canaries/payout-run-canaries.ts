import type { Canary } from './canary.ts';
import { changeWrites, isPayout, isShard, withoutCondition } from './rewrite.ts';
import type { CommandInput, Request } from './sabotage.ts';

/** Gifts for creators to be paid for, and many runs. */
const runs = { gift: 40, relay: 12, credit: 14, startRun: 8, workRun: 40, changeProfile: 6, sweepPayoutRuns: 3 };

export const payoutRunCanaries: Canary[] = [
  {
    name: 'date-paid-twice',
    breaks: 'A run pays a date of a creator without asking whether it was paid before.',
    sabotage: () => ({
      request: (request) =>
        request.invocation.functionName === 'work-payout-run'
          ? changeWrites(request, (write) => {
              if (write.sk === 'PROFILE') return withoutCondition(write, '#version = :version');
              if (isShard(write)) return { ConditionExpression: '' };
              return isPayout(write) || write.sk.startsWith('LINE#')
                ? withoutCondition(write, 'attribute_not_exists')
                : {};
            })
          : request.input,
    }),
    traffic: { ...runs, submit: 16, look: 2 },
    creators: 12,
  },
  {
    name: 'run-pays-after-its-stop',
    breaks: 'Whoever works on a chunk of a run takes no notice of its stop.',
    sabotage: () => ({
      request: (request) =>
        request.invocation.functionName === 'work-payout-run'
          ? changeWrites(request, (write) =>
              write.sk.startsWith('CHUNK#') ? withoutCondition(write, '#state = :running') : {},
            )
          : request.input,
      answer: seeRunning,
    }),
    traffic: { startRun: 8, stopRun: 20, resumeRun: 4, workRun: 60, changeProfile: 4, sweepPayoutRuns: 2 },
    creators: 24,
  },
];

/** Whoever works on a chunk sees it and its run running. */
async function seeRunning({ command, invocation }: Request, send: () => Promise<CommandInput>): Promise<CommandInput> {
  const output = await send();
  const isRead = command === 'GetItemCommand' && invocation.functionName === 'work-payout-run';
  const item = output.Item as { pk: string; sk: string } | undefined;
  return isRead && item?.pk.startsWith('RUN#') ? { ...output, Item: { ...item, state: 'running' } } : output;
}
