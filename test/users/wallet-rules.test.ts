import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { agreeOnGuardian } from '../../shared/guardians/agree-on-guardian.ts';
import { setGuardianRules } from '../../shared/guardians/set-guardian-rules.ts';
import { newId } from '../../shared/identifiers.ts';
import { auditLedger } from '../../shared/ledger/audit/audit-ledger.ts';
import { grantCoins } from '../../shared/operations/grant-coins.ts';
import { setWalletStatus } from '../../shared/operations/set-wallet-status.ts';
import { isRefusal } from '../../shared/refusals.ts';
import type { Limits } from '../../shared/store/items/wallet-rules.ts';
import { getWallet } from '../../shared/users/get-wallet.ts';
import { setLimits } from '../../shared/users/set-limits.ts';
import { register, type World } from '../support/people.ts';
import { buyCoins, creditAndPrune, expire, newRuledWorld, refundCoins, tip } from '../support/wallet-rules.ts';
import { WalletModel } from './wallet-model.ts';

const start = new Date('2026-11-20T22:00:00.000Z');
const cap = { day: 2_500, week: 6_000, month: 9_000 };
const bonus = { coins: 1_000, bonus: 100, worth: 1 };

const someLimits: fc.Arbitrary<Limits> = fc
  .record(
    {
      perGift: fc.integer({ min: 0, max: 900 }),
      day: fc.integer({ min: 0, max: 2_000 }),
      week: fc.integer({ min: 0, max: 4_000 }),
      month: fc.integer({ min: 0, max: 5_000 }),
    },
    { requiredKeys: [] },
  )
  .map((limits) => limits as Limits);

/** Worth is in halves of a paid coin's. */
const command = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('gift' as const), coins: fc.integer({ min: 1, max: 800 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('buy' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('grant' as const),
      coins: fc.integer({ min: 1, max: 300 }),
      days: fc.integer({ min: 1, max: 6 }),
      worth: fc.integer({ min: 0, max: 2 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('limit' as const), limits: someLimits }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('guard' as const), limits: someLimits }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refund' as const), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('freeze' as const), isFrozen: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(1, 2, 11, 24, 71) }) },
);
type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

type Play = { world: World; userId: string; model: WalletModel };

/** Does one thing in the product and in the model; what the two say to it must be the same. */
async function perform({ world, userId, model }: Play, step: Command): Promise<void> {
  // Each thing has a moment of its own, so that purchases and changes have an order.
  model.now += 1_000;
  const now = new Date(model.now);
  switch (step.do) {
    case 'gift': {
      const sent = await tip(world, { userId, coins: step.coins, now });
      const expected = model.gift(step.coins);
      const seen = isRefusal(sent) ? { code: sent.code } : { code: 'done', milliDiamonds: sent.gift.milliDiamonds };
      return expect(seen).toEqual(expected);
    }
    case 'buy':
      if (model.isFrozen) return;
      return model.buy(await buyCoins(world, { userId, now }), bonus);
    case 'grant': {
      const { coins, days, worth } = step;
      const grantId = newId(now);
      const lot = { expiresAfterDays: days, worthBasisPoints: worth * 5_000 };
      await grantCoins(world, { userId, grantId, coins, ...lot, reason: 'test', caller: 'op', now });
      return model.grant(grantId, step);
    }
    case 'limit':
      await setLimits(world, { userId, limits: step.limits, caller: 'app', now });
      return model.setOwn(step.limits);
    case 'guard': {
      const rules = { purchases: 'allowed', limits: step.limits } as const;
      await setGuardianRules(world.ledger, { userId, guardianId: 'gia', ...rules, caller: 'app', now });
      model.guardian = step.limits;
      return;
    }
    case 'refund': {
      const purchase = model.purchases[step.which];
      if (!purchase || purchase.isBack) return;
      await refundCoins(world, { rechargeId: purchase.id, now });
      return model.refund(purchase);
    }
    case 'freeze':
      model.isFrozen = step.isFrozen;
      await setWalletStatus(world.ledger, {
        ...({ userId, status: step.isFrozen ? 'frozen' : 'active', reason: 'test', caller: 'op', now } as const),
      });
      return;
    case 'settle':
      await creditAndPrune(world, userId, now);
      await expire(world, now);
      model.expire();
      return;
    case 'wait':
      model.now += step.hours * 3_600_000;
  }
}

async function compare({ world, userId, model }: Play): Promise<void> {
  const wallet = await getWallet(world, { userId, now: new Date(model.now) });
  if (isRefusal(wallet)) throw new Error(wallet.code);
  const { paidCoins, promoCoins, owedCoins, limits } = wallet;
  expect({ paidCoins, promoCoins, owedCoins }).toEqual({
    paidCoins: model.paid,
    promoCoins: model.promo,
    owedCoins: model.owed,
  });
  const left = Object.values(limits).map((limit) => limit?.left ?? 0);
  expect(Math.min(...left, Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(Math.max(0, model.roomLeft()));
}

describe('A wallet with promotional coins, limits, a guardian, debt and refunds all at once', () => {
  it('does what a simple model of the rules says, whatever comes in whatever order, and its books balance', async () => {
    const world = await newRuledWorld(start, { spending: { ...catalogDefaults.spending, default: cap } }, 5_000);
    await register(world, 'gia', start);
    let plays = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 10, maxLength: 30 }), async (steps) => {
        plays += 1;
        const userId = `player-${plays}`;
        await register(world, userId, start);
        const link = { userId, guardianId: 'gia', agrees: true, caller: 'app', now: start };
        for (const by of ['ward', 'guardian'] as const) await agreeOnGuardian(world.ledger, { ...link, by });
        const play = { world, userId, model: new WalletModel(start.getTime(), cap) };
        for (const step of [{ do: 'buy' } as const, ...steps, { do: 'settle' } as const]) {
          await perform(play, step);
          await compare(play);
        }
      }),
      { numRuns: 8, interruptAfterTimeLimit: 12_000 },
    );
    const { differences, sums } = await auditLedger(world.ledger);
    expect({ differences, sums }).toEqual({ differences: [], sums: { USD: 0, coin: 0, diamond: 0 } });
  });
});
