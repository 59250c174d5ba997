import type * as z from 'zod/mini';

type Issue = z.core.$ZodIssue;

/** One thing that is wrong with a request: which field, and what it should be. The value itself is never repeated. */
export type FieldProblem = { field: string; problem: string };

const mostProblems = 10;

export function explainIssues(issues: readonly Issue[]): FieldProblem[] {
  return issues.slice(0, mostProblems).map((issue) => ({ field: issue.path.join('.'), problem: explain(issue) }));
}

function explain(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && issue.path.length > 0
        ? `is missing: expected ${nameOfType(issue.expected)}`
        : `must be ${nameOfType(issue.expected)}`;
    case 'unrecognized_keys':
      return `has unknown fields: ${issue.keys.slice(0, mostProblems).map(printable).join(', ')}`;
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${lengthUnit(issue.origin)}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${lengthUnit(issue.origin)}`;
    case 'invalid_format':
      return formats[issue.format] ?? `must match ${issue.pattern ?? issue.format}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    default:
      return issue.message && issue.message !== 'Invalid input' ? issue.message : 'is not as documented';
  }
}

const formats: Record<string, string> = {
  date: 'must be a calendar date, YYYY-MM-DD',
  datetime: 'must be a UTC date and time, RFC 3339',
};

function nameOfType(expected: string): string {
  return expected === 'int' ? 'a whole number' : /^[aeiou]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

function lengthUnit(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' || origin === 'set' ? ' elements long' : '';
}

/** Field names come from the caller: keep them short and free of control characters. */
function printable(name: string): string {
  return name.slice(0, 40).replace(/[^\x20-\x7e]/g, '?');
}
