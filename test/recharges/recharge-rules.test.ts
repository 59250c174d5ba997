import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { firstSwitches } from '../../shared/catalog/switches.ts';
import { changesOf } from '../../shared/ledger/postings.ts';
import { minor } from '../../shared/money/units.ts';
import { creditOf } from '../../shared/recharges/credit-wallet.ts';
import { disagreementOf, disagreementOfPaid } from '../../shared/recharges/judge-payment.ts';
import { quoteRecharge } from '../../shared/recharges/quote-recharge.ts';
import { rechargeTransitions } from '../../shared/recharges/states.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { RechargeState } from '../../shared/store/items/recharge.ts';
import type { Wallet } from '../../shared/store/items/wallet.ts';
import { mayTake, takeTransition } from '../../shared/store/state-machine.ts';
import { now, order, paid, wallet } from './examples.ts';

const amount = fc.nat({ max: 1_000_000_000 });
const state = fc.constantFrom(...RechargeState.options);

describe('the coins of a paid order', () => {
  it('all go somewhere: repaid debt and paid coins make up the coins, bonus coins stay promotional', () => {
    fc.assert(
      fc.property(amount, amount, amount, amount, (paidCoins, owed, coins, bonusCoins) => {
        const credit = creditOf(
          { ...wallet, paid: paidCoins, owed },
          { ...order, coins, bonusCoins },
          { now, bonusDays: 30 },
        );
        expect(credit.paid - paidCoins + (owed - credit.owed)).toBe(coins);
        expect(credit.owed).toBe(Math.max(0, owed - coins));
        expect((credit.promo ?? []).reduce((sum, lot) => sum + lot.coins, 0)).toBe(bonusCoins);
        expect(credit.guards?.includes('debt') ?? false).toBe(credit.owed > 0);
        expect(credit.guards?.includes('promo') ?? false).toBe(bonusCoins > 0);
      }),
    );
  });

  it('agree with the entry: its postings change the wallet by exactly what the wallet changed by', () => {
    fc.assert(
      fc.property(amount, amount, amount, (owed, coins, bonusCoins) => {
        const before = { ...wallet, owed };
        const credit = creditOf(before, { ...order, coins, bonusCoins }, { now, bonusDays: 30 });
        const changes = changesOf({ flow: 'recharge', amounts: credit.amounts, owner: 'ana', currency: 'USD' });
        const of = (account: string) =>
          changes.filter((change) => change.account === account).reduce((sum, change) => sum + change.amount, 0);
        expect(of('wallet.paid')).toBe(credit.paid - before.paid);
        expect(of('wallet.owed')).toBe(before.owed - credit.owed);
        expect(of('wallet.promo')).toBe(bonusCoins);
        expect(of('provider.stripe')).toBe(order.priceMinor);
      }),
    );
  });

  it('leave the promotional lots that are there as they are, and the age guard where it belongs', () => {
    const lot = { lotId: 'lot', coins: 5, expiresAt: '2026-12-01T00:00:00.000Z' };
    const { adultOn: _, ...ageless } = { ...wallet, promo: [lot] };
    const credit = creditOf(ageless, order, { now, bonusDays: 30 });
    expect(credit.promo).toEqual([lot]);
    expect(credit.guards).toEqual(['age', 'promo']);
  });
});

describe('the comparison of a payment with its order', () => {
  it('finds nothing wrong with the payment that was asked for, noted or not', () => {
    const { paymentId: _, ...unnoted } = order;
    expect(disagreementOfPaid(order, paid)).toBeUndefined();
    expect(disagreementOfPaid(unnoted, paid)).toBeUndefined();
  });

  it('accepts no other amount', () => {
    fc.assert(
      fc.property(amount, amount, (asked, received) => {
        fc.pre(asked !== 1299 || received !== 1299);
        const other = { ...paid, amountMinor: minor(asked), amountReceivedMinor: minor(received) };
        expect(disagreementOfPaid(order, other)).toBe('amount_differs');
      }),
    );
  });

  it('does not ask a declined attempt to have brought money', () => {
    expect(disagreementOf(order, { ...paid, amountReceivedMinor: minor(0) })).toBeUndefined();
  });
});

const page = await readFile(new URL('../../docs/recharge-states.md', import.meta.url), 'utf8');

describe('the states of a recharge', () => {
  it('are drawn and explained as they are', () => {
    const edges = Object.entries(rechargeTransitions).flatMap(([name, { from, to }]) =>
      from.map((start) => `${start} --> ${to}: ${name}`),
    );
    const drawn = [...page.matchAll(/^ {4}(\w+ --> \w+: \w+)$/gm)].map(([, edge]) => edge);
    expect(drawn.toSorted()).toEqual(edges.toSorted());
    const explained = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    for (const name of RechargeState.options) expect(explained).toContain(name);
  });

  it('never leave paid, and can be paid from all others', () => {
    fc.assert(
      fc.property(state, (from) => {
        expect(mayTake(rechargeTransitions.pay, from)).toBe(from !== 'paid');
        expect(mayTake(rechargeTransitions.expire, from)).toBe(from === 'pending' || from === 'failed');
        expect(mayTake(rechargeTransitions.fail, from)).toBe(from === 'pending' || from === 'failed');
      }),
    );
  });

  it('make the condition of their write from the list itself', () => {
    expect(takeTransition(rechargeTransitions.fail)).toEqual({
      condition: '#state IN (:fromState0, :fromState1)',
      assignment: '#state = :toState',
      names: { '#state': 'state' },
      values: { ':fromState0': 'pending', ':fromState1': 'failed', ':toState': 'failed' },
    });
  });
});

describe('the quote', () => {
  const packages = { version: '7', effectiveAt: now.toISOString(), value: catalogDefaults.packages };
  const switches = { ...packages, value: catalogDefaults.switches };
  const offInFrance = { ...switches, value: { ...firstSwitches, regions: { FR: { recharges: false } } } };
  const command = {
    rechargeId: order.rechargeId,
    userId: 'ana',
    packageId: 'us-app-1000',
    channel: 'app',
    provider: 'stripe',
  } as const;

  it('is refused in the documented order when several reasons hold', () => {
    const reasons: [string, Wallet | undefined, Partial<typeof command> | { packageId: string }][] = [
      ['user_not_found', undefined, { packageId: 'none' }],
      ['wallet_frozen', { ...wallet, status: 'frozen', adultOn: '2030-01-01', region: 'FR' }, { packageId: 'none' }],
      ['age_restricted', { ...wallet, adultOn: '2030-01-01', region: 'FR' }, { packageId: 'none' }],
      ['region_not_served', { ...wallet, region: 'FR' }, { packageId: 'none' }],
      ['package_not_found', wallet, { packageId: 'none' }],
    ];
    for (const [code, of, change] of reasons)
      expect(quoteRecharge({ ...command, ...change }, { wallet: of, packages, switches, now })).toMatchObject({ code });
    const french = { ...wallet, region: 'FR' };
    const [underAge, grownUp] = [{ ...french, adultOn: '2030-01-01' }, french].map((of) =>
      quoteRecharge(command, { wallet: of, packages, switches: offInFrance, now }),
    );
    expect(underAge).toMatchObject({ code: 'age_restricted' });
    expect(grownUp).toMatchObject({ code: 'switched_off', facts: { region: 'FR', switch: 'recharges' } });
  });

  it('sells from the day on which the user is old enough, in UTC', () => {
    const of = { ...wallet, adultOn: '2026-11-22' };
    const lastMoment = new Date('2026-11-21T23:59:59.999Z');
    expect(quoteRecharge(command, { wallet: of, packages, switches, now: lastMoment })).toMatchObject({
      code: 'age_restricted',
    });
    expect(
      isRefusal(quoteRecharge(command, { wallet: of, packages, switches, now: new Date('2026-11-22T00:00:00.000Z') })),
    ).toBe(false);
  });

  it('keeps the version of the catalogue that it was made from', () => {
    expect(quoteRecharge(command, { wallet, packages, switches, now })).toMatchObject({
      catalogVersion: '7',
      priceMinor: 1299,
      coins: 1000,
    });
  });
});
