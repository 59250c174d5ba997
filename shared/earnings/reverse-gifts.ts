import { dayOf } from '../calendar.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ReversalPolicy } from '../catalog/schemas.ts';
import { newId } from '../identifiers.ts';
import { count, logger } from '../observability.ts';
import { readFoldedShards } from '../payouts/payable-creator.ts';
import type { JobRun } from '../queue/scheduled-job.ts';
import { nameOf } from '../recharges/spending-lines.ts';
import { changedMeanwhile, isTransient, untilUnchanged } from '../store/contention.ts';
import { dueKeys } from '../store/due.ts';
import { parseCreator } from '../store/items/creator.ts';
import {
  type GiftStep,
  parseReversal,
  parseReversalStep,
  type Reversal,
  type ReversalStep,
  type ReversedGift,
} from '../store/items/reversal.ts';
import { creatorKey, type Key, reversalStepKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { decidePiece, type Piece, type Walk } from './decide-reversal.ts';
import { type Ended, finish, isAsRead, progress, wait, walkAgain } from './reversal-progress.ts';
import { takeDiamonds } from './reversal-writes.ts';
import { moveReversed, readReversed, reversedOf } from './reversed-gifts.ts';
import { areGiftsSettled, spentBefore } from './sent-gifts.ts';
import { undoGift, undoOther } from './undo-step.ts';

export type ReversalStores = { ledger: Table; catalog: Catalog; maturityDays: number };

export type ReversalReport = { finished: number; steps: number; waiting: number; failed: number; complete: boolean };

/** One step is some reads and one transaction; none begins with less time left. */
const reserveMilliseconds = 10_000;

const reversalsPerPage = 25;

/**
 * Takes back the diamonds of gifts that were paid with coins whose payment went back, gift by gift, the latest first; and
 * gives them back when the payment comes again. Each step is one transaction with the reversal's own progress, so a step
 * that is repeated has one effect.
 */
export async function reverseGifts(stores: ReversalStores, run: JobRun): Promise<ReversalReport> {
  const report: ReversalReport = { finished: 0, steps: 0, waiting: 0, failed: 0, complete: true };
  for await (const keys of dueKeys(stores.ledger, { kind: 'reversal', now: run.now, atOnce: reversalsPerPage }))
    for (const key of keys) {
      await reverseAlone(stores, { key, report, run });
      if (run.remainingMilliseconds() < reserveMilliseconds) return { ...report, complete: false };
    }
  return report;
}

type Work = { key: Key; report: ReversalReport; run: JobRun };

/** One that fails stays due for the next run and holds up no other. */
async function reverseAlone(stores: ReversalStores, work: Work): Promise<void> {
  try {
    await reverseOne(stores, work);
  } catch (error) {
    work.report.failed += 1;
    const about = { key: work.key.pk, error: error as Error };
    // What AWS could not do now is done by the next run; anything else needs a person.
    if (isTransient(error)) return logger.warn('reversal interrupted', about);
    count('ReversalsFailed');
    logger.error('reversal failed', about);
  }
}

async function reverseOne(stores: ReversalStores, { key, report, run }: Work): Promise<void> {
  while (run.remainingMilliseconds() >= reserveMilliseconds) {
    const outcome = await untilUnchanged(`The reversal ${key.pk}, or the creator of its gift,`, async () => {
      const item = await readItem(stores.ledger, key);
      const reversal = item && parseReversal(item);
      if (reversal?.dueAt === undefined || reversal.dueAt > run.now.toISOString()) return 'not_due';
      return takeStep(stores, reversal, run.now);
    });
    if (outcome === 'not_due') return;
    if (outcome === 'walked') continue;
    const tally = { stepped: 'steps', waiting: 'waiting', finished: 'finished' } as const;
    report[tally[outcome]] += 1;
    if (outcome !== 'stepped') return;
  }
}

type Outcome = 'stepped' | 'walked' | Ended;

async function takeStep(stores: ReversalStores, reversal: Reversal, now: Date): Promise<Outcome> {
  if (reversal.reversedCoins === reversal.wantedCoins) return finish(stores.ledger, reversal);
  if (reversal.reversedCoins > reversal.wantedCoins) return undoStep(stores, reversal, now);
  if (!(await areGiftsSettled(stores.ledger, reversal))) return wait(stores.ledger, reversal, now);
  const found = await nextPiece(stores.ledger, reversal);
  if (!found && !reversal.isSecondWalk) return (await walkAgain(stores.ledger, reversal)) ? 'walked' : changedMeanwhile;
  if (!found) {
    logger.error('fewer gifts than coins to reverse', { rechargeId: reversal.rechargeId });
    count('ReversalsFailed');
    return finish(stores.ledger, reversal);
  }
  return reversePiece(stores, { reversal, ...found, now });
}

/** Goes on from where the reversal stands to the next line that holds some of the coins. */
async function nextPiece(
  ledger: Table,
  reversal: Reversal,
): Promise<{ piece: Piece; walk: Walk; reversed: ReversedGift } | undefined> {
  let walk: Walk = reversal;
  for await (const line of spentBefore(ledger, reversal)) {
    let decided = decidePiece(reversal, { walk, line, reversed: { coins: 0, milliDiamonds: 0 } });
    if (decided.piece) {
      const { entry, paidCoins } = line;
      const reversed = await readReversed(ledger, { userId: entry.userId, giftId: nameOf(entry), paidCoins });
      decided = decidePiece(reversal, { walk, line, reversed: reversedOf(reversed) });
      if (decided.piece) return { piece: decided.piece, walk: decided.walk, reversed };
    }
    walk = decided.walk;
  }
  return undefined;
}

type Step = { reversal: Reversal; piece: Piece; walk: Walk; reversed: ReversedGift; now: Date };

async function reversePiece(stores: ReversalStores, found: Step): Promise<Outcome> {
  const { reversal, piece, walk, reversed, now } = found;
  const { rechargeId } = reversal;
  const { entry: gift, fromCoins, coins } = piece;
  if (gift.flow !== 'gift') return passOver(stores.ledger, found);
  const { creatorId } = gift;
  const policy = await policyFor(stores, creatorId, now);
  const shards = await readFoldedShards(stores.ledger, creatorId, dayOf(now));
  const { maturityDays } = stores;
  const entryId = newId(now);
  const { writes, ...taken } = takeDiamonds({ ...piece, entryId, gift, rechargeId, shards, maturityDays, policy, now });
  const step: GiftStep = {
    step: reversal.steps + 1,
    rechargeId,
    giftId: gift.entryId,
    userId: gift.userId,
    creatorId,
    shard: gift.shard,
    fromCoins,
    coins,
    ...taken,
  };
  const written = await transact<'changed'>(stores.ledger, [
    progress(reversal, { ...walk, reversedCoins: reversal.reversedCoins + coins, steps: step.step }),
    { put: { Item: { ...reversalStepKey({ rechargeId, step: step.step }), ...step } }, failure: () => 'changed' },
    moveReversed(
      reversed,
      { rechargeId, entryId },
      { coins, milliDiamonds: taken.milliDiamonds + taken.owedMilliDiamonds },
    ),
    ...writes,
  ]);
  if (!written.committed) return changedMeanwhile;
  count('DiamondsReversed', Math.floor((taken.milliDiamonds + taken.owedMilliDiamonds) / 1000));
  return 'stepped';
}

/** What these coins bought stays with the user, who owes them; no creator has anything of it. */
async function passOver(ledger: Table, { reversal, piece, walk, reversed }: Step): Promise<Outcome> {
  const { rechargeId } = reversal;
  const { fromCoins, coins } = piece;
  const { userId, giftId } = reversed;
  const step: ReversalStep = { step: reversal.steps + 1, rechargeId, giftId, userId, fromCoins, coins };
  const written = await transact<'changed'>(ledger, [
    progress(reversal, { ...walk, reversedCoins: reversal.reversedCoins + coins, steps: step.step }),
    { put: { Item: { ...reversalStepKey({ rechargeId, step: step.step }), ...step } }, failure: () => 'changed' },
    moveReversed(reversed, { rechargeId }, { coins, milliDiamonds: 0 }),
  ]);
  return written.committed ? 'stepped' : changedMeanwhile;
}

/** Takes the latest step back, or as much of it as is no longer wanted. */
async function undoStep(stores: ReversalStores, reversal: Reversal, now: Date): Promise<Outcome> {
  const { ledger } = stores;
  const { rechargeId, userId } = reversal;
  const key = reversalStepKey({ rechargeId, step: reversal.steps });
  const item = await readItem(ledger, key);
  if (!item) {
    if (await isAsRead(ledger, reversal))
      throw new Error(`Step ${reversal.steps} of the reversal of ${rechargeId} is missing.`);
    // Another run has taken the step back since the reversal was read.
    return changedMeanwhile;
  }
  const step = parseReversalStep(item);
  const coins = Math.min(step.coins, reversal.reversedCoins - reversal.wantedCoins);
  const isWhole = coins === step.coins;
  const undo = { userId, step, coins, now };
  const { kept, writes } =
    'creatorId' in step ? await undoGift(stores, { ...undo, step }) : await undoOther(ledger, undo);
  const written = await transact<'changed'>(ledger, [
    progress(reversal, {
      walkedCoins: reversal.walkedCoins - coins,
      cursor: { giftId: step.giftId, coins: step.fromCoins + step.coins - coins },
      reversedCoins: reversal.reversedCoins - coins,
      steps: isWhole ? reversal.steps - 1 : reversal.steps,
    }),
    isWhole
      ? { remove: { Key: key }, failure: () => 'changed' }
      : { put: { Item: { ...key, ...step, coins: step.coins - coins, ...kept } }, failure: () => 'changed' },
    ...writes,
  ]);
  return written.committed ? 'stepped' : changedMeanwhile;
}

async function policyFor({ ledger, catalog }: ReversalStores, creatorId: string, now: Date): Promise<ReversalPolicy> {
  const [profile, { value }] = await Promise.all([
    readItem(ledger, creatorKey(creatorId)),
    catalog.current('rates', now),
  ]);
  const { reversals } = value;
  if (!reversals) return 'debt';
  const region = profile && parseCreator(profile).region;
  return (region !== undefined ? reversals.regions[region] : undefined) ?? reversals.default;
}
