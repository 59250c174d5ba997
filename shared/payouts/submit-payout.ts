import { isDeepStrictEqual } from 'node:util';
import { minor } from '../money/units.ts';
import { count, logger } from '../observability.ts';
import { Contention, changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import type { Creator } from '../store/items/creator.ts';
import { type Payout, type PayoutReason, parsePayout } from '../store/items/payout.ts';
import { payoutKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, updateIf } from '../store/write.ts';
import { ownChange } from './four-eyes.ts';
import { standingProblem } from './judge-profile.ts';
import { assertMoveIsRepeatable, creatorIsStill, movingWrites, readCreatorOf, stateUpdate } from './move-payout.ts';
import { type PayoutProviders, providerOf, type SendingOutcome } from './payout-provider.ts';
import { payoutReason, providerReason } from './reasons.ts';

export type SubmitPayout = { payoutId: string; now: Date };

type Stores = { ledger: Table; providers: PayoutProviders };

/** PayPal knows a batch id again for 30 days; a payout that was first sent longer ago than this is not sent again. */
const sentAgainForDays = 25;

/**
 * For this long after a call whose outcome is unknown, the refusal of the next one proves nothing: PayPal may still be taking
 * the first in. Later it would know that batch, and say so instead of refusing.
 */
const provenUnsentAfterSeconds = 3600;

/**
 * Sends a payout to PayPal. May be repeated and run twice at once: every call names the payout's id as the batch, which
 * PayPal pays once.
 * @throws ProviderOutcomeUnknown and PayoutNotTaken when the message must come back.
 */
export async function submitPayout({ ledger, providers }: Stores, { payoutId, now }: SubmitPayout): Promise<void> {
  const attempt = await beginAttempt(ledger, payoutId, now);
  if (!attempt) return;
  const provider = await providerOf(providers, attempt.payout.method);
  const outcome = await provider.send({ batchId: payoutId, payouts: [describeItem(attempt.payout)] });
  if (outcome.kind === 'refused') return settleRefusal(ledger, attempt, outcome, now);
  const details = { providerBatchId: outcome.reference };
  const { applied } = await updateIf(ledger, stateUpdate(attempt.payout, { transition: 'acknowledge', details, now }));
  // The provider's news may have been faster than its answer, and have moved the payout on already.
  logger.info('payout submitted', { payoutId, outcome: outcome.kind, applied });
}

/** PayPal would not take the payout now; an operator or time must change something first. */
export class PayoutNotTaken extends Error {
  override readonly name = 'PayoutNotTaken';
}

/** One call that is about to be made, and when the one before it was; nothing when there can have been none. */
type Attempt = { payout: Payout; previousAt: string | undefined };

/** Commits that the provider is about to be called; nothing when there is nothing to send. */
async function beginAttempt(ledger: Table, payoutId: string, now: Date): Promise<Attempt | undefined> {
  return untilUnchanged(`The payout ${payoutId} or its creator`, async () => {
    const item = await readItem(ledger, payoutKey(payoutId));
    if (!item) throw new Error(`There is no payout ${payoutId}.`);
    const payout = parsePayout(item);
    if (payout.state !== 'requested' && payout.state !== 'submitting') return undefined;
    const begun =
      payout.state === 'requested' ? await beginFirst(ledger, payout, now) : await beginAgain(ledger, payout, now);
    if (begun === 'stopped') return undefined;
    if (begun) return begun;
    return changedMeanwhile;
  });
}

/** Checks once more who is paid and where; the profile is part of the write, so that it cannot change in between. */
async function beginFirst(ledger: Table, payout: Payout, now: Date): Promise<Attempt | 'stopped' | undefined> {
  const creator = await readCreatorOf(ledger, payout);
  const problem = sendingProblem(payout, creator, now);
  if (problem) return stop(ledger, payout, { reason: problem, now });
  const details = { attemptedAt: now.toISOString() };
  const update = stateUpdate(payout, { transition: 'submit', details, exactVersion: true, now });
  const written = await transact(ledger, [{ update, failure: () => 'payout_changed' }, creatorIsStill(creator)]);
  const submitting = { ...payout, state: 'submitting' as const, version: payout.version + 1 };
  return written.committed ? { payout: submitting, previousAt: undefined } : undefined;
}

async function stop(ledger: Table, payout: Payout, { reason, now }: { reason: PayoutReason; now: Date }) {
  const written = await transact(
    ledger,
    await movingWrites(ledger, payout, { transition: 'stop', details: { reason }, now }),
  );
  if (written.committed) {
    count('PayoutsFailed');
    return 'stopped';
  }
  assertMoveIsRepeatable(payout, written.failures);
  return undefined;
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

/** Money may be on its way already, so nothing is checked again: the same call is made, or none. */
async function beginAgain(ledger: Table, payout: Payout, now: Date): Promise<Attempt | undefined> {
  const days = (now.getTime() - Date.parse(payout.updatedAt)) / 86_400_000;
  if (days > sentAgainForDays)
    throw new Error(
      `The outcome of payout ${payout.payoutId} is unknown for ${sentAgainForDays} days: ask PayPal by hand.`,
    );
  const move = {
    transition: 'resubmit',
    details: { attemptedAt: now.toISOString() },
    exactVersion: true,
    now,
  } as const;
  const updated = await updateIf(ledger, stateUpdate(payout, move));
  return updated.applied ? { payout: parsePayout(updated.item), previousAt: payout.attemptedAt } : undefined;
}

function describeItem({ payoutId, destination, netMinor, currency }: Payout) {
  if (!destination) throw new Error(`The payout ${payoutId} has no destination.`);
  return {
    payoutId,
    destination,
    amountMinor: minor(netMinor),
    currency,
  };
}

type Refused = Extract<SendingOutcome, { kind: 'refused' }>;

/**
 * A refusal ends the payout only if no call can have been taken: this was the only one, and the exact version says that none
 * has begun since; or the one before was long enough ago.
 */
async function settleRefusal(ledger: Table, attempt: Attempt, { code, retryable }: Refused, now: Date): Promise<void> {
  const { payout, previousAt } = attempt;
  const { payoutId } = payout;
  logger.warn('payout refused', { payoutId, code, retryable });
  if (retryable) throw new PayoutNotTaken(`PayPal answered ${code} for payout ${payoutId}; it will be asked again.`);
  const provenAt = previousAt === undefined ? now : secondsAfter(new Date(previousAt), provenUnsentAfterSeconds);
  if (provenAt > now) return leaveToSweep(ledger, payout, now);
  const move = {
    transition: 'refuse',
    details: { reason: providerReason('refused', code) },
    exactVersion: true,
    now,
  } as const;
  const written = await transact(ledger, await movingWrites(ledger, payout, move));
  if (written.committed) return count('PayoutsFailed');
  assertMoveIsRepeatable(payout, written.failures);
  throw new Contention(`The payout ${payoutId} changed while PayPal refused it.`);
}

/** The next call comes when its answer will be a proof; calls in between would only put that off. */
async function leaveToSweep(ledger: Table, { payoutId, version }: Payout, now: Date): Promise<void> {
  await updateIf(ledger, {
    Key: payoutKey(payoutId),
    ConditionExpression: '#version = :version',
    UpdateExpression: 'SET dueAt = :dueAt',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: {
      ':version': version,
      ':dueAt': secondsAfter(now, provenUnsentAfterSeconds + 60).toISOString(),
    },
  });
}

function secondsAfter(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1000);
}
