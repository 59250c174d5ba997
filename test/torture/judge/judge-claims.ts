import { scale } from '../../../shared/money/units.ts';
import { exposureOf } from '../../../shared/recharges/claims.ts';
import { moneyOf, nothingBack, type Recharge } from '../../../shared/store/items/recharge.ts';
import type { WalletEntry } from '../../../shared/store/items/wallet-entry.ts';
import type { BookedPayment } from '../books/booked-payment.ts';
import { subjects } from '../history.ts';
import type { World } from '../world.ts';
import type { Snapshot } from './snapshot.ts';

/** What providers gave back or may give back must be what the orders say, and the coins must be where that wants them. */
export function judgeClaims(world: World, { recharges, walletEntries }: Snapshot, books: BookedPayment[]): void {
  const { history } = world;
  const payments = new Map(books.map((payment) => [`${payment.provider} ${payment.paymentId}`, payment]));
  const ended = endedByLot(walletEntries);
  for (const order of recharges.filter(({ state }) => state === 'paid')) {
    const { rechargeId, provider, paymentId } = order;
    const subject = subjects.recharge(rechargeId);
    const { gone = 0, atStake = 0 } = payments.get(`${provider} ${paymentId}`) ?? {};
    const known = exposureOf(order);
    if (known.goneMinor !== gone || known.atStakeMinor !== atStake)
      history.violate(subject, `knows of ${JSON.stringify(known)}, and ${provider} of ${gone} and ${atStake}`);
    if ((order.back?.minor ?? 0) !== gone)
      history.violate(subject, `gave ${order.back?.minor ?? 0} back, and ${provider} ${gone}`);
    judgeCoins(world, order, { gone, atStake, ended: ended.get(`recharge-${rechargeId}`) ?? 0 });
  }
}

/** Promotional coins that ended unspent. */
function endedByLot(entries: WalletEntry[]): Map<string, number> {
  const ended = new Map<string, number>();
  for (const entry of entries)
    if (entry.flow === 'expiry')
      for (const [lot, coins] of Object.entries(entry.promo)) ended.set(lot, (ended.get(lot) ?? 0) + coins);
  return ended;
}

type Wanted = { gone: number; atStake: number; ended: number };

/**
 * Coins of money that is gone are taken or owed, to the coin; those of money at stake are frozen as far as they are there. A bonus that had ended
 * unspent before that was not spent, and is not owed: it counts first for what must be gone. What was taken before it ended stays taken.
 */
function judgeCoins({ history }: World, order: Recharge, { gone, atStake, ended }: Wanted): void {
  const subject = subjects.recharge(order.rechargeId);
  const back = order.back ?? nothingBack;
  const kinds = [
    { name: 'coins', forgiven: 0, sold: order.coins, out: back.takenCoins + back.owedCoins, frozen: back.frozenCoins },
    {
      name: 'bonus coins',
      forgiven: ended,
      sold: order.bonusCoins,
      out: back.takenPromoCoins + back.owedPromoCoins,
      frozen: back.frozenPromoCoins,
    },
  ];
  for (const { name, sold, out, frozen, forgiven } of kinds) {
    const most = shareOf(order, sold, gone);
    const least = Math.max(0, most - forgiven);
    const mostFrozen = shareOf(order, sold, gone + atStake) - out;
    if (out < least || out > most)
      history.violate(subject, `has ${out} ${name} taken or owed, and from ${least} to ${most} must be`);
    if (frozen > mostFrozen) history.violate(subject, `has ${frozen} ${name} frozen, and at most ${mostFrozen} may be`);
  }
}

function shareOf(order: Recharge, coins: number, minor: number): number {
  const { minor: whole } = moneyOf(order);
  return minor >= whole ? coins : scale(coins, { numerator: minor, denominator: whole, rounding: 'down' });
}
