import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changesOf } from '../../shared/ledger/postings.ts';
import { minor } from '../../shared/money/units.ts';
import type { Claim, ClaimReport } from '../../shared/providers/payment.ts';
import { bonusLotId } from '../../shared/recharges/bonus-lots.ts';
import { type Claims, exposureOf, mergeReport } from '../../shared/recharges/claims.ts';
import { decideTakingBack } from '../../shared/recharges/decide-taking-back.ts';
import { nothingBack, type Recharge } from '../../shared/store/items/recharge.ts';
import type { Wallet } from '../../shared/store/items/wallet.ts';
import { now, order, wallet } from './examples.ts';

const priceMinor = 1299;
const bonusExpiresAt = '2026-12-21T12:00:00.000Z';
const bought: Recharge = {
  ...order,
  state: 'paid',
  bonusCoins: 70,
  inPaid: 1000,
  bonusExpiresAt,
  paidAt: now.toISOString(),
};
const afterBuying: Wallet = {
  ...wallet,
  paid: 1000,
  promo: [{ lotId: bonusLotId(bought), coins: 70, expiresAt: bonusExpiresAt }],
};

/** What happens to a wallet with one purchase: news of its claims, coins that are spent, and a debt that is repaid. */
type Step = { report: ClaimReport } | { spend: number } | { repay: number };

const at = fc.integer({ min: 0, max: 5 }).map((second) => `2026-11-21T12:00:0${second}.000Z`);
const amountMinor = fc.integer({ min: 1, max: 1500 }).map(minor);

function claimWith<Kind extends Claim['kind'], State extends string>(kind: Kind, states: readonly State[]) {
  const claimId = fc.constantFrom('1', '2').map((number) => `${kind}_${number}`);
  return fc.record({ kind: fc.constant(kind), claimId, state: fc.constantFrom(...states), amountMinor, at });
}

const report: fc.Arbitrary<ClaimReport> = fc.oneof(
  claimWith('refund', ['requested', 'pending', 'succeeded', 'failed'] as const).map((claim) => ({ claim })),
  claimWith('dispute', ['open', 'won', 'lost'] as const).map((claim) => ({ claim })),
  claimWith('warning', ['open'] as const).map((claim) => ({ claim })),
  amountMinor.map((refundedMinor) => ({ refundedMinor })),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: report.map((one) => ({ report: one })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 600 }).map((coins) => ({ spend: coins })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 600 }).map((coins) => ({ repay: coins })) },
);

type State = { order: Recharge; wallet: Wallet };
const start: State = { order: bought, wallet: afterBuying };

function take(state: State, one: Step): State {
  if ('spend' in one) return spend(state, one.spend);
  if ('repay' in one)
    return { ...state, wallet: { ...state.wallet, owed: Math.max(0, state.wallet.owed - one.repay) } };
  return settle({ ...state, order: { ...state.order, ...mergeReport(state.order, one.report) } });
}

/** Promotional coins go first, as in a gift; a wallet that owes sends none. */
function spend({ order, wallet }: State, coins: number): State {
  if (wallet.owed > 0) return { order, wallet };
  const lots = wallet.promo ?? [];
  const fromPromo = Math.min(
    coins,
    lots.reduce((sum, lot) => sum + lot.coins, 0),
  );
  const left = lots.map((lot) => ({ ...lot, coins: lot.coins - fromPromo })).filter((lot) => lot.coins > 0);
  const { promo: _, ...rest } = wallet;
  const paid = wallet.paid - Math.min(coins - fromPromo, wallet.paid);
  return { order, wallet: { ...rest, paid, ...(left.length > 0 && { promo: left }) } };
}

function settle({ order, wallet }: State): State {
  const taking = decideTakingBack({ order, wallet, unspentCoins: Math.min(wallet.paid, order.inPaid ?? 0), now });
  if (!taking) return { order, wallet };
  const { guards: _, promo: __, ...rest } = wallet;
  const after = { ...rest, ...taking.balances };
  expect(changeOf(after, wallet)).toEqual(movedBy(taking.movements));
  return { order: { ...order, back: taking.back, inPaid: taking.inPaid }, wallet: after };
}

function sheetOf({ paid, owed, frozen = 0, promo = [] }: Wallet): Record<string, number> {
  const promoCoins = promo.reduce((sum, lot) => sum + lot.coins, 0);
  return { 'wallet.paid': paid, 'wallet.owed': -owed, 'wallet.frozen': frozen, 'wallet.promo': promoCoins };
}

function changeOf(after: Wallet, before: Wallet): Record<string, number> {
  const was = sheetOf(before);
  return Object.fromEntries(Object.entries(sheetOf(after)).map(([name, value]) => [name, value - (was[name] ?? 0)]));
}

/** What the lines of the statement say, by the money map. */
function movedBy(movements: NonNullable<ReturnType<typeof decideTakingBack>>['movements']): Record<string, number> {
  const sums: Record<string, number> = { 'wallet.paid': 0, 'wallet.owed': 0, 'wallet.frozen': 0, 'wallet.promo': 0 };
  for (const { flow, amounts } of movements)
    for (const { account, amount } of changesOf({ flow, amounts, owner: 'ana', currency: 'USD' }))
      if (account in sums) sums[account] = (sums[account] ?? 0) + amount;
  return sums;
}

function shuffled<Value>(values: Value[], keys: number[]): Value[] {
  return values
    .map((value, position) => ({ value, key: keys[position] ?? 0 }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

describe('taking back', () => {
  it('changes the wallet by what its lines say, leaves nothing negative, and accounts for every coin that is gone', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const { order, wallet } = steps.reduce(take, start);
        const { back, inPaid = 0 } = order;
        for (const balance of [wallet.paid, wallet.owed, wallet.frozen ?? 0, inPaid, ...Object.values(back ?? {})])
          expect(balance).toBeGreaterThanOrEqual(0);
        for (const { coins } of wallet.promo ?? []) expect(coins).toBeGreaterThan(0);
        expect(wallet.paid).toBeLessThanOrEqual(inPaid);
        if (!back) return;
        const { goneMinor } = exposureOf(order);
        const gone = (coins: number) =>
          goneMinor >= priceMinor ? coins : Math.floor((coins * goneMinor) / priceMinor);
        expect(back.takenCoins + back.owedCoins).toBe(gone(1000));
        expect(back.takenPromoCoins + back.owedPromoCoins).toBe(gone(70));
        expect(wallet.frozen ?? 0).toBe(back.frozenCoins + back.frozenPromoCoins);
      }),
      { numRuns: 3000 },
    );
  });

  it('has nothing left to do once it is done', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const { order, wallet } = settle(steps.reduce(take, start));
        const unspentCoins = Math.min(wallet.paid, order.inPaid ?? 0);
        expect(decideTakingBack({ order, wallet, unspentCoins, now })).toBeUndefined();
      }),
    );
  });

  it('comes to the same end in whatever order the same news arrives, and however often', () => {
    const keys = fc.array(fc.integer(), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(fc.array(report, { maxLength: 8 }), keys, (reports, order) => {
        const inOrder = reports.map((one) => ({ report: one }));
        const again = shuffled([...inOrder, ...inOrder], order);
        const [first, second] = [inOrder.reduce(take, start), again.reduce(take, start)];
        expect(sheetOf(second.wallet)).toEqual(sheetOf(first.wallet));
        expect(second.order.back ?? nothingBack).toEqual(first.order.back ?? nothingBack);
        expect(second.order.claims ?? {}).toEqual(first.order.claims ?? {});
      }),
      { numRuns: 2000 },
    );
  });

  it('gives all coins back when in the end no money is gone and none was spent', () => {
    fc.assert(
      fc.property(fc.array(report, { maxLength: 8 }), (reports) => {
        const end = reports.map((one) => ({ report: one })).reduce(take, start);
        const { goneMinor, atStakeMinor } = exposureOf(end.order);
        fc.pre(goneMinor === 0 && atStakeMinor === 0);
        expect(sheetOf(end.wallet)).toEqual(sheetOf(afterBuying));
      }),
    );
  });
});

describe('a refund that we ask for ourselves', () => {
  const asked: Claim = {
    kind: 'refund',
    claimId: 'withdrawal-1',
    state: 'requested',
    amountMinor: minor(500),
    at: '2026-11-21T12:00:00.900Z',
  };
  const merged = (...reports: ClaimReport[]) => reports.reduce<Claims>(mergeReport, {});

  it('is at stake until the provider speaks of it, whichever clock is ahead', () => {
    expect(exposureOf({ ...order, ...merged({ claim: asked }) })).toEqual({ goneMinor: 0, atStakeMinor: 500 });
    const told: Claim = { ...asked, kind: 'refund', state: 'succeeded', at: '2026-11-21T12:00:00.000Z' };
    for (const claims of [merged({ claim: asked }, { claim: told }), merged({ claim: told }, { claim: asked })])
      expect(exposureOf({ ...order, ...claims })).toEqual({ goneMinor: 500, atStakeMinor: 0 });
  });

  it('is counted once when the running total tells of it first', () => {
    const claims = merged({ claim: asked }, { refundedMinor: minor(500) });
    expect(exposureOf({ ...order, ...claims })).toEqual({ goneMinor: 500, atStakeMinor: 0 });
  });
});
