/** One place in which a value differs from the one before: without `from` it is new there, without `to` it is gone. */
export type Change = { at: string; from?: unknown; to?: unknown };

/**
 * In what two values of one kind differ, by the place in them. What is whole new or gone is one change. Packages and gifts are
 * told apart by their ids, so that one that is put in between is the only change.
 */
export function differences(from: unknown, to: unknown, at = ''): Change[] {
  if (from === undefined || to === undefined)
    return from === to ? [] : [{ at, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
  const [before, after] = [partsOf(from), partsOf(to)];
  if (before && after) {
    const names = new Set([...before.parts.keys(), ...after.parts.keys()]);
    const inside = [...names].flatMap((name) =>
      differences(before.parts.get(name), after.parts.get(name), at === '' ? name : `${at}.${name}`),
    );
    return before.ordered && after.ordered ? [...orderChange(before.parts, after.parts, at), ...inside] : inside;
  }
  return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ at, from, to }];
}

type Parts = { parts: Map<string, unknown>; ordered: boolean };

/** A list counts as one value, unless each of its elements has an id of its own. */
function partsOf(value: unknown): Parts | undefined {
  if (Array.isArray(value)) {
    const parts = new Map(value.map((element) => [idOf(element) ?? '', element] as const));
    return value.length > 0 && parts.size === value.length && !parts.has('') ? { parts, ordered: true } : undefined;
  }
  return typeof value === 'object' && value !== null
    ? { parts: new Map(Object.entries(value)), ordered: false }
    : undefined;
}

function idOf(element: unknown): string | undefined {
  const { packageId, code } = (element ?? {}) as { packageId?: string; code?: string };
  return packageId ?? code;
}

/** What both have, in another order: packages and gifts are shown in that of their list. */
function orderChange(before: Parts['parts'], after: Parts['parts'], at: string): Change[] {
  const common = (one: Parts['parts'], other: Parts['parts']) => [...one.keys()].filter((name) => other.has(name));
  const [from, to] = [common(before, after), common(after, before)];
  return from.join() === to.join() ? [] : [{ at: `${at} (order)`, from, to }];
}

/** Where `sent` has fields that its schema did not take: a slip in an optional field's name would go unnoticed. */
export function unknownFields(sent: unknown, parsed: unknown, at = ''): string[] {
  if (typeof sent !== 'object' || sent === null) return [];
  return Object.entries(sent).flatMap(([name, value]) => {
    const place = at === '' ? name : `${at}.${name}`;
    const taken = (parsed as Record<string, unknown>)[name];
    return taken === undefined && value !== undefined ? [place] : unknownFields(value, taken, place);
  });
}
