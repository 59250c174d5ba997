import type { Recharge } from '../../../shared/store/items/recharge.ts';
import { subjects } from '../history.ts';
import { bonusCampaign, saleCampaign } from '../traffic/campaigns.ts';
import { blockOf, pricesIn } from '../traffic/prices.ts';
import type { World } from '../world.ts';
import { offerOf } from './offers.ts';
import type { Snapshot } from './snapshot.ts';

/** Whether an order has the campaign's bonus; one that was paid too late has lost it when others had taken the rest. */
export function holdsBonus({ campaigns = [], campaignsReleased = false, state }: Recharge): boolean {
  return campaigns.some(({ kind }) => kind === 'bonus') && !(campaignsReleased && state === 'paid');
}

/** Bonus and price of every order are those of the catalogue, and no campaign gave more than it had, to all or to one. */
export function judgeCampaigns(world: World, { recharges }: Snapshot): void {
  for (const order of recharges) judgeOrder(world, order);
  const bought = recharges.filter(({ state }) => state === 'paid');
  judgeBudget(world, bonusCampaign, {
    orders: bought.filter(holdsBonus),
    coinsOf: () => bonusCampaign.coins,
  });
  judgeBudget(world, saleCampaign, {
    orders: bought.filter(isOnSale),
    coinsOf: ({ packageId }) => Math.ceil((offerOf(packageId).coins * saleCampaign.discountBasisPoints) / 10_000),
  });
}

function isOnSale({ campaigns = [] }: Recharge): boolean {
  return campaigns.some(({ kind }) => kind === 'discount');
}

function judgeOrder({ seed, history }: World, order: Recharge): void {
  const { rechargeId, packageId, catalogVersion, bonusCoins, priceMinor, quantity = 1 } = order;
  const subject = subjects.recharge(rechargeId);
  const { coins, price } = offerOf(packageId);
  const block = blockOf(catalogVersion);
  const own = block === undefined || coins < 1_000 ? 0 : pricesIn(seed, block).bonusCoins;
  // A campaign gives its bonus once for an order; the other packages bring their own.
  const bonus = (holdsBonus(order) ? bonusCampaign.coins : own) + own * (quantity - 1);
  if (bonusCoins !== bonus) history.violate(subject, `has ${bonusCoins} bonus coins, and ${bonus} are its due`);
  const share = isOnSale(order) ? 10_000 - saleCampaign.discountBasisPoints : 10_000;
  const due = Math.ceil((price * share) / 10_000) * quantity;
  if (priceMinor !== due) history.violate(subject, `costs ${priceMinor}, and ${due} is its price`);
}

type Budget = { code: string; budgetCoins: number; timesPerUser: number };
type Given = { orders: Recharge[]; coinsOf: (order: Recharge) => number };

function judgeBudget({ history }: World, campaign: Budget, { orders, coinsOf }: Given): void {
  const { code, budgetCoins, timesPerUser } = campaign;
  const given = orders.reduce((sum, order) => sum + coinsOf(order), 0);
  if (given > budgetCoins)
    history.violate(subjects.campaign(code), `gave ${given} coins, and its budget was ${budgetCoins}`);
  for (const [userId, times] of Map.groupBy(orders, (order) => order.userId))
    if (times.length > timesPerUser)
      history.violate(
        subjects.campaign(code),
        `was had ${times.length} times by ${userId}, and ${timesPerUser} are allowed`,
      );
}
