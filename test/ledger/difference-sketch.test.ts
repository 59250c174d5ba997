import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DifferenceSketch } from '../../shared/ledger/audit/difference-sketch.ts';

describe('the sketch of differences', () => {
  it('tells the names and sums that are left, whatever else was added and taken away in any order', () => {
    const changes = fc.array(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: -1e12, max: 1e12 })));
    fc.assert(
      fc.property(changes, fc.integer({ min: 0, max: 500 }), (added, cancelled) => {
        const sketch = new DifferenceSketch();
        const sums = new Map<string, number>();
        for (let name = 0; name < cancelled; name++) sketch.add(`cancelled ${name}`, name + 1);
        for (const [name, amount] of added) {
          sketch.add(`left ${name}`, amount);
          sums.set(`left ${name}`, (sums.get(`left ${name}`) ?? 0) + amount);
        }
        for (let name = 0; name < cancelled; name++) sketch.add(`cancelled ${name}`, -name - 1);
        const { found, cellsLeft } = sketch.differences();
        const left = [...sums].filter(([, sum]) => sum !== 0);
        expect([...found].toSorted()).toEqual(left.toSorted());
        expect(cellsLeft).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it('tells two thousand names apart, and goes on from what was stored', () => {
    const sketch = new DifferenceSketch();
    const names = Array.from({ length: 2_000 }, (_, name) => `gift ${name} of a sender with a long name, Zoë or 美咲`);
    for (const name of names.slice(0, 1_000)) sketch.add(name, -7);
    const continued = new DifferenceSketch(JSON.parse(JSON.stringify(sketch)));
    for (const name of names.slice(1_000)) continued.add(name, 7);
    const { found, cellsLeft } = continued.differences();
    expect([...found.keys()].toSorted()).toEqual(names.toSorted());
    expect(cellsLeft).toBe(0);
  });

  it('says that there are differences when there are too many to tell apart', () => {
    const sketch = new DifferenceSketch();
    for (let name = 0; name < 20_000; name++) sketch.add(`name ${name}`, 1);
    expect(sketch.differences().cellsLeft).toBeGreaterThan(3_000);
  });
});
