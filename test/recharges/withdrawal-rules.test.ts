import { describe, expect, it } from 'vitest';
import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import { bonusLotId } from '../../shared/recharges/bonus-lots.ts';
import { decideWithdrawal } from '../../shared/recharges/decide-withdrawal.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { nothingBack, type Recharge } from '../../shared/store/items/recharge.ts';
import { now, order, wallet } from './examples.ts';

const bonusExpiresAt = '2026-12-21T12:00:00.000Z';

/** 1,000 coins with a bonus of 100 for 12.99 dollars, by somebody who lives in Great Britain. */
const bought: Recharge = {
  ...order,
  region: 'GB',
  state: 'paid',
  bonusCoins: 100,
  inPaid: 1000,
  bonusExpiresAt,
  paidAt: now.toISOString(),
};

/** What the buyer gets back with so many bought and bonus coins in the wallet. */
function given(unspentCoins: number, bonusCoins: number, change: Partial<Recharge> = {}) {
  const promo = bonusCoins > 0 ? [{ lotId: bonusLotId(bought), coins: bonusCoins, expiresAt: bonusExpiresAt }] : [];
  const standing = { wallet: { ...wallet, paid: unspentCoins, promo }, unspentCoins };
  const rules = catalogDefaults.refunds;
  const amount = decideWithdrawal({ order: { ...bought, ...change }, standing, rules, now });
  return isRefusal(amount) ? amount.code : amount;
}

describe('a withdrawal from coins that came with a bonus', () => {
  it('gives the whole price back while nothing of either was spent, or of the bonus expired', () => {
    expect(given(1000, 100)).toBe(1299);
    expect(given(1000, 0, { bonusExpiredCoins: 100 })).toBe(1299);
  });

  it('sets bonus coins that were spent off against bought ones, as nobody would ever pay for them otherwise', () => {
    // 1299 × 900 ÷ 1000 and 1299 × 940 ÷ 1000.
    expect(given(1000, 0)).toBe(1169);
    expect(given(1000, 0, { bonusExpiredCoins: 40 })).toBe(1221);
    expect(given(100, 0)).toBe('nothing_to_withdraw');
  });

  it('sets each off once: what is frozen, taken back or owed already is no longer spent', () => {
    const back = { ...nothingBack, owedPromoCoins: 30, frozenPromoCoins: 20, takenPromoCoins: 10 };
    expect(given(1000, 40, { back })).toBe(1299);
  });
});
