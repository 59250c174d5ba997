import { isDeepStrictEqual } from 'node:util';
import { newId } from '../identifiers.ts';
import { count } from '../observability.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { type Creator, parseCreator } from '../store/items/creator.ts';
import type { Payout, PayoutReason } from '../store/items/payout.ts';
import type { PayoutBatch } from '../store/items/payout-batch.ts';
import { creatorKey } from '../store/keys.ts';
import { payoutBatchKey } from '../store/payout-keys.ts';
import { readItems } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { ownChange } from './four-eyes.ts';
import { standingProblem } from './judge-profile.ts';
import { assertMoveIsRepeatable, creatorIsStill, movingWrites, readPayouts, stateUpdate } from './move-payout.ts';
import { payoutReason } from './reasons.ts';

/** A transaction has room for 100 items: the batch, and for each payout its own item and its creator's profile. */
export const mostInBatch = 49;

/** A batch whose call is to be made, with its payouts in its order. */
export type Sending = { batch: PayoutBatch; payouts: Payout[] };

/** A payout that changed under so many attempts is left out, so that the others can go. */
const mostMisses = 2;

/**
 * Puts those of the payouts that are still to be sent into one new batch, and commits with it that the provider is about to be
 * called: from here on, nobody sends them otherwise. Each payout, and the profile of its creator, is looked at once more, and
 * is part of the write, so that none can change in between. Whoever may no longer be paid is stopped.
 * Nothing when there is nothing left to send. Of one method and currency; at most `mostInBatch`.
 */
export async function beginBatch(
  ledger: Table,
  { payoutIds, now }: { payoutIds: readonly string[]; now: Date },
): Promise<Sending | undefined> {
  const misses = new Map<string, number>();
  return untilUnchanged('The payouts of a batch or their creators', async () => {
    const tried = payoutIds.filter((payoutId) => (misses.get(payoutId) ?? 0) < mostMisses);
    const payouts = (await readPayouts(ledger, tried)).filter(({ state }) => state === 'requested');
    const creators = await readCreators(ledger, payouts);
    const sound = await stopUnsound(ledger, payouts, { creators, now });
    const [first] = sound;
    if (!first) return undefined;
    const batch = describeBatch(sound, first.method, now);
    const written = await transact(ledger, beginningWrites(batch, sound, { creators, now }));
    if (written.committed) return { batch, payouts: sound.map((payout) => inBatch(payout, batch)) };
    for (const { payoutId } of written.failures.flat()) misses.set(payoutId, (misses.get(payoutId) ?? 0) + 1);
    return changedMeanwhile;
  });
}

type Circumstances = { creators: Map<string, Creator>; now: Date };

async function readCreators(ledger: Table, payouts: Payout[]): Promise<Map<string, Creator>> {
  const ids = [...new Set(payouts.map(({ creatorId }) => creatorId))];
  const creators = (await readItems(ledger, ids.map(creatorKey))).map(parseCreator);
  return new Map(creators.map((creator) => [creator.creatorId, creator]));
}

function describeBatch(payouts: Payout[], method: Payout['method'], now: Date): PayoutBatch {
  const at = now.toISOString();
  return {
    batchId: newId(now),
    method,
    payoutIds: payouts.map(({ payoutId }) => payoutId),
    state: 'sending',
    createdAt: at,
    attemptedAt: at,
    version: 1,
  };
}

function inBatch(payout: Payout, { batchId }: PayoutBatch): Payout {
  return { ...payout, state: 'submitting', batchId, version: payout.version + 1 };
}

/** A failure names the payouts that it is about. */
function beginningWrites(batch: PayoutBatch, payouts: Payout[], { creators, now }: Circumstances): Write<Payout[]>[] {
  const details = { batchId: batch.batchId };
  const moves = payouts.map((payout): Write<Payout[]> => {
    const update = stateUpdate(payout, { transition: 'submit', details, exactVersion: true, now });
    return { update, failure: () => [payout] };
  });
  // An item can be in a transaction once, and a creator can have several payouts in a batch.
  const ofCreator = Map.groupBy(payouts, ({ creatorId }) => creatorId);
  const checks = [...ofCreator].map(([creatorId, theirs]): Write<Payout[]> => {
    return { ...creatorIsStill(creatorOf(creators, creatorId)), failure: () => theirs };
  });
  return [putBatch(batch, () => []), ...moves, ...checks];
}

export function putBatch<Failure>(batch: PayoutBatch, failure: () => Failure): Write<Failure> {
  const Item = { ...payoutBatchKey(batch.batchId), ...batch };
  return { put: { Item, ConditionExpression: 'attribute_not_exists(pk)' }, failure };
}

function creatorOf(creators: Map<string, Creator>, creatorId: string): Creator {
  const creator = creators.get(creatorId);
  if (!creator) throw new Error(`There are payouts of the creator ${creatorId}, who does not exist.`);
  return creator;
}

/** Stops the payouts that may no longer be sent, and gives the others. One that changed meanwhile is neither. */
async function stopUnsound(ledger: Table, payouts: Payout[], { creators, now }: Circumstances): Promise<Payout[]> {
  const sound: Payout[] = [];
  for (const payout of payouts) {
    const reason = sendingProblem(payout, creatorOf(creators, payout.creatorId), now);
    if (reason) await stop(ledger, payout, { reason, now });
    else sound.push(payout);
  }
  return sound;
}

async function stop(
  ledger: Table,
  payout: Payout,
  { reason, now }: { reason: PayoutReason; now: Date },
): Promise<void> {
  const writes = await movingWrites(ledger, payout, { transition: 'stop', details: { reason }, now });
  const written = await transact(ledger, writes);
  if (written.committed) count('PayoutsFailed');
  else assertMoveIsRepeatable(payout, written.failures);
}

/** Everything that may have changed while the payout waited; `destinationSince` tells of changes there and back as well. */
function sendingProblem(payout: Payout, creator: Creator, now: Date): PayoutReason | undefined {
  const { destination, destinationSince, approvedBy } = payout;
  const standing = standingProblem(creator, now);
  if (standing) return standing;
  const { payoutProfile: profile } = creator;
  const isSame =
    isDeepStrictEqual(destination, profile?.destination) &&
    (destinationSince === undefined || destinationSince === profile?.destinationSince);
  if (!isSame) return payoutReason('destination_changed');
  return approvedBy !== undefined && ownChange(creator, approvedBy) ? payoutReason('approval_void') : undefined;
}
