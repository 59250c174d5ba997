import { inGroups } from '../in-groups.ts';
import { minor } from '../money/units.ts';
import { count, logger } from '../observability.ts';
import { Contention } from '../store/contention.ts';
import type { Payout } from '../store/items/payout.ts';
import { payoutKey } from '../store/payout-keys.ts';
import type { Table } from '../store/table.ts';
import { transact, updateIf, type Write } from '../store/write.ts';
import type { Sending } from './begin-batch.ts';
import { assertMoveIsRepeatable, movingWrites, type NotMoved, stateUpdate } from './move-payout.ts';
import type { PayoutProvider, PayoutToSend, SendingOutcome } from './payout-provider.ts';
import { providerReason } from './reasons.ts';
import { batchUpdate } from './resume-batch.ts';

/**
 * For this long after a call whose outcome is unknown, the refusal of the next one proves nothing: the provider may still be
 * taking the first in. Later it would know that batch, and say so instead of refusing.
 */
const provenUnsentAfterSeconds = 3600;

/** The message of a payout that was put back comes again for an hour by itself; the sweep sends it anew after that. */
const sweptAfterPutBackSeconds = 3660;

/** The provider would not take a batch now; an operator or time must change something first. */
export class PayoutNotTaken extends Error {
  override readonly name = 'PayoutNotTaken';
}

export type SendBatch = { ledger: Table; provider: PayoutProvider; now: Date };

/**
 * Makes the call that was begun, and writes down what became of it. Gives the payouts that are to be sent in another batch.
 * @throws ProviderOutcomeUnknown when the same call must be made again, and PayoutNotTaken when one must be made later.
 */
export async function sendBatch({ ledger, provider, now }: SendBatch, sending: Sending): Promise<string[]> {
  const { batchId } = sending.batch;
  const outcome = await provider.send({ batchId, payouts: sending.payouts.map(describeToSend) });
  if (outcome.kind === 'refused') return settleRefusal(ledger, sending, outcome, now);
  await acknowledge(ledger, sending, { reference: outcome.reference, now });
  return [];
}

function describeToSend({ payoutId, destination, netMinor, currency }: Payout): PayoutToSend {
  if (!destination) throw new Error(`The payout ${payoutId} has no destination.`);
  return { payoutId, destination, amountMinor: minor(netMinor), currency };
}

const acknowledgedAtOnce = 25;

/** The provider has the batch: the batch says so first, so that whatever is left of this can be done without the provider. */
async function acknowledge(
  ledger: Table,
  { batch, payouts }: Sending,
  { reference, now }: { reference: string; now: Date },
): Promise<void> {
  const { batchId, method } = batch;
  const written = await updateIf(ledger, batchUpdate(batch, { transition: 'take', set: { reference } }));
  const known = written.applied ? reference : written.current?.reference;
  if (known !== reference)
    throw new Error(`The payout batch ${batchId} is ${reference} at its provider, and ${known ?? 'refused'} here.`);
  await acknowledgePayouts(ledger, payouts, { reference, now });
  logger.info('payouts submitted', { batchId, method, reference, payouts: payouts.length });
}

/** Each payout by itself: the provider's news may have been faster than its answer, and have moved some on already. */
export async function acknowledgePayouts(
  ledger: Table,
  payouts: Payout[],
  { reference, now }: { reference: string; now: Date },
): Promise<void> {
  const details = { providerBatchId: reference };
  const waiting = payouts.filter(({ state }) => state === 'submitting');
  const outcomes = await inGroups(waiting, acknowledgedAtOnce, (payout) =>
    updateIf(ledger, stateUpdate(payout, { transition: 'acknowledge', details, now })),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

type Refused = Extract<SendingOutcome, { kind: 'refused' }>;

/**
 * A refusal counts only if no call can have been taken: this was the only one, and the exact version says that none has begun
 * since; or the one before was long enough ago.
 */
async function settleRefusal(ledger: Table, sending: Sending, refused: Refused, now: Date): Promise<string[]> {
  const { batch, payouts } = sending;
  const { batchId, method, previousAt } = batch;
  const { code, retryable } = refused;
  logger.warn('payouts refused', { batchId, method, code, retryable, payouts: batch.payoutIds });
  if (retryable) {
    // What may have changed by then, a hold or the destination, is looked at again; unless money may be on its way.
    if (previousAt === undefined) await putOff(ledger, sending, now);
    throw new PayoutNotTaken(`${method} answered ${code} to batch ${batchId}; it will be asked again.`);
  }
  const provenAt = previousAt === undefined ? now : secondsAfter(new Date(previousAt), provenUnsentAfterSeconds);
  if (provenAt > now) {
    // Calls in between would only put off the one whose answer will be a proof.
    await leaveToSweep(ledger, payouts, secondsAfter(now, provenUnsentAfterSeconds + 60));
    return [];
  }
  if (payouts.some(({ state }) => state !== 'submitting'))
    throw new Error(`${method} answered ${code} to batch ${batchId}, of which there is news: ask by hand.`);
  const [only, another] = payouts;
  if (only && !another) {
    await fail(ledger, batch, only, { code, now });
    return [];
  }
  return takeApart(ledger, sending, { named: refused.payoutIds ?? [], now });
}

async function fail(
  ledger: Table,
  batch: Sending['batch'],
  payout: Payout,
  { code, now }: { code: string; now: Date },
): Promise<void> {
  const reason = providerReason('refused', { method: payout.method, code });
  const move = { transition: 'refuse', details: { reason }, exactVersion: true, now } as const;
  await end(ledger, { batch, payouts: [payout] }, await movingWrites(ledger, payout, move));
  count('PayoutsFailed');
}

/**
 * Nothing of the batch was sent. Those of its payouts that the provider names as the cause are to be sent alone from now on, or
 * all when it names none; so one that it will not take costs the others one more call.
 */
async function takeApart(
  ledger: Table,
  sending: Sending,
  { named, now }: { named: string[]; now: Date },
): Promise<string[]> {
  const { payoutIds } = sending.batch;
  await putBack(ledger, sending, { suspects: new Set(named.length > 0 ? named : payoutIds), now });
  return payoutIds;
}

/** Nothing of the batch was sent, and none of its payouts is the cause. */
async function putOff(ledger: Table, sending: Sending, now: Date): Promise<void> {
  await putBack(ledger, sending, { suspects: new Set(), now });
  const back = sending.payouts.map((payout) => ({ ...payout, version: payout.version + 1 }));
  await leaveToSweep(ledger, back, secondsAfter(now, sweptAfterPutBackSeconds));
}

async function putBack(
  ledger: Table,
  sending: Sending,
  { suspects, now }: { suspects: Set<string>; now: Date },
): Promise<void> {
  const writes = sending.payouts.map((payout): Write<NotMoved> => {
    const details = suspects.has(payout.payoutId) ? { sentAlone: true as const } : {};
    const update = stateUpdate(payout, { transition: 'putBack', details, exactVersion: true, now });
    return { update, failure: () => 'payout_changed' };
  });
  await end(ledger, sending, writes);
}

/** The batch is refused, and its payouts leave it, all in one write. */
async function end(ledger: Table, { batch, payouts }: Sending, writes: Write<NotMoved>[]): Promise<void> {
  const update = batchUpdate(batch, { transition: 'refuse', exactVersion: true });
  const written = await transact(ledger, [{ update, failure: (): NotMoved => 'payout_changed' }, ...writes]);
  if (written.committed) return;
  for (const payout of payouts) assertMoveIsRepeatable(payout, written.failures);
  throw new Contention(`The payout batch ${batch.batchId} changed while it was refused.`);
}

/** The sweep looks at the payouts then, unless something happens to them before. */
async function leaveToSweep(ledger: Table, payouts: Payout[], until: Date): Promise<void> {
  const dueAt = until.toISOString();
  const outcomes = await inGroups(payouts, acknowledgedAtOnce, ({ payoutId, version }) =>
    updateIf(ledger, {
      Key: payoutKey(payoutId),
      ConditionExpression: '#version = :version AND attribute_exists(dueAt)',
      UpdateExpression: 'SET dueAt = :dueAt',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':version': version, ':dueAt': dueAt },
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

function secondsAfter(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1000);
}
