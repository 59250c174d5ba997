import { daysAfter } from '../calendar.ts';
import type { Campaign, Campaigns } from '../catalog/campaign-schema.ts';
import {
  bonusCoinsOf,
  budgetCoinsOf,
  combinationsFor,
  discountedMinor,
  holdsIn,
  isOnPackage,
} from '../catalog/campaigns-of-package.ts';
import type { Channel } from '../catalog/schemas.ts';
import { isAppStore, type ProviderName } from '../providers/payment.ts';
import type { Wallet } from '../store/items/wallet.ts';
import { hasRoom, type Taken } from './campaign-use.ts';

/** Where and when somebody buys; without a provider, through any that lets us set the price. */
export type Occasion = { region: string; channel: Channel; provider?: ProviderName | undefined; now: Date };

/** Who buys: `hasBought` is whether a payment has brought coins before, and is only asked for where it matters. */
export type Buyer = { wallet: Wallet; hasBought: boolean };

/** Campaigns that are on there and then, whoever buys what. An app store sets its own price, which nobody can lower here. */
export function campaignsOn({ campaigns }: Campaigns, occasion: Occasion): Campaign[] {
  const at = occasion.now.toISOString();
  return campaigns
    .filter(({ enabled, from, until }) => enabled && from <= at && at < until)
    .filter((campaign) => holdsIn(campaign, occasion))
    .filter(({ kind }) => kind === 'bonus' || occasion.provider === undefined || !isAppStore(occasion.provider));
}

/** Those of the campaigns that are for this buyer. */
export function campaignsFor(campaigns: Campaign[], { wallet, hasBought }: Buyer, now: Date): Campaign[] {
  return campaigns.filter(({ eligibility: { firstPurchase, newUserDays } }) => {
    if (firstPurchase && hasBought) return false;
    if (newUserDays === undefined) return true;
    return now < daysAfter(new Date(wallet.openedAt), newUserDays);
  });
}

/** A package of a price list; `stepMinor` are the steps that a lower price of it comes in, and `isPayable` is whether its provider takes it. */
type Sold = {
  packageId: string;
  coins: number;
  bonusCoins: number;
  priceMinor: number;
  stepMinor: number;
  isPayable: (priceMinor: number) => boolean;
};

/**
 * The campaigns that an order of a package takes: of all combinations that may be in one order and that still have room, the
 * one that gives most coins, a lower price counted by the coins it is worth; of several, the first by their codes.
 */
export function chooseCampaigns(campaigns: Campaign[], sold: Sold, taken: ReadonlyMap<string, Taken>): Campaign[] {
  const worth = (campaign: Campaign) => budgetCoinsOf(campaign, sold.coins);
  const open = campaigns.filter((campaign) => {
    const state = taken.get(campaign.code);
    return (
      state && isOnPackage(campaign, sold) && givesMore(campaign, sold) && hasRoom(campaign, state, worth(campaign))
    );
  });
  const sum = (together: Campaign[]) => together.reduce((coins, campaign) => coins + worth(campaign), 0);
  const name = (together: Campaign[]) => together.map(({ code }) => code).join();
  const [best = []] = combinationsFor(open).toSorted(
    (one, other) => sum(other) - sum(one) || (name(one) < name(other) ? -1 : 1),
  );
  return best;
}

/**
 * A bonus that is no more than the package's own is none, nor is a price that rounding leaves as it was a lower one, or one that
 * is too low for the provider: the package is sold without it then.
 */
function givesMore(campaign: Campaign, sold: Sold): boolean {
  if (campaign.kind === 'bonus') return bonusCoinsOf(campaign, sold.coins) > sold.bonusCoins;
  const priceMinor = discountedMinor(campaign, sold);
  return priceMinor < sold.priceMinor && sold.isPayable(priceMinor);
}
