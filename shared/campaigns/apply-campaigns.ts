import type { Campaign } from '../catalog/campaign-schema.ts';
import { bonusCoinsOf, budgetCoinsOf, discountedMinor } from '../catalog/campaigns-of-package.ts';
import type { Currency } from '../money/currency.ts';
import { minor } from '../money/units.ts';
import type { ProviderName } from '../providers/payment.ts';
import { canCharge, commonAmountStep } from '../providers/provider-amounts.ts';
import type { Recharge } from '../store/items/recharge.ts';
import { fullWorthBasisPoints } from '../store/items/wallet.ts';
import { chooseCampaigns } from './choose-campaigns.ts';
import type { OpenCampaigns } from './open-campaigns.ts';

/** A package as it is sold without any campaign. */
type Plain = {
  packageId: string;
  coins: number;
  bonusCoins: number;
  bonusWorthBasisPoints?: number | undefined;
  priceMinor: number;
};

/** What campaigns make of it, as an order keeps it. */
type Applied = Pick<Recharge, 'bonusCoins' | 'priceMinor' | 'listPriceMinor' | 'ownBonus' | 'campaigns'> &
  Pick<Recharge, 'bonusWorthBasisPoints' | 'bonusExpiresAfterDays'>;

/** How it is paid: through any provider where none is named. */
type Paid = { currency: Currency; provider?: ProviderName | undefined };

/** What becomes of a package by the campaigns that are open to its buyer; nothing where none applies. */
export function applyCampaigns(plain: Plain, { currency, provider }: Paid, open: OpenCampaigns): Partial<Applied> {
  const stepMinor = commonAmountStep(currency);
  const isPayable = (priceMinor: number) =>
    provider === undefined || canCharge(provider, { amountMinor: minor(priceMinor), currency });
  const chosen = chooseCampaigns(open.campaigns, { ...plain, stepMinor, isPayable }, open.taken);
  if (chosen.length === 0) return {};
  const campaigns = chosen.map((campaign) => ({
    code: campaign.code,
    kind: campaign.kind,
    coins: budgetCoinsOf(campaign, plain.coins),
    version: open.version,
  }));
  return Object.assign({ campaigns }, ...chosen.map((campaign) => applyOne(campaign, { ...plain, stepMinor })));
}

function applyOne(campaign: Campaign, plain: Plain & { stepMinor: number }): Partial<Applied> {
  if (campaign.kind === 'discount')
    return { priceMinor: discountedMinor(campaign, plain), listPriceMinor: plain.priceMinor };
  const { bonusCoins: coins, bonusWorthBasisPoints: worthBasisPoints = fullWorthBasisPoints } = plain;
  return {
    bonusCoins: bonusCoinsOf(campaign, plain.coins),
    bonusWorthBasisPoints: campaign.worthBasisPoints,
    bonusExpiresAfterDays: campaign.expiresAfterDays,
    ownBonus: { coins, worthBasisPoints },
  };
}
