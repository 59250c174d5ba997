import { isDeepStrictEqual } from 'node:util';
import type { Catalog } from '../catalog/catalog.ts';
import { count } from '../observability.ts';
import { readPurchaseUse, writePurchaseUse } from '../recharges/count-purchase.ts';
import { currentUse } from '../recharges/purchase-use.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { closureKey } from '../store/account-keys.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { type Closure, type ClosureRequest, parseClosure } from '../store/items/account.ts';
import type { PurchaseUse } from '../store/items/purchase-use.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import { mayTake } from '../store/state-machine.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/write.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { decideClosure, hasCoins, type Obstacle, type Withdrawable } from './decide-closure.ts';
import { switchGiftsOff } from './owned-creators.ts';
import { readClosureFacts } from './read-closure-facts.ts';
import { settleStep, writeClosure } from './settle-wallet.ts';
import { closureTransitions } from './states.ts';

export type CloseAccount = ClosureRequest & { userId: string; requestId: string; caller: string; now: Date };

/** The closing as it stands, what it waits for, and what is in the wallet. */
export type ClosureStanding = {
  closure: Closure;
  wallet: Wallet;
  waitsFor: Obstacle[];
  withdrawable: Withdrawable[];
  replayed: boolean;
};

type Stores = { ledger: Table; catalog: Catalog };

/**
 * Closes an account, or says what that waits for; the app asks again when it is done with. What is left in the wallet goes by an entry and only
 * when the request says so. Debts stay known. An account that is closed stays so, and answers how it is.
 * @throws Contention when the wallet changed on every attempt.
 */
export async function closeAccount(stores: Stores, command: CloseAccount): Promise<ClosureStanding | Refusal> {
  return untilUnchanged(`The account of user ${command.userId}`, () => advance(stores, command));
}

async function advance(
  stores: Stores,
  command: CloseAccount,
): Promise<ClosureStanding | Refusal | typeof changedMeanwhile> {
  const { ledger } = stores;
  const { userId, now } = command;
  const [walletItem, closureItem, use] = await Promise.all([
    readItem(ledger, walletKey(userId)),
    readItem(ledger, closureKey(userId)),
    readPurchaseUse(ledger, userId),
  ]);
  if (!walletItem) return userNotFound(userId);
  const wallet = parseWallet(walletItem);
  const known = closureItem && parseClosure(closureItem);
  const request = requestOf(command);
  const isRepeated = known?.requestId === command.requestId;
  if (isRepeated && !isDeepStrictEqual(known.request, request)) return keyReused(command.requestId);
  if (known?.state === 'closed' && !hasCoins(wallet))
    return { closure: known, wallet, waitsFor: [], withdrawable: [], replayed: isRepeated };
  if (known?.state === 'settled') return finish(ledger, { closure: known, wallet, replayed: isRepeated }, now);
  const facts = await readClosureFacts(stores, wallet, now);
  const waitsFor = decideClosure(facts, request);
  const closure = known ? { ...known, requestId: command.requestId, request } : begin(command, request);
  if (waitsFor.length > 0) {
    const standing = { closure, wallet, waitsFor, withdrawable: facts.withdrawable, replayed: isRepeated };
    if (isRepeated) return standing;
    const written = await transact(ledger, [writeClosure(known, { ...closure, version: closure.version + 1 })]);
    return written.committed ? standing : changedMeanwhile;
  }
  return settle(ledger, { wallet, use, known, closure, replayed: isRepeated }, now);
}

type Settling = {
  wallet: Wallet;
  use: PurchaseUse | undefined;
  known: Closure | undefined;
  closure: Closure;
  replayed: boolean;
};

/** The use of purchase limits, which every order counts in, moves on as well: an order comes before and is waited for, or not at all. */
async function settle(
  ledger: Table,
  { wallet, use, known, closure, replayed }: Settling,
  now: Date,
): Promise<ClosureStanding | typeof changedMeanwhile> {
  if (!mayTake(closureTransitions.settle, closure.state))
    throw new Error(`The closure of user ${closure.userId} is ${closure.state} and cannot be settled.`);
  const { writes, after, isLast } = settleStep(wallet, { before: known, closure }, now);
  const orders = writePurchaseUse(wallet.userId, currentUse(use, now), 'changed' as const);
  const written = await transact(ledger, [...writes, orders]);
  if (written.committed) count('CoinsForfeited', forfeitedCoins(after) - forfeitedCoins(closure));
  // With lots left, the rest is decided from the wallet as it is then.
  if (!written.committed || !isLast) return changedMeanwhile;
  const settled = { ...wallet, status: 'closed' as const, paid: 0, promo: undefined };
  return finish(ledger, { closure: after, wallet: settled, replayed }, now);
}

/** The user's creators take no gifts any more; then the account is closed. */
async function finish(
  ledger: Table,
  { closure, wallet, replayed }: { closure: Closure; wallet: Wallet; replayed: boolean },
  now: Date,
): Promise<ClosureStanding | typeof changedMeanwhile> {
  await switchGiftsOff(ledger, closure.userId, now);
  const { to } = closureTransitions.close;
  const closed: Closure = { ...closure, state: to, closedAt: now.toISOString(), version: closure.version + 1 };
  const written = await transact(ledger, [writeClosure(closure, closed)]);
  if (!written.committed) return changedMeanwhile;
  count('AccountsClosed');
  return { closure: closed, wallet, waitsFor: [], withdrawable: [], replayed };
}

function begin({ userId, requestId, caller, now }: CloseAccount, request: ClosureRequest): Closure {
  return {
    closureId: requestId,
    userId,
    state: 'requested',
    requestId,
    request,
    requestedBy: caller,
    requestedAt: now.toISOString(),
    forfeitedPaidCoins: 0,
    forfeitedPromoCoins: 0,
    version: 1,
  };
}

function requestOf({ forfeit, waiveWithdrawal, leaveEarnings }: ClosureRequest): ClosureRequest {
  return { forfeit, waiveWithdrawal, leaveEarnings };
}

function keyReused(requestId: string): Refusal {
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to another request to close this account: use a new key to ask for something else.',
    { requestId },
  );
}

function forfeitedCoins({ forfeitedPaidCoins, forfeitedPromoCoins }: Closure): number {
  return forfeitedPaidCoins + forfeitedPromoCoins;
}
