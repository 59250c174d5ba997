import { catalogDefaults } from '../../../shared/catalog/defaults.ts';
import { formatDiamonds } from '../../../shared/money/diamonds.ts';
import { scale } from '../../../shared/money/units.ts';
import type { Wallet } from '../../../shared/store/items/wallet.ts';
import type { GiftEntry } from '../../../shared/store/items/wallet-entry.ts';
import { spentCounters } from '../../../shared/users/balances.ts';
import type { Existing } from '../client-view.ts';
import { subjects } from '../history.ts';
import { bonusCampaign } from '../traffic/campaigns.ts';
import { requestOf } from '../traffic/gifts.ts';
import { blockOf, pricesIn } from '../traffic/prices.ts';
import type { World } from '../world.ts';
import { holdsBonus } from './judge-campaigns.ts';
import type { Snapshot } from './snapshot.ts';
import { type Spending, spendingsIn } from './spendings.ts';

/** Gifts and grants against what clients were told. Everything is credited by now, so entries tell all. */
export function judgeGifts(world: World, { wallets, walletEntries, recharges }: Snapshot): void {
  const { views } = world;
  const gifts = walletEntries.filter((entry) => entry.flow === 'gift');
  views.gifts.judge(new Map(gifts.map(existingGift)));
  const ofCampaign = new Set(recharges.filter(holdsBonus).map(({ rechargeId }) => `recharge-${rechargeId}`));
  for (const gift of gifts) judgeWorth(world, gift, ofCampaign);
  const byUser = Map.groupBy(spendingsIn(walletEntries), ({ userId }) => userId);
  for (const wallet of wallets) judgeCounters(world, wallet, byUser.get(wallet.userId) ?? []);
  const grants = walletEntries.filter((entry) => entry.flow === 'grant');
  views.grants.judge(
    new Map(
      grants.map(({ entryId, userId, amounts, reason }) => {
        const coins = amounts.promoCoins;
        const existing = { request: JSON.stringify({ userId, coins, reason }), content: JSON.stringify({ coins }) };
        return [subjects.grant(userId, entryId), existing];
      }),
    ),
  );
}

/** A gift is worth what the rates say that it keeps the version of, and that version was there when it was sent. */
function judgeWorth({ seed, history, timeline }: World, gift: GiftEntry, ofCampaign: ReadonlySet<string>): void {
  const { entryId, userId, milliDiamonds, unitPrice, quantity, versions, at, promo = {} } = gift;
  const block = blockOf(versions?.rates);
  const denominator =
    block === undefined ? catalogDefaults.rates.coinsPerDiamond : pricesIn(seed, block).coinsPerDiamond;
  const whole = scale(unitPrice * quantity, { numerator: 1000, denominator, rounding: 'down' });
  const lost = Object.entries(promo).reduce((sum, [lot, coins]) => sum + coins * (1 - worthOf(lot, ofCampaign)), 0);
  const worth = (whole * (unitPrice * quantity - lost)) / (unitPrice * quantity);
  const subject = subjects.gift(userId, entryId);
  if (!versions) history.violate(subject, 'does not say by which versions it was sent');
  // What promotional coins make and what bought ones make is rounded down, each by itself.
  if (lost === 0 ? milliDiamonds !== whole : milliDiamonds > worth + 0.001 || milliDiamonds <= worth - 2)
    history.violate(subject, `is worth ${formatDiamonds(milliDiamonds)}, which rates ${versions?.rates} do not say`);
  if (block !== undefined && timeline.startOf(block) > Date.parse(at))
    history.violate(subject, `was sent under rates ${versions?.rates} before those took effect`);
}

/** How much of a bought coin's diamonds a coin of a lot makes: what operators give makes none unless they say so. */
function worthOf(lot: string, ofCampaign: ReadonlySet<string>): number {
  if (!lot.startsWith('recharge-')) return 0;
  return ofCampaign.has(lot) ? bonusCampaign.worthBasisPoints / 10_000 : 1;
}

/** What was spent in the day, week and month in which anything was last; counters of earlier ones may be gone. */
function judgeCounters({ history }: World, { userId, spent }: Wallet, spendings: Spending[]): void {
  if (spendings.length === 0) return;
  const latest = Math.max(...spendings.map(({ at }) => at));
  for (const [period, counter] of Object.entries(spentCounters(new Date(latest)))) {
    const counted = spendings.filter(({ at }) => Object.values(spentCounters(new Date(at))).includes(counter));
    const coins = counted.reduce((sum, { coins, backCoins }) => sum + coins - backCoins, 0);
    if (spent[counter] !== coins)
      history.violate(
        subjects.wallet(userId),
        `counts ${spent[counter]} coins spent in the ${period} ${counter}, and it was ${coins}`,
      );
  }
}

function existingGift(entry: GiftEntry): [string, Existing] {
  const { entryId, userId, milliDiamonds, unitPrice, quantity, versions, at } = entry;
  const content = { coins: unitPrice * quantity, diamonds: formatDiamonds(milliDiamonds), sentAt: at, versions };
  const request = requestOf({ ...entry, senderId: userId });
  return [subjects.gift(userId, entryId), { request: JSON.stringify(request), content: JSON.stringify(content) }];
}
