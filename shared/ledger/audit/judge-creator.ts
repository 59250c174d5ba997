import { momentOfId } from '../../identifiers.ts';
import type { CreatorEntry, CreatorShard, CreditEntry, PayoutEntry, ReversalEntry } from '../../store/items/creator.ts';
import { changesOf } from '../postings.ts';
import { type Findings, isSettled } from './judge-partition.ts';
import { creatorSubject, creditedIn, giftSubject, payoutSubject, reversalSubject } from './subjects.ts';
import type { Tally } from './tally.ts';

/** One of a creator's balances against the entries, which follow in `judgeCreatorEntry`. */
export function judgeShard(
  { creatorId, shard, available, maturing, held, paidOut, lifetime, owed }: CreatorShard,
  { tally }: Findings,
): void {
  const subject = creatorSubject(creatorId);
  const stillMaturing = Object.values(maturing).reduce((sum, amount) => sum + amount, 0);
  tally.add(subject, earnedIn(shard), available + stillMaturing);
  tally.add(subject, 'lifetime', lifetime);
  tally.add(subject, 'creator.held', held);
  tally.add(subject, 'creator.paid_out', paidOut);
  tally.add(subject, 'creator.owed', -owed);
}

export function judgeCreatorEntry(entry: CreatorEntry, findings: Findings): void {
  const { tally, books } = findings;
  const { flow, amounts, creatorId, shard } = entry;
  const movement = { flow, amounts, owner: creatorId, currency: 'currency' in entry ? entry.currency : undefined };
  books.enter(movement);
  const subject = creatorSubject(creatorId);
  for (const { account, amount } of changesOf(movement)) {
    if (account !== 'creator.earned' && account.startsWith('creator.')) tally.add(subject, account, -amount);
    if (account === 'creator.earned' && !('taken' in entry)) tally.add(subject, earnedIn(shard), -amount);
  }
  if ('taken' in entry) {
    const sign = flow === 'reversal_undone' ? -1 : 1;
    for (const [from, taken] of Object.entries(entry.taken)) tally.add(subject, earnedIn(Number(from)), sign * taken);
  }
  if (entry.flow === 'credit') judgeCredit(entry, findings);
  else if ('giftId' in entry) judgeReversal(entry, tally);
  else judgePayoutEntry(entry, tally);
}

function judgeCredit(entry: CreditEntry, findings: Findings): void {
  const { tally } = findings;
  const subject = creatorSubject(entry.creatorId);
  const { milliDiamonds } = entry.amounts;
  tally.add(subject, 'lifetime', -milliDiamonds);
  tally.add(
    subject,
    `gifts of credit ${entry.entryId}`,
    milliDiamonds - sumOf(entry.gifts.map((gift) => gift.milliDiamonds)),
  );
  if (!isSettled(findings, momentOfId(entry.entryId))) return;
  const credit = { creatorId: entry.creatorId, shard: entry.shard, creditId: entry.entryId };
  for (const { giftId, senderId, milliDiamonds, coins } of entry.gifts) {
    const gift = giftSubject({ senderId, giftId, credit });
    tally.add(gift, creditedIn(credit), milliDiamonds);
    tally.add(gift, 'coins', coins);
  }
}

/** The balances that a reversal names must add up to what it moved. */
function judgeReversal(entry: ReversalEntry, tally: Tally): void {
  const { entryId, creatorId, flow, amounts, taken } = entry;
  const measure = `balances of reversal ${entryId}`;
  tally.add(creatorSubject(creatorId), measure, amounts.milliDiamonds - sumOf(Object.values(taken)));
  const reversed = amounts.milliDiamonds + amounts.owedMilliDiamonds;
  tally.add(reversalSubject(entry), 'milli-diamonds', flow === 'reversal' ? -reversed : reversed);
}

/** What the entries say of a payout; the payout's state says the other half in `judgePayout`. */
function judgePayoutEntry(entry: PayoutEntry, tally: Tally): void {
  const { flow, creatorId, payoutId } = entry;
  const { milliDiamonds } = entry.amounts;
  const subject = payoutSubject({ payoutId, creatorId });
  if (flow === 'payout_hold') {
    const taken = sumOf(Object.values(entry.taken));
    tally.add(subject, 'milli-diamonds taken from balances', milliDiamonds - taken);
  }
  const held = { payout_hold: 1, payout_release: -1, payout_paid: -1, payout_returned: 0 }[flow];
  const paid = { payout_hold: 0, payout_release: 0, payout_paid: 1, payout_returned: -1 }[flow];
  tally.add(subject, `milli-diamonds held for ${creatorId}`, -held * milliDiamonds);
  tally.add(subject, `milli-diamonds paid to ${creatorId}`, -paid * milliDiamonds);
  if (flow !== 'payout_paid' && flow !== 'payout_returned') return;
  tally.add(subject, `net minor units of ${entry.currency} paid`, -paid * entry.amounts.netMinor);
  tally.add(
    subject,
    `net minor units of ${entry.currency} paid by Stripe`,
    -paid * (entry.amounts.stripeNetMinor ?? 0),
  );
  tally.add(subject, `fee in minor units of ${entry.currency}`, -paid * entry.amounts.feeMinor);
}

function earnedIn(shard: number): string {
  return `creator.earned in shard ${String(shard).padStart(2, '0')}`;
}

function sumOf(amounts: number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
