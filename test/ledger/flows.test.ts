import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accounts } from '../../shared/ledger/accounts.ts';
import { Books } from '../../shared/ledger/audit/books.ts';
import { assertFlows, type Flow, flows } from '../../shared/ledger/flows.ts';
import { assetName, changesOf, type Movement } from '../../shared/ledger/postings.ts';
import { largestAmount } from '../../shared/money/units.ts';

const flowNames = Object.keys(flows) as Flow[];

const movement: fc.Arbitrary<Movement> = fc.constantFrom(...flowNames).chain((flow) => {
  const names = flows[flow].map(({ amount }) => amount);
  const amounts = fc.record(
    Object.fromEntries(names.map((name) => [name, fc.integer({ min: 0, max: largestAmount })])),
  );
  return fc.record({
    flow: fc.constant(flow),
    amounts,
    owner: fc.constantFrom('a', 'b'),
    currency: fc.constantFrom('USD', 'JPY'),
  });
});

describe('the money map', () => {
  it('sums to zero per asset, whatever moves', () => {
    fc.assert(
      fc.property(fc.array(movement, { maxLength: 20 }), (movements) => {
        const books = new Books();
        for (const one of movements) books.enter(one);
        expect(Object.values(books.sums()).every((sum) => sum === 0)).toBe(true);
      }),
    );
  });

  it('sums to zero for each owner and asset taken as one movement', () => {
    fc.assert(
      fc.property(movement, (one) => {
        const sums = new Map<string, number>();
        for (const change of changesOf(one))
          sums.set(assetName(change), (sums.get(assetName(change)) ?? 0) + change.amount);
        expect([...sums.values()].every((sum) => sum === 0)).toBe(true);
      }),
    );
  });

  it('has no way from coins to cash, from diamonds to coins, or from a wallet to a wallet', () => {
    const assetsOf = (flow: Flow) =>
      new Set(flows[flow].flatMap(({ from, to }) => [accounts[from].asset, accounts[to].asset]));
    // A payment for coins, its way back, and its coming again: cash moves between provider and platform only.
    const withCash: Flow[] = ['recharge', 'take_back', 'give_back'];
    for (const flow of flowNames) {
      expect(() => assertFlows({ [flow]: flows[flow] })).not.toThrow();
      if (!withCash.includes(flow)) expect(assetsOf(flow)).not.toEqual(new Set(['coin', 'cash']));
      expect(assetsOf(flow)).not.toEqual(new Set(['coin', 'diamond']));
    }
    expect(() => assertFlows({ transfer: [{ from: 'wallet.paid', to: 'wallet.promo', amount: 'x' }] })).toThrow(
      'joins two wallets',
    );
    expect(() => assertFlows({ cashing: [{ from: 'wallet.paid', to: 'platform.coin_sales', amount: 'x' }] })).toThrow(
      'changes the asset',
    );
    expect(() => assertFlows({ loop: [{ from: 'creator.held', to: 'creator.held', amount: 'x' }] })).toThrow(
      'goes nowhere',
    );
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses to move %d', (paidCoins) => {
    expect(() => changesOf({ flow: 'gift', owner: 'a', amounts: { paidCoins } })).toThrow(RangeError);
  });
});
