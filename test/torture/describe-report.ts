import type { History } from './history.ts';

const mostViolations = 5;
/** The lines of a busy wallet are many, and the last ones tell. */
const mostLines = 120;
const longestLine = 700;

/** The first violations, each with everything that happened to the item concerned and nothing else. */
export function describeViolations(history: History): string[] {
  const shown = history.violations.slice(0, mostViolations);
  const left = history.violations.length - shown.length;
  const described = shown.flatMap(({ subject, sentence }) => [
    '',
    `${subject} ${sentence}`,
    ...history
      .of(subject)
      .slice(-mostLines)
      .map((line) => `    ${line.slice(0, longestLine)}`),
  ]);
  return left > 0 ? [...described, '', `… and ${left} more`] : described;
}

export function describeOutcomes(history: History): string[] {
  return [...history.outcomes].toSorted().map(([outcome, count]) => `    ${String(count).padStart(6)}  ${outcome}`);
}
