import { newId } from '../identifiers.ts';
import { count } from '../observability.ts';
import { type ClaimedPayment, type ClaimReport, isAppStore, type ProviderName } from '../providers/payment.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { moneyOf, nothingBack, type Recharge, totalsOf } from '../store/items/recharge.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { walletEntryKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import type { Table } from '../store/table.ts';
import { transact, updateIf, type Write } from '../store/write.ts';
import { askForReversal } from './ask-for-reversal.ts';
import { isAwaitedInList } from './awaited-in-list.ts';
import { type Claims, mergeReport } from './claims.ts';
import { writeBalances } from './credit-wallet.ts';
import { decideTakingBack, type TakingBack } from './decide-taking-back.ts';
import { findRecharge } from './find-recharge.ts';
import { claimOrder, claimsSeenTo } from './order-updates.ts';
import { orderOfPayment } from './payment-pointers.ts';
import { appliedEvent, ignoreEvent, type Notice, parkEvent } from './provider-events.ts';
import { placeOf } from './unspent-coins.ts';
import { keepWaiting, waitingClaims } from './waiting-claims.ts';

export type ClaimNews = {
  about: ClaimedPayment & { provider: ProviderName };
  claims: ClaimReport[];
  notice: Notice;
};

/**
 * Keeps what a provider reports of money that goes back, and does what it means: the claim, the wallet, the lines of its
 * statement and the event are one transaction. News of an order that is not paid yet is kept until it is, and so is news
 * of a payment that nobody knows yet.
 * @throws Contention when the wallet changed on every attempt; nothing has happened then.
 */
export async function receiveClaims(ledger: Table, { about, claims, notice }: ClaimNews): Promise<void> {
  return untilUnchanged(`The wallet of payment ${about.paymentId}`, async () => {
    const rechargeId = about.rechargeId ?? (await orderOfPayment(ledger, about));
    if (rechargeId === undefined) {
      if (!(await keepWaiting(ledger, about, claims))) return changedMeanwhile;
      // As with payments: something else may sell through the same account, but not through the same app.
      return !isAppStore(about.provider)
        ? ignoreEvent(ledger, notice, 'not_a_recharge')
        : parkEvent(ledger, notice, 'payment_unknown');
    }
    const order = await findRecharge(ledger, rechargeId);
    if (!order) return parkEvent(ledger, notice, 'recharge_unknown');
    // Which payment will be the order's is not known yet: one that only named it may be given back, and another pay it.
    const owner = order.paymentId === undefined ? await orderOfPayment(ledger, about) : undefined;
    if (order.paymentId === undefined && (owner === undefined || owner === rechargeId))
      return (await keepWaiting(ledger, about, claims))
        ? ignoreEvent(ledger, notice, 'payment_awaited')
        : changedMeanwhile;
    if (order.paymentId !== about.paymentId) return parkEvent(ledger, notice, 'payment_differs');
    if (about.currency !== undefined && about.currency !== moneyOf(order).currency)
      return parkEvent(ledger, notice, 'currency_differs');
    const claimed = { ...order, ...claims.reduce<Claims>(mergeReport, order) };
    if (isSame(order, claimed)) return ignoreEvent(ledger, notice, 'already_known');
    const applied = await carryOut(ledger, { order, claimed, now: notice.now, event: appliedEvent(notice, 'event') });
    return applied ? undefined : changedMeanwhile;
  });
}

function isSame(before: Recharge, after: Recharge): boolean {
  const text = ({ claims = {}, refundedMinor = 0 }: Recharge) => JSON.stringify([claims, refundedMinor]);
  return text(before) === text(after);
}

/** Does what the claims ask for that were there before the payment, if there are any and nobody has seen to them. */
export async function carryOutClaims(ledger: Table, rechargeId: string, now: Date): Promise<void> {
  const seenTo = await untilUnchanged(`The wallet of recharge ${rechargeId}`, async () => {
    const order = await findRecharge(ledger, rechargeId);
    // As long as nobody has, the sweep is to look at the order though it is paid.
    if (order?.state !== 'paid' || order.dueAt === undefined || isAwaitedInList(order)) return undefined;
    const waiting = await waitingClaims(ledger, order);
    const claimed = { ...order, ...waiting.reduce<Claims>(mergeReport, order) };
    return (await carryOut(ledger, { order, claimed, now })) ? order : changedMeanwhile;
  });
  if (seenTo) await updateIf(ledger, claimsSeenTo(seenTo));
}

/** `taking` is there when it was decided already; `event` is written with everything else. */
type Change = { order: Recharge; claimed: Recharge; now: Date; event?: Write<string>; taking?: Taking };

/** Whether it was written; if not, the order or the wallet has changed since it was read, and shows it when read again. */
export async function carryOut(ledger: Table, change: Change): Promise<boolean> {
  const { order, claimed, now, event } = change;
  const taking = change.taking ?? (claimed.state === 'paid' ? await decide(ledger, claimed, now) : undefined);
  if (!taking && !event && isSame(order, claimed)) return true;
  const { claims = {}, refundedMinor = 0 } = claimed;
  const changes = { claims, refundedMinor, ...(taking && whatCameBack(order, taking, now)) };
  const written = await transact(ledger, [
    { update: claimOrder(order, changes), failure: () => 'order' },
    ...(taking ? walletWrites(order, taking, now) : []),
    ...(event ? [event] : []),
  ]);
  if (written.committed && taking) report(order, taking);
  return written.committed;
}

function whatCameBack(order: Recharge, { back, inPaid }: TakingBack, now: Date) {
  const [before, after] = [totalsOf(order.back ?? nothingBack), totalsOf(back)];
  const change = {
    at: now.toISOString(),
    coins: after.coins - before.coins,
    frozenCoins: after.frozenCoins - before.frozenCoins,
    minor: after.minor - before.minor,
  };
  return { back, inPaid, backChanges: [...(order.backChanges ?? []), change] };
}

type Taking = TakingBack & Pick<Standing, 'wallet' | 'laterSpentCoins'>;

/** The wallet of a paid order, and how the order's coins stand in it. */
export type Standing = { wallet: Wallet; unspentCoins: number; laterSpentCoins: number };

export async function standingOf(ledger: Table, order: Recharge): Promise<Standing> {
  const item = await readItem(ledger, walletKey(order.userId));
  if (!item) throw new Error(`The recharge ${order.rechargeId} is paid, and its wallet is gone.`);
  const wallet = parseWallet(item);
  return { wallet, ...(await placeOf(ledger, order, wallet.paid)) };
}

async function decide(ledger: Table, order: Recharge, now: Date): Promise<Taking | undefined> {
  const { wallet, unspentCoins, laterSpentCoins } = await standingOf(ledger, order);
  const taking = decideTakingBack({ order, wallet, unspentCoins, now });
  return taking && { ...taking, wallet, laterSpentCoins };
}

function walletWrites(order: Recharge, taking: Taking, now: Date): Write<string>[] {
  const { wallet, balances, movements, back, inPaid, laterSpentCoins } = taking;
  const { rechargeId, userId } = order;
  const { currency } = moneyOf(order);
  const lines = movements.map((movement): Write<string> => {
    const entryId = newId(now);
    const cash = movement.flow === 'take_back' || movement.flow === 'give_back' ? { currency } : {};
    const entry = { entryId, userId, at: now.toISOString(), rechargeId, ...movement, ...cash };
    return {
      put: {
        Item: { ...walletEntryKey({ userId, flow: movement.flow, entryId }), ...entry },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
      failure: () => 'entry',
    };
  });
  const { owedCoins } = back;
  const isSpentOtherwise = owedCoins !== (order.back?.owedCoins ?? 0);
  const { version: walletVersion } = wallet;
  const until = spentUntil(wallet, now);
  const reversible = { order, owedCoins, inPaid, laterSpentCoins, spentUntil: until, walletVersion, now };
  return [
    writeBalances(wallet, balances, 'wallet'),
    ...lines,
    ...(isSpentOtherwise ? [askForReversal(reversible, 'reversal')] : []),
  ];
}

/**
 * Gifts may have been sent since the news came that is being dealt with, and by a clock that is ahead; the wallet as it was
 * read has paid for them.
 */
function spentUntil({ outbox }: Wallet, now: Date): Date {
  const sent = Object.values(outbox).map(({ sentAt }) => sentAt);
  return new Date(Math.max(now.getTime(), Date.now(), ...sent));
}

function report({ back: before = nothingBack }: Recharge, { back, movements }: TakingBack): void {
  if (movements.some(({ flow }) => flow === 'take_back')) count('RechargesTakenBack');
  if (movements.some(({ flow }) => flow === 'freeze')) count('RechargesFrozen');
  const newlyOwed = back.owedCoins + back.owedPromoCoins - before.owedCoins - before.owedPromoCoins;
  if (newlyOwed > 0) count('CoinsOwed', newlyOwed);
}
