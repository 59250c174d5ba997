import { minor } from '../money/units.ts';
import { count, logger } from '../observability.ts';
import type { PayoutBatchOutcome, PayPalPayouts } from '../providers/paypal-client.ts';
import { Contention, pauseBefore, writeAttempts } from '../store/contention.ts';
import { type Creator, parseCreator } from '../store/items/creator.ts';
import { type Payout, type PayoutReason, parsePayout } from '../store/items/payout.ts';
import { creatorKey, payoutKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, updateIf, type Write } from '../store/write.ts';
import { identityProblem } from './identity.ts';
import { assertMoveIsRepeatable, movingWrites, type NotMoved, stateUpdate } from './move-payout.ts';
import { destinationChanged, providerReason } from './reasons.ts';

export type SubmitPayout = { payoutId: string; now: Date };

type Stores = { ledger: Table; paypal: Pick<PayPalPayouts, 'createPayoutBatch'> };

/** PayPal knows a batch id again for 30 days; a payout that was first sent longer ago than this is not sent again. */
const sentAgainForDays = 25;

/**
 * For this long after a first call whose outcome is unknown, a refusal of a later call proves nothing: PayPal may still be
 * taking in the first. After it, that batch would be known to PayPal and the later call a duplicate.
 */
const provenUnsentAfterSeconds = 3600;

/**
 * Sends a payout to PayPal. May be repeated and run twice at once: every call names the payout's id as the batch, which
 * PayPal pays once.
 * @throws ProviderOutcomeUnknown and PayoutNotTaken when the message must come back.
 */
export async function submitPayout({ ledger, paypal }: Stores, { payoutId, now }: SubmitPayout): Promise<void> {
  const attempt = await beginAttempt(ledger, payoutId, now);
  if (!attempt) return;
  const outcome = await paypal.createPayoutBatch({ senderBatchId: payoutId, items: [describeItem(attempt.payout)] });
  if (outcome.kind === 'refused') return settleRefusal(ledger, attempt, outcome, now);
  const details = { providerBatchId: outcome.payoutBatchId };
  const { applied } = await updateIf(ledger, stateUpdate(attempt.payout, { transition: 'acknowledge', details, now }));
  // The provider's news may have been faster than its answer, and have moved the payout on already.
  logger.info('payout submitted', { payoutId, outcome: outcome.kind, applied });
}

/** PayPal would not take the payout now; an operator or time must change something first. */
export class PayoutNotTaken extends Error {
  override readonly name = 'PayoutNotTaken';
}

/** One call that is about to be made; `isFirst` when there can have been none before. */
type Attempt = { payout: Payout; isFirst: boolean };

/** Commits that the provider is about to be called; nothing when there is nothing to send. */
async function beginAttempt(ledger: Table, payoutId: string, now: Date): Promise<Attempt | undefined> {
  for (let attempt = 1; attempt <= writeAttempts; attempt++) {
    const item = await readItem(ledger, payoutKey(payoutId));
    if (!item) throw new Error(`There is no payout ${payoutId}.`);
    const payout = parsePayout(item);
    if (payout.state !== 'requested' && payout.state !== 'submitting') return undefined;
    const begun =
      payout.state === 'requested' ? await beginFirst(ledger, payout, now) : await beginAgain(ledger, payout, now);
    if (begun === 'stopped') return undefined;
    if (begun) return begun;
    await pauseBefore(attempt);
  }
  throw new Contention(`The payout ${payoutId} or its creator changed on every attempt.`);
}

/** Checks once more who is paid and where; the profile is part of the write, so that it cannot change in between. */
async function beginFirst(ledger: Table, payout: Payout, now: Date): Promise<Attempt | 'stopped' | undefined> {
  const item = await readItem(ledger, creatorKey(payout.creatorId));
  if (!item)
    throw new Error(`The payout ${payout.payoutId} belongs to the creator ${payout.creatorId}, who does not exist.`);
  const creator = parseCreator(item);
  const problem = sendingProblem(payout, creator, now);
  const writes: Write<NotMoved>[] = problem
    ? await movingWrites(ledger, payout, { transition: 'stop', details: { reason: problem }, now })
    : [
        {
          update: stateUpdate(payout, { transition: 'submit', exactVersion: true, now }),
          failure: () => 'payout_changed',
        },
        isStill(creator),
      ];
  const written = await transact(ledger, writes);
  if (!written.committed) {
    assertMoveIsRepeatable(payout, written.failures);
    return undefined;
  }
  if (!problem) return { payout: { ...payout, state: 'submitting', version: payout.version + 1 }, isFirst: true };
  count('PayoutsFailed');
  return 'stopped';
}

function sendingProblem({ destination }: Payout, { payoutProfile }: Creator, now: Date): PayoutReason | undefined {
  const isSame =
    destination?.type === payoutProfile?.destination.type && destination?.value === payoutProfile?.destination.value;
  if (!payoutProfile || !isSame) return destinationChanged;
  return identityProblem(payoutProfile.identity, now);
}

function isStill({ creatorId, version }: Creator): Write<'profile_changed'> {
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

/** Money may be on its way already, so nothing is checked again: the same call is made, or none. */
async function beginAgain(ledger: Table, payout: Payout, now: Date): Promise<Attempt | undefined> {
  const days = (now.getTime() - Date.parse(payout.updatedAt)) / 86_400_000;
  if (days > sentAgainForDays)
    throw new Error(
      `The outcome of payout ${payout.payoutId} is unknown for ${sentAgainForDays} days: ask PayPal by hand.`,
    );
  const updated = await updateIf(ledger, stateUpdate(payout, { transition: 'resubmit', exactVersion: true, now }));
  return updated.applied ? { payout: parsePayout(updated.item), isFirst: false } : undefined;
}

function describeItem({ payoutId, destination, netMinor, currency }: Payout) {
  if (!destination) throw new Error(`The payout ${payoutId} has no destination.`);
  return {
    senderItemId: payoutId,
    receiver: destination.value,
    recipientType: destination.type === 'email' ? ('EMAIL' as const) : ('PAYPAL_ID' as const),
    amountMinor: minor(netMinor),
    currency,
    note: 'Your earnings',
  };
}

type Refused = Extract<PayoutBatchOutcome, { kind: 'refused' }>;

/**
 * A refusal ends the payout only if no call can have been taken: this was the only one, and the exact version says that
 * none has begun since; or the first was so long ago that PayPal would know it.
 */
async function settleRefusal(
  ledger: Table,
  { payout, isFirst }: Attempt,
  { code, retryable }: Refused,
  now: Date,
): Promise<void> {
  const { payoutId, updatedAt } = payout;
  const isProvenUnsent = isFirst || now.getTime() - Date.parse(updatedAt) > provenUnsentAfterSeconds * 1000;
  if (retryable || !isProvenUnsent)
    throw new PayoutNotTaken(`PayPal answered ${code} for payout ${payoutId}; it will be asked again.`);
  const reason = providerReason('refused', code);
  const written = await transact(
    ledger,
    await movingWrites(ledger, payout, { transition: 'refuse', details: { reason }, exactVersion: true, now }),
  );
  if (!written.committed) {
    assertMoveIsRepeatable(payout, written.failures);
    throw new Contention(`The payout ${payoutId} changed while PayPal refused it.`);
  }
  logger.warn('payout refused', { payoutId, code });
  count('PayoutsFailed');
}
