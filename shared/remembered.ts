import { isRefusal } from './refusals.ts';

const rememberedMilliseconds = 1_000;
const mostRemembered = 10_000;

/**
 * Reads what a whole live may look at, and remembers it for a second: the items of a fan or a creator lie beside the wallet and the
 * profile that gifts need, and a partition gives 3,000 units of reads a second. What is not there is not remembered.
 */
export function remembered<Wanted extends { now: Date }, Value>(
  nameOf: (wanted: Wanted) => string,
  read: (wanted: Wanted) => Promise<Value>,
): (wanted: Wanted) => Promise<Value> {
  const known = new Map<string, { value: Value; until: number }>();
  return async (wanted) => {
    const [name, now] = [nameOf(wanted), wanted.now.getTime()];
    const found = known.get(name);
    if (found && now < found.until) return found.value;
    const value = await read(wanted);
    if (value === undefined || isRefusal(value)) return value;
    if (known.size >= mostRemembered) known.clear();
    known.set(name, { value, until: now + rememberedMilliseconds });
    return value;
  };
}
