/**
 * Lambda's event filtering: a pattern names the fields that matter, and under each the list of values or rules of which
 * one must hold. See "Lambda event filtering" in the Lambda Developer Guide.
 */
export type Matches = (event: unknown) => boolean;

type Rule = (value: unknown, present: boolean) => boolean;

/** Makes a filter of the patterns of one event source, of which any may match; none lets everything pass. */
export function createFilter(patterns: string[]): Matches {
  const matchers = patterns.map((pattern) => compile(JSON.parse(pattern)));
  return (event) => matchers.length === 0 || matchers.some((matches) => matches(event));
}

function compile(pattern: unknown): Matches {
  if (!isRecord(pattern)) throw new Error(`A filter pattern can't be ${JSON.stringify(pattern)}.`);
  const parts = Object.entries(pattern).map(([name, value]): Matches => {
    if (name === '$or') return compileAlternatives(value);
    if (Array.isArray(value)) return compileField(name, value);
    const inner = compile(value);
    return (event) => inner(isRecord(event) ? event[name] : undefined);
  });
  return (event) => parts.every((matches) => matches(event));
}

function compileAlternatives(patterns: unknown): Matches {
  if (!Array.isArray(patterns)) throw new Error('$or in a filter pattern takes a list.');
  const alternatives = patterns.map(compile);
  return (event) => alternatives.some((matches) => matches(event));
}

function compileField(name: string, candidates: unknown[]): Matches {
  const rules = candidates.map(compileRule);
  return (event) => {
    const value = isRecord(event) ? event[name] : undefined;
    // Rules look at leaves only; a field that holds other fields counts as absent, even for `exists`.
    const present = value !== undefined && !isRecord(value);
    // Of a list in the event, one element is enough.
    const values = Array.isArray(value) ? value : [value];
    return rules.some((rule) => values.some((element) => rule(element, present)));
  };
}

function compileRule(candidate: unknown): Rule {
  if (!isRecord(candidate)) return (value, present) => present && value === candidate;
  const [kind, ...others] = Object.keys(candidate);
  const make = kind === undefined || others.length > 0 ? undefined : rules[kind];
  if (kind === undefined || make === undefined) {
    throw new Error(`The local cloud does not know the filter rule ${JSON.stringify(candidate)}.`);
  }
  return make(candidate[kind]);
}

const rules: Record<string, (argument: unknown) => Rule> = {
  exists: (expected) => (_value, present) => present === expected,
  prefix: (prefix) => (value) => typeof value === 'string' && value.startsWith(String(prefix)),
  suffix: (suffix) => (value) => typeof value === 'string' && value.endsWith(String(suffix)),
  'equals-ignore-case': (text) => (value) =>
    typeof value === 'string' && value.toLowerCase() === String(text).toLowerCase(),
  'anything-but': (excluded) => {
    const inner = [excluded].flat().map(compileRule);
    return (value, present) => present && !inner.some((rule) => rule(value, present));
  },
  numeric: (argument) => {
    if (!Array.isArray(argument)) throw new Error('numeric in a filter pattern takes a list.');
    const comparisons: ((value: number) => boolean)[] = [];
    for (let index = 0; index < argument.length; index += 2)
      comparisons.push(compare(argument[index], argument[index + 1]));
    return (value) => typeof value === 'number' && comparisons.every((holds) => holds(value));
  },
};

function compare(operator: unknown, limit: unknown): (value: number) => boolean {
  if (typeof limit !== 'number') throw new Error(`${JSON.stringify(limit)} is no number to compare with.`);
  switch (operator) {
    case '=':
      return (value) => value === limit;
    case '<':
      return (value) => value < limit;
    case '<=':
      return (value) => value <= limit;
    case '>':
      return (value) => value > limit;
    case '>=':
      return (value) => value >= limit;
    default:
      throw new Error(`The local cloud does not know the comparison ${JSON.stringify(operator)}.`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
