import { inGroups } from '../in-groups.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { Contention, isTransient } from '../store/contention.ts';
import type { Table } from '../store/table.ts';
import { beginBatch } from './begin-batch.ts';
import type { PayoutProviders } from './payout-provider.ts';
import { type Piece, planPieces } from './plan-batches.ts';
import { beginAgain, readBatchOf } from './resume-batch.ts';
import { acknowledgePayouts, sendBatch } from './send-batch.ts';

export type SubmitPayouts = JobRun & { payoutIds: string[] };

/** A call is begun only while this much time is left: for four calls of PayPal at eight seconds each, and the ledger. */
const reserveMilliseconds = 40_000;

const batchesAtOnce = 5;

/** A batch that is refused is taken apart, and its payouts go in others at once; what is open after so many rounds, later. */
const mostRounds = 4;

/**
 * Sends payouts to their providers, as many in one call as can be. May be repeated and run twice at once: a payout is in one
 * batch that may have been sent, and every call of a batch names the same id, which the provider pays once.
 * Gives those of the payouts that must come back, with the reason.
 */
export async function submitPayouts(
  { ledger, providers }: { ledger: Table; providers: PayoutProviders },
  { payoutIds, ...run }: SubmitPayouts,
): Promise<Map<string, unknown>> {
  const failures = new Map<string, unknown>();
  const alone = new Set<string>();
  let open = [...new Set(payoutIds)];
  for (let round = 1; open.length > 0; round++) {
    const pieces = await planPieces({ ledger, providers }, { payoutIds: open, alone, failures });
    const outcomes = await inGroups(pieces, batchesAtOnce, (piece) => workOn({ ledger, alone }, piece, round, run));
    open = outcomes.flatMap((outcome, position) => {
      if (outcome.status === 'fulfilled') return outcome.value;
      for (const { payoutId } of pieces[position]?.payouts ?? []) failures.set(payoutId, outcome.reason);
      return [];
    });
  }
  return failures;
}

type Working = { ledger: Table; alone: Set<string> };

/** Gives the payouts that are to be looked at again. */
async function workOn(working: Working, piece: Piece, round: number, run: JobRun): Promise<string[]> {
  if (round > mostRounds) throw new Contention('The payouts of a batch changed on every attempt.');
  if (run.remainingMilliseconds() < reserveMilliseconds) throw new Contention('There is no time left for a call.');
  return piece.kind === 'begin' ? begin(working, piece, run.now) : resume(working, piece, run.now);
}

async function begin({ ledger, alone }: Working, { payouts, provider }: Piece, now: Date): Promise<string[]> {
  const payoutIds = payouts.map(({ payoutId }) => payoutId);
  const sending = await beginBatch(ledger, { payoutIds, now }).catch((error: unknown) => {
    if (payoutIds.length === 1 || isTransient(error)) throw error;
    // One whose books are not in order is not to keep the others waiting: each goes alone now.
    for (const payoutId of payoutIds) alone.add(payoutId);
  });
  if (!sending) return payoutIds;
  const begun = new Set(sending.batch.payoutIds);
  const putBack = await sendBatch({ ledger, provider, now }, sending);
  return [...payoutIds.filter((payoutId) => !begun.has(payoutId)), ...putBack];
}

async function resume({ ledger }: Working, { payouts, provider }: Piece, now: Date): Promise<string[]> {
  const known = await readBatchOf(ledger, payouts[0]);
  const { state, reference, payoutIds } = known.batch;
  // Its payouts were read before it, and have left it since.
  if (state === 'refused') return payoutIds;
  if (reference === undefined) {
    const { sentAgainForDays } = provider;
    return sendBatch({ ledger, provider, now }, await beginAgain(ledger, known, { sentAgainForDays, now }));
  }
  await acknowledgePayouts(ledger, known.payouts, { reference, now });
  return [];
}
