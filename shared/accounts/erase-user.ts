import { type Refusal, refuse } from '../refusals.ts';
import { closureKey, erasureKey } from '../store/account-keys.ts';
import { Contention, changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { type Erasure, parseErasure } from '../store/items/account.ts';
import { parseWallet } from '../store/items/wallet.ts';
import { dueBucketOf, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import { mayTake } from '../store/state-machine.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { eraseAll, erasePayouts, latestPayoutAt } from './erase-all.ts';
import { type ErasureObstacle, findErasureObstacles } from './erasure-obstacles.ts';
import { keptUntil } from './retention.ts';
import { erasureTransitions } from './states.ts';

export type EraseUser = { userId: string; erasureId: string; caller: string; now: Date };

export type Erased = { erasure: Erasure; replayed: boolean };

/** The request itself works for seconds; what it does not finish, the sweep does from then on. */
const sweptAfterMilliseconds = 120_000;
const workMilliseconds = 15_000;

/**
 * Erases what is known of a person whose account is closed and whose money is done with. It is asked for once and goes on until it is done: what this request does not finish
 * is finished by the sweep, and doing any of it twice changes nothing. The mark that it was done stays, and the id is not used again.
 */
export async function eraseUser(ledger: Table, command: EraseUser): Promise<Erased | Refusal> {
  const { userId } = command;
  const begun = await untilUnchanged(`The erasure of user ${userId}`, () => begin(ledger, command));
  if (!('erasure' in begun)) return begun;
  if (begun.erasure.state === 'erased') return begun;
  const end = Date.now() + workMilliseconds;
  const erasure = await carryOn(ledger, begun.erasure, { now: command.now, hasTime: () => Date.now() < end });
  return { ...begun, erasure };
}

async function begin(ledger: Table, command: EraseUser): Promise<Erased | Refusal | typeof changedMeanwhile> {
  const { userId, erasureId, caller, now } = command;
  const known = await readItem(ledger, erasureKey(userId));
  if (known) return { erasure: parseErasure(known), replayed: true };
  const item = await readItem(ledger, walletKey(userId));
  if (!item) return userNotFound(userId);
  const wallet = parseWallet(item);
  if (wallet.status !== 'closed') return notClosed(userId);
  const waitsFor = await findErasureObstacles(ledger, wallet);
  if (waitsFor.length > 0) return tooSoon(userId, waitsFor);
  const erasure: Erasure = {
    erasureId,
    userId,
    state: 'running',
    requestedBy: caller,
    requestedAt: now.toISOString(),
    version: 1,
    dueBucket: dueBucketOf({ kind: 'erasure', id: userId }),
    dueAt: new Date(now.getTime() + sweptAfterMilliseconds).toISOString(),
  };
  const written = await transact<'changed' | Refusal>(ledger, [
    {
      check: {
        Key: closureKey(userId),
        ConditionExpression: '#state = :closed',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':closed': 'closed' },
      },
      failure: () => notClosed(userId),
    },
    {
      put: { Item: { ...erasureKey(userId), ...erasure }, ConditionExpression: 'attribute_not_exists(pk)' },
      failure: () => 'changed',
    },
  ]);
  if (written.committed) return { erasure, replayed: false };
  const [failure] = written.failures;
  return failure === undefined || failure === 'changed' ? changedMeanwhile : failure;
}

type Work = { now: Date; hasTime: () => boolean };

/** Does what is left: everything at first; where payouts went, when the law does not ask for it any more. */
export async function carryOn(ledger: Table, erasure: Erasure, { now, hasTime }: Work): Promise<Erasure> {
  const { userId } = erasure;
  if (mayTake(erasureTransitions.finish, erasure.state)) {
    if (!(await eraseAll(ledger, { userId, caller: erasure.requestedBy, now, hasTime }))) return erasure;
    const latest = await latestPayoutAt(ledger, userId);
    const payoutsKeptUntil = latest && keptUntil(latest);
    const { dueBucket, dueAt: _due, ...rest } = erasure;
    return keep(ledger, erasure, {
      ...rest,
      state: erasureTransitions.finish.to,
      erasedAt: now.toISOString(),
      ...(payoutsKeptUntil !== undefined && { payoutsKeptUntil, dueBucket, dueAt: payoutsKeptUntil }),
    });
  }
  const { payoutsKeptUntil, dueBucket: _bucket, dueAt: _due, ...rest } = erasure;
  if (payoutsKeptUntil === undefined || payoutsKeptUntil > now.toISOString()) return erasure;
  // What was under way when the person was erased may have been paid long after.
  const latest = await latestPayoutAt(ledger, userId);
  const longer = latest && keptUntil(latest);
  if (longer && longer > now.toISOString())
    return keep(ledger, erasure, { ...erasure, payoutsKeptUntil: longer, dueAt: longer });
  if (!(await erasePayouts(ledger, { userId, hasTime }))) return erasure;
  return keep(ledger, erasure, { ...rest, payoutsKeptUntil, payoutsErasedAt: now.toISOString() });
}

async function keep(ledger: Table, before: Erasure, after: Erasure): Promise<Erasure> {
  const next = { ...after, version: before.version + 1 };
  const write: Write<'changed'> = {
    put: {
      Item: { ...erasureKey(before.userId), ...next },
      ConditionExpression: 'version = :before',
      ExpressionAttributeValues: { ':before': before.version },
    },
    failure: () => 'changed',
  };
  const written = await transact(ledger, [write]);
  if (written.committed) return next;
  throw new Contention(`The erasure of user ${before.userId} was carried on by another at the same time.`);
}

function notClosed(userId: string): Refusal {
  return refuse('state_conflict', 'The account must be closed first: POST /v1/users/{userId}/closure.', { userId });
}

function tooSoon(userId: string, waitsFor: ErasureObstacle[]): Refusal {
  const reasons = waitsFor.map(({ reason }) => reason).join(', ');
  return refuse('erasure_too_soon', `Money of the user is still to move: ${reasons}. Ask again when that is done.`, {
    userId,
    waitsFor,
  });
}
