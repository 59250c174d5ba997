import type { Creator } from '../store/items/creator.ts';
import { parseCreator } from '../store/items/creator.ts';
import { type Payout, type PayoutReason, parsePayout } from '../store/items/payout.ts';
import { creatorKey } from '../store/keys.ts';
import { payoutKey } from '../store/payout-keys.ts';
import { readItem, readItems } from '../store/read.ts';
import { takeTransition } from '../store/state-machine.ts';
import type { Item, Table } from '../store/table.ts';
import type { Write } from '../store/write.ts';
import { payoutDue } from './due.ts';
import { changeProfile } from './open-payout.ts';
import { useGivenBack } from './payout-use.ts';
import { diamondWrites } from './return-diamonds.ts';
import { type PayoutTransition, type PayoutTransitionName, payoutTransitions } from './states.ts';

/** What a move may set besides the state. */
export type MoveDetails = {
  /** Replaces the reason; without one, none is left. */
  reason?: PayoutReason;
  approvedBy?: string;
  approvedAt?: string;
  declinedBy?: string;
  batchId?: string;
  sentAlone?: true;
  providerBatchId?: string;
  providerItemId?: string;
  providerState?: string;
};

export type PayoutMove = {
  transition: PayoutTransitionName;
  details?: MoveDetails;
  /** Only if nothing at all happened to the payout since it was read. */
  exactVersion?: boolean;
  now: Date;
};

/**
 * What kept a payout from moving: it is in another state by now, with or without its diamonds, or the creator's profile has
 * changed. Diamonds that are missing although the payout is where it was would be an error in the books.
 */
export type NotMoved = 'payout_changed' | 'profile_changed' | 'diamonds_missing';

/**
 * The writes that move a payout, in one transaction: its state under the condition of the transition, the diamonds that
 * belong to it with their entry, and, when it did not happen after all, its part of the caps.
 */
export async function movingWrites(ledger: Table, payout: Payout, move: PayoutMove): Promise<Write<NotMoved>[]> {
  const { flow }: PayoutTransition = payoutTransitions[move.transition];
  const state: Write<NotMoved> = { update: stateUpdate(payout, move), failure: () => 'payout_changed' };
  if (flow === undefined) return [state];
  const reason = move.details?.reason?.code ?? move.transition;
  const diamonds = diamondWrites<NotMoved>(payout, { flow, reason, now: move.now }, () => 'diamonds_missing');
  return [state, ...diamonds, ...(flow === 'payout_paid' ? [] : await givingBackUse(ledger, payout))];
}

/** The update of the payout alone, for moves of no diamonds. */
export function stateUpdate(payout: Payout, { transition, details = {}, exactVersion = false, now }: PayoutMove) {
  const { to, leavesBatch }: PayoutTransition = payoutTransitions[transition];
  const taken = takeTransition<Payout['state']>(payoutTransitions[transition]);
  const isNewState = payout.state !== to;
  const updatedAt = isNewState ? now.toISOString() : payout.updatedAt;
  const due = payoutDue({ ...payout, ...details, state: to, updatedAt }, now);
  const set: Item = { ...details, ...due, ...(isNewState && { updatedAt }) };
  const remove = [
    ...(details.reason ? [] : ['reason']),
    ...(leavesBatch ? ['batchId'] : []),
    ...(due ? [] : ['dueBucket', 'dueAt']),
  ];
  const names = [...Object.keys(set), ...remove];
  const assignments = [
    taken.assignment,
    '#version = #version + :one',
    ...Object.keys(set).map((name) => `#${name} = :${name}`),
  ];
  return {
    Key: payoutKey(payout.payoutId),
    ConditionExpression: exactVersion ? `${taken.condition} AND #version = :version` : taken.condition,
    UpdateExpression: `SET ${assignments.join(', ')}${remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : ''}`,
    ExpressionAttributeNames: {
      ...taken.names,
      '#version': 'version',
      ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ...taken.values,
      ':one': 1,
      ...(exactVersion && { ':version': payout.version }),
      ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
    },
  };
}

async function givingBackUse(ledger: Table, payout: Payout): Promise<Write<NotMoved>[]> {
  const creator = await readCreatorOf(ledger, payout);
  const payoutUse = useGivenBack(creator.payoutUse, payout);
  return payoutUse ? [{ ...changeProfile(creator, { payoutUse }), failure: () => 'profile_changed' }] : [];
}

/** The payouts as they stand now, in the order of their ids; ids of none are left out. */
export async function readPayouts(ledger: Table, payoutIds: readonly string[]): Promise<Payout[]> {
  const found = (await readItems(ledger, payoutIds.map(payoutKey))).map(parsePayout);
  const byId = new Map(found.map((payout) => [payout.payoutId, payout]));
  return payoutIds.flatMap((payoutId) => byId.get(payoutId) ?? []);
}

export async function readCreatorOf(ledger: Table, { payoutId, creatorId }: Payout): Promise<Creator> {
  const item = await readItem(ledger, creatorKey(creatorId));
  if (!item) throw new Error(`The payout ${payoutId} belongs to the creator ${creatorId}, who does not exist.`);
  return parseCreator(item);
}

/** Holds only if nothing of the creator's profile, hold or use of the caps has changed since it was read. */
export function creatorIsStill({ creatorId, version }: Creator): Write<'profile_changed'> {
  return {
    check: {
      Key: creatorKey(creatorId),
      ConditionExpression: '#version = :version',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':version': version },
    },
    failure: () => 'profile_changed',
  };
}

/** Whether the move may be decided anew from what is there now. */
export function assertMoveIsRepeatable({ payoutId }: Payout, failures: readonly string[]): void {
  if (failures.every((failure) => failure === 'diamonds_missing'))
    throw new Error(`The diamonds of payout ${payoutId} are not where its state says.`);
}
