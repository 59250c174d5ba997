/** Works on so many values at once, group after group, and tells how each ended, in their order. */
export async function inGroups<Value, Result>(
  values: Value[],
  size: number,
  work: (value: Value) => Promise<Result>,
): Promise<PromiseSettledResult<Result>[]> {
  const outcomes: PromiseSettledResult<Result>[] = [];
  for (let start = 0; start < values.length; start += size)
    outcomes.push(...(await Promise.allSettled(values.slice(start, start + size).map(work))));
  return outcomes;
}
