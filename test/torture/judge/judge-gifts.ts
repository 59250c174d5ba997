import { formatDiamonds } from '../../../shared/money/diamonds.ts';
import { scale } from '../../../shared/money/units.ts';
import type { Wallet } from '../../../shared/store/items/wallet.ts';
import type { GiftEntry } from '../../../shared/store/items/wallet-entry.ts';
import { spentCounters } from '../../../shared/users/balances.ts';
import type { Existing } from '../client-view.ts';
import { subjects } from '../history.ts';
import { requestOf } from '../traffic/gifts.ts';
import { ratesInUse } from '../traffic/prices.ts';
import type { World } from '../world.ts';
import type { Snapshot } from './snapshot.ts';

/** Gifts and grants against what clients were told. Everything is credited by now, so entries tell all. */
export function judgeGifts(world: World, { wallets, walletEntries }: Snapshot): void {
  const { history, views } = world;
  const gifts = walletEntries.filter((entry) => entry.flow === 'gift');
  views.gifts.judge(new Map(gifts.map(existingGift)));
  for (const { entryId, userId, milliDiamonds, unitPrice, quantity } of gifts) {
    const worth = ratesInUse.map((denominator) =>
      scale(unitPrice * quantity, { numerator: 1000, denominator, rounding: 'down' }),
    );
    if (!worth.includes(milliDiamonds))
      history.violate(subjects.gift(userId, entryId), `is worth ${formatDiamonds(milliDiamonds)}, which no rate says`);
  }
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
  const { entryId, userId, milliDiamonds, unitPrice, quantity, at } = entry;
  const content = { coins: unitPrice * quantity, diamonds: formatDiamonds(milliDiamonds), sentAt: at };
  const request = requestOf({ ...entry, senderId: userId });
  return [subjects.gift(userId, entryId), { request: JSON.stringify(request), content: JSON.stringify(content) }];
}
