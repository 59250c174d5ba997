import { dayOf } from '../calendar.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { newId } from '../identifiers.ts';
import type { Creator, CreatorShard, PayoutEntry } from '../store/items/creator.ts';
import type { Payout } from '../store/items/payout.ts';
import { creatorEntryKey, creatorKey } from '../store/keys.ts';
import { creatorPayoutKey, payoutKey } from '../store/payout-keys.ts';
import type { Write } from '../store/write.ts';
import type { PayoutPlan, PayoutTerms } from './decide-payout.ts';
import { type Due, payoutDue } from './due.ts';
import type { PayableCreator } from './payable-creator.ts';
import { payoutCurrency } from './payout-cash.ts';
import { approvalRequired } from './reasons.ts';
import { planTakes, type Take, takeFromShard } from './take-diamonds.ts';

/** Why a payout was not put: there is one with its id, or what it was decided from has changed. */
export type NotOpened = 'exists' | 'changed';

/** A creator's diamonds are held, and counted as paid out, in this shard. */
export const homeShard = 0;

export type OpenPayout = {
  payoutId: string;
  asked: string;
  requestedBy: string;
  runId?: string;
  now: Date;
};

export async function readTerms(catalog: Catalog, now: Date): Promise<PayoutTerms> {
  const [rates, payouts, switches] = await Promise.all([
    catalog.current('rates', now),
    catalog.current('payouts', now),
    catalog.current('switches', now),
  ]);
  return { rates, payouts, switches };
}

/** The payout that a plan makes, its diamonds held. */
export function describePayout(
  command: OpenPayout,
  plan: PayoutPlan,
  { rates, payouts }: PayoutTerms,
  creator: Creator,
): Payout {
  const { payoutId, asked, requestedBy, runId, now } = command;
  const { profile, approvalAboveMinor } = plan;
  const state = approvalAboveMinor === undefined ? 'requested' : 'awaiting_approval';
  const at = now.toISOString();
  return {
    payoutId,
    creatorId: creator.creatorId,
    asked,
    milliDiamonds: plan.milliDiamonds,
    grossMinor: plan.grossMinor,
    feeMinor: plan.feeMinor,
    netMinor: plan.netMinor,
    currency: payoutCurrency,
    ...(plan.owed > 0 && { owedMilliDiamonds: plan.owed }),
    method: profile.method,
    destination: profile.destination,
    ...(profile.destinationSince !== undefined && { destinationSince: profile.destinationSince }),
    ratesVersion: rates.version,
    feesVersion: payouts.version,
    state,
    ...(approvalAboveMinor !== undefined && { reason: approvalRequired(approvalAboveMinor, payoutCurrency) }),
    requestedBy,
    ...(runId !== undefined && { runId }),
    requestedAt: at,
    updatedAt: at,
    version: 1,
    ...payoutDue({ payoutId, state, method: profile.method, requestedAt: at, updatedAt: at }, now),
  };
}

/**
 * Holds the diamonds and puts the payout, all in one transaction: up to 64 shards, the entry, the payout, its line in the
 * creator's list and the profile with the use of the caps; DynamoDB allows 100. `nextDue` moves a schedule on with it.
 */
export function openingWrites(
  payout: Payout,
  { creator, shards }: PayableCreator,
  { plan, now, nextDue }: { plan: PayoutPlan; now: Date; nextDue?: Due },
): Write<NotOpened>[] {
  const today = dayOf(now);
  const takes = planTakes(shards, { amount: payout.milliDiamonds, today });
  return [
    ...putPayout(payout),
    ...withHomeShard(takes, shards, creator.creatorId).map((take) =>
      takeFromShard(
        take,
        take.shard.shard === homeShard ? { held: payout.milliDiamonds } : {},
        () => 'changed' as const,
      ),
    ),
    putHoldEntry(payout, takes, now),
    changeProfile(creator, { payoutUse: plan.use, ...nextDue }),
  ];
}

/** Home takes part wherever something is counted there: the diamonds held, and those owed. */
export function withHomeShard(takes: Take[], shards: CreatorShard[], creatorId: string): Take[] {
  if (takes.some(({ shard }) => shard.shard === homeShard)) return takes;
  const shard = shards.find((candidate) => candidate.shard === homeShard) ?? emptyHomeShard(creatorId);
  return [...takes, { shard, milliDiamonds: 0, maturedDays: [] }];
}

function emptyHomeShard(creatorId: string): CreatorShard {
  return {
    creatorId,
    shard: homeShard,
    available: 0,
    held: 0,
    paidOut: 0,
    lifetime: 0,
    owed: 0,
    maturing: {},
  };
}

/** The payout itself and its line in the creator's list. */
export function putPayout(payout: Payout): Write<NotOpened>[] {
  const { payoutId, creatorId, requestedAt } = payout;
  return [
    {
      put: { Item: { ...payoutKey(payoutId), ...payout }, ConditionExpression: 'attribute_not_exists(pk)' },
      failure: () => 'exists',
    },
    {
      put: { Item: { ...creatorPayoutKey({ creatorId, payoutId }), payoutId, creatorId, requestedAt } },
      failure: () => 'changed',
    },
  ];
}

function putHoldEntry(payout: Payout, takes: Take[], now: Date): Write<NotOpened> {
  const { payoutId, creatorId, milliDiamonds } = payout;
  const entry: PayoutEntry = {
    flow: 'payout_hold',
    entryId: newId(now),
    creatorId,
    shard: homeShard,
    at: now.toISOString(),
    payoutId,
    amounts: { milliDiamonds },
    taken: Object.fromEntries(takes.map((take) => [String(take.shard.shard), take.milliDiamonds])),
  };
  return {
    put: { Item: { ...creatorEntryKey(entry), ...entry }, ConditionExpression: 'attribute_not_exists(pk)' },
    failure: () => 'changed',
  };
}

/** Sets attributes of the profile, if it is still as it was read. */
export function changeProfile(
  { creatorId, version }: Creator,
  changes: Partial<Pick<Creator, 'payoutUse' | 'payoutHold' | 'dueBucket' | 'dueAt'>>,
): Write<'changed'> {
  const names = Object.keys(changes);
  const assignments = [...names.map((name) => `#${name} = :${name}`), '#version = #version + :one'];
  return {
    update: {
      Key: creatorKey(creatorId),
      ConditionExpression: '#version = :version',
      UpdateExpression: `SET ${assignments.join(', ')}`,
      ExpressionAttributeNames: {
        ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        '#version': 'version',
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [`:${name}`, value])),
        ':version': version,
        ':one': 1,
      },
    },
    failure: () => 'changed',
  };
}
