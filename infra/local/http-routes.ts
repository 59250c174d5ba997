/** A route of the HTTP API, as its key says: `POST /v1/gifts`, `ANY /v1/{proxy+}` or `$default`. */
export interface Route<Target> {
  routeKey: string;
  target: Target;
}

export interface RouteMatch<Target> {
  route: Route<Target>;
  pathParameters: Record<string, string>;
}

interface Pattern<Target> {
  route: Route<Target>;
  method: string;
  segments: string[];
}

/** Lower is chosen first, compared segment by segment: a fixed text before a parameter before a greedy parameter. */
const rankOf = (segment: string | undefined) =>
  segment === undefined ? 0 : isGreedy(segment) ? 3 : isParameter(segment) ? 2 : 1;

/** Makes the function that finds a request's route with API Gateway's precedence: the most specific route wins. */
export function createRouter<Target>(routes: Route<Target>[]) {
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  const patterns = routes
    .filter((route) => route !== fallback)
    .map(parse)
    .sort(compare);

  return (method: string, path: string): RouteMatch<Target> | undefined => {
    const segments = split(path).map(decode);
    for (const pattern of patterns) {
      if (pattern.method !== 'ANY' && pattern.method !== method) continue;
      const pathParameters = match(pattern.segments, segments);
      if (pathParameters !== undefined) return { route: pattern.route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}

/** The path with its percent-encoding undone, as HTTP APIs hand it to functions. */
export function decodePath(path: string): string {
  return path.split('/').map(decode).join('/');
}

function parse<Target>(route: Route<Target>): Pattern<Target> {
  const [method, path, ...others] = route.routeKey.split(' ');
  if (method === undefined || path?.startsWith('/') !== true || others.length > 0) {
    throw new Error(`The local cloud does not know the route key "${route.routeKey}".`);
  }
  return { route, method, segments: split(path) };
}

function compare(one: Pattern<unknown>, other: Pattern<unknown>): number {
  const length = Math.max(one.segments.length, other.segments.length);
  for (let index = 0; index < length; index++) {
    const difference = rankOf(one.segments[index]) - rankOf(other.segments[index]);
    if (difference !== 0) return difference;
  }
  return Number(one.method === 'ANY') - Number(other.method === 'ANY');
}

function match(pattern: string[], segments: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index];
    if (actual === undefined) return undefined;
    if (isGreedy(expected)) return { ...parameters, [expected.slice(1, -2)]: segments.slice(index).join('/') };
    if (isParameter(expected)) parameters[expected.slice(1, -1)] = actual;
    else if (expected !== actual) return undefined;
    if (isParameter(expected) && actual === '') return undefined;
  }
  return pattern.length === segments.length ? parameters : undefined;
}

function split(path: string): string[] {
  return path.split('/').slice(1);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A stray percent sign is not an encoding and stands for itself.
    return segment;
  }
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{') && segment.endsWith('}');
}

function isGreedy(segment: string): boolean {
  return segment.startsWith('{') && segment.endsWith('+}');
}
