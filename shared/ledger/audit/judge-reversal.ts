import type { ReversalStep } from '../../store/items/reversal.ts';
import type { Findings } from './judge-partition.ts';
import { reversalSubject } from './subjects.ts';

/** A step of a reversal stands for diamonds that an entry of the creator must account for. */
export function judgeReversalStep(step: ReversalStep, { tally }: Findings): void {
  tally.add(reversalSubject(step), 'milli-diamonds', step.milliDiamonds + step.owedMilliDiamonds);
}
