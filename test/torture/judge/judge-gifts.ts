import { catalogDefaults } from '../../../shared/catalog/defaults.ts';
import { formatDiamonds } from '../../../shared/money/diamonds.ts';
import { scale } from '../../../shared/money/units.ts';
import type { Wallet } from '../../../shared/store/items/wallet.ts';
import type { GiftEntry } from '../../../shared/store/items/wallet-entry.ts';
import { spentCounters } from '../../../shared/users/balances.ts';
import type { Existing } from '../client-view.ts';
import { subjects } from '../history.ts';
import { requestOf } from '../traffic/gifts.ts';
import { blockOf, pricesIn } from '../traffic/prices.ts';
import type { World } from '../world.ts';
import type { Snapshot } from './snapshot.ts';

/** Gifts and grants against what clients were told. Everything is credited by now, so entries tell all. */
export function judgeGifts(world: World, { wallets, walletEntries }: Snapshot): void {
  const { views } = world;
  const gifts = walletEntries.filter((entry) => entry.flow === 'gift');
  views.gifts.judge(new Map(gifts.map(existingGift)));
  for (const gift of gifts) judgeWorth(world, gift);
  const bySender = Map.groupBy(gifts, ({ userId }) => userId);
  for (const wallet of wallets) judgeCounters(world, wallet, bySender.get(wallet.userId) ?? []);
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
function judgeWorth({ seed, history, timeline }: World, gift: GiftEntry): void {
  const { entryId, userId, milliDiamonds, unitPrice, quantity, versions, at } = gift;
  const block = blockOf(versions?.rates);
  const denominator =
    block === undefined ? catalogDefaults.rates.coinsPerDiamond : pricesIn(seed, block).coinsPerDiamond;
  const worth = scale(unitPrice * quantity, { numerator: 1000, denominator, rounding: 'down' });
  const subject = subjects.gift(userId, entryId);
  if (!versions) history.violate(subject, 'does not say by which versions it was sent');
  if (milliDiamonds !== worth)
    history.violate(subject, `is worth ${formatDiamonds(milliDiamonds)}, which rates ${versions?.rates} do not say`);
  if (block !== undefined && timeline.startOf(block) > Date.parse(at))
    history.violate(subject, `was sent under rates ${versions?.rates} before those took effect`);
}

/** What was spent in the day, week and month of the latest gift; counters of earlier ones may be gone. */
function judgeCounters({ history }: World, { userId, spent }: Wallet, gifts: GiftEntry[]): void {
  const latest = gifts
    .map(({ at }) => at)
    .toSorted()
    .at(-1);
  if (latest === undefined) return;
  for (const [period, counter] of Object.entries(spentCounters(new Date(latest)))) {
    const counted = gifts.filter(({ at }) => Object.values(spentCounters(new Date(at))).includes(counter));
    const coins = counted.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0);
    if (spent[counter] !== coins)
      history.violate(
        subjects.wallet(userId),
        `counts ${spent[counter]} coins spent in the ${period} ${counter}, and its gifts come to ${coins}`,
      );
  }
}

function existingGift(entry: GiftEntry): [string, Existing] {
  const { entryId, userId, milliDiamonds, unitPrice, quantity, versions, at } = entry;
  const content = { coins: unitPrice * quantity, diamonds: formatDiamonds(milliDiamonds), sentAt: at, versions };
  const request = requestOf({ ...entry, senderId: userId });
  return [subjects.gift(userId, entryId), { request: JSON.stringify(request), content: JSON.stringify(content) }];
}
