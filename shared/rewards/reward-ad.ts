import { dayOf } from '../calendar.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { AdPlacement } from '../catalog/reward-schema.ts';
import { newId } from '../identifiers.ts';
import type { RefusalCode } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { type AdCount, type AdReward, parseAdCount } from '../store/items/reward.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import { adCountKey, adRewardKey } from '../store/reward-keys.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { refuseUser } from '../users/guards.ts';
import type { AdView } from './ad-view.ts';
import { payReward } from './pay-reward.ts';

/** Why an ad that was watched brings nothing: a rule says no, or the catalogue or the ledger does not know what it names. */
type UnrewardedReason =
  | 'no_user'
  | 'unknown_placement'
  | 'switched_off'
  | 'region'
  | 'daily_cap_reached'
  | Extract<
      RefusalCode,
      'user_not_found' | 'account_closed' | 'age_check_required' | 'age_restricted' | 'spending_paused'
    >;

export type AdOutcome = { rewarded: true; replayed: boolean } | { rewarded: false; reason: UnrewardedReason };

type Stores = { ledger: Table; catalog: Catalog };

/**
 * Rewards an ad that was watched, once for each transaction of its network: the mark, the day's count, the coins and the statement are one
 * transaction. The count is written only as one more than it was read, so that no day has more than its cap, however many come at once.
 * @throws Contention when the wallet changed on every attempt.
 */
export async function rewardAd({ ledger, catalog }: Stores, view: AdView, now: Date): Promise<AdOutcome> {
  const { version, value } = await catalog.current('ads', now);
  const placement = value.placements.find(({ code, adMobUnits = [] }) =>
    'placement' in view.shownIn ? code === view.shownIn.placement : adMobUnits.includes(view.shownIn.adMobUnit),
  );
  const { userId } = view;
  return untilUnchanged(`The wallet that ${view.transactionId} of ${view.network} rewards`, async () => {
    if (await readItem(ledger, adRewardKey(view))) return { rewarded: true, replayed: true };
    if (userId === undefined) return unrewarded('no_user');
    if (!placement) return unrewarded('unknown_placement');
    const item = await readItem(ledger, walletKey(userId));
    if (!item) return unrewarded('user_not_found');
    const wallet = parseWallet(item);
    const reason = closedTo(placement, wallet, now);
    if (reason) return unrewarded(reason);
    const before = await readCount(ledger, { userId, placement: placement.code });
    const count = nextCount(before, { userId, placement: placement.code, day: dayOf(now) });
    if (count.count > placement.perUserPerDay) return unrewarded('daily_cap_reached');
    const writes = writesOf(view, { placement, catalogVersion: version, wallet, before, count, now });
    const written = await transact(ledger, writes);
    return written.committed ? { rewarded: true, replayed: false } : changedMeanwhile;
  });
}

function unrewarded(reason: UnrewardedReason): AdOutcome {
  return { rewarded: false, reason };
}

/** A frozen wallet gets its reward, as it gets grants. */
function closedTo({ enabled, regions }: AdPlacement, wallet: Wallet, now: Date): UnrewardedReason | undefined {
  if (wallet.status === 'closed') return 'account_closed';
  if (!enabled) return 'switched_off';
  if (regions !== undefined && !regions.includes(wallet.region)) return 'region';
  // These are all that it refuses with.
  return refuseUser(wallet, now)?.code as UnrewardedReason | undefined;
}

async function readCount(ledger: Table, place: { userId: string; placement: string }): Promise<AdCount | undefined> {
  const item = await readItem(ledger, adCountKey(place));
  return item && parseAdCount(item);
}

/** With one more; a clock that is behind counts in the day that has begun for others. */
function nextCount(before: AdCount | undefined, { day, ...place }: Omit<AdCount, 'count'>): AdCount {
  if (!before || before.day < day) return { ...place, day, count: 1 };
  return { ...before, count: before.count + 1 };
}

type Attempt = {
  placement: AdPlacement;
  catalogVersion: string;
  wallet: Wallet;
  before: AdCount | undefined;
  count: AdCount;
  now: Date;
};

function writesOf(
  { network, transactionId }: AdView,
  { placement, catalogVersion, wallet, before, count, now }: Attempt,
): Write<'changed'>[] {
  const { code, coins, expiresAfterDays, worthBasisPoints } = placement;
  const { userId } = wallet;
  const entryId = newId(now);
  const source = { type: 'ad', placement: code, network, transactionId, countedOn: count.day } as const;
  const paid = payReward(wallet, { entryId, coins, expiresAfterDays, worthBasisPoints, source, catalogVersion, now });
  const reward: AdReward = { network, transactionId, userId, entryId, at: now.toISOString() };
  return [
    {
      put: { Item: { ...adRewardKey(reward), ...reward }, ConditionExpression: 'attribute_not_exists(pk)' },
      failure: () => 'changed',
    },
    writeCount(before, count),
    ...paid.writes,
  ];
}

function writeCount(before: AdCount | undefined, count: AdCount): Write<'changed'> {
  const condition = before
    ? {
        ConditionExpression: '#day = :day AND #count = :count',
        ExpressionAttributeNames: { '#day': 'day', '#count': 'count' },
        ExpressionAttributeValues: { ':day': before.day, ':count': before.count },
      }
    : { ConditionExpression: 'attribute_not_exists(pk)' };
  return { put: { Item: { ...adCountKey(count), ...count }, ...condition }, failure: () => 'changed' };
}
