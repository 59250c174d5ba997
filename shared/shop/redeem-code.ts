import { daysAfter } from '../calendar.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { isRefusal, type Refusal, refuse } from '../refusals.ts';
import { changedMeanwhile, untilUnchanged } from '../store/contention.ts';
import { type CodeBatch, parseCodeBatch, parseRedemptionCode, type RedemptionCode } from '../store/items/code.ts';
import { parseWallet, type Wallet } from '../store/items/wallet.ts';
import { parseWalletEntry, type RedemptionEntry } from '../store/items/wallet-entry.ts';
import { walletEntryKey, walletKey } from '../store/keys.ts';
import { readItem } from '../store/read.ts';
import { codeBatchKey, codeKey } from '../store/shop-keys.ts';
import type { Table } from '../store/table.ts';
import { transact, type Write } from '../store/write.ts';
import { spendableCoins } from '../users/balances.ts';
import { userNotFound } from '../users/get-wallet.ts';
import { guardsOf, refuseStatus } from '../users/guards.ts';
import { countAttempt, uncountAttempt } from './code-failures.ts';
import { hashOfCode } from './code-text.ts';
import { decideEntitlement } from './decide-entitlement.ts';
import { codeNotFound, refuseCode } from './decide-redemption.ts';
import { findEntitlement, putEntitlement } from './entitlements.ts';
import type { ShopStores } from './purchase-item.ts';
import { itemNotFound } from './refuse-offer.ts';
import type { RedemptionBody } from './schemas.ts';
import { type WalletChange, writeWallet } from './wallet-change.ts';

export type RedeemCode = RedemptionBody & { redemptionId: string; now: Date };

export type Redeemed = { entry: RedemptionEntry; walletCoins: number; replayed: boolean };

/**
 * Redeems a code for a user: the code, what it gives and the line of the statement are one transaction, so that it gives
 * something once. Refusals in this order: `idempotency_key_reused`, those of `refuseStatus`, `too_many_attempts`, `code_not_found`,
 * `code_not_redeemable`, `item_not_found`, `item_owned`. A refusal counts as an attempt in vain; a repetition does not.
 * @throws Contention when the wallet or the code changed on every attempt.
 */
export async function redeemCode(stores: ShopStores, command: RedeemCode): Promise<Redeemed | Refusal> {
  const { ledger, catalog } = stores;
  const { userId, redemptionId, now } = command;
  const hash = hashOfCode(command.code);
  const { codeFailuresPerHour: most } = (await catalog.current('shop', now)).value;
  let isCounted = false;
  const attempt = async () => {
    const item = await readItem(ledger, walletKey(userId));
    if (!item) return userNotFound(userId);
    const wallet = parseWallet(item);
    const earlier = await findRedemption(ledger, command);
    if (earlier) return replay(earlier, { hash, wallet, command });
    const stopped = refuseStatus(wallet);
    if (stopped) return stopped;
    const refusal = isCounted ? undefined : await countAttempt(ledger, { userId, most, now });
    if (refusal) return refusal;
    isCounted = true;
    const redeemed = await redeem(stores, { hash, wallet, command });
    // The code may have been redeemed by this very request, which came twice.
    return isRefusal(redeemed) && (await findRedemption(ledger, command)) ? changedMeanwhile : redeemed;
  };
  let isInVain = false;
  try {
    const redeemed = await untilUnchanged(`The wallet or the code of redemption ${redemptionId}`, attempt);
    isInVain = isRefusal(redeemed);
    return redeemed;
  } finally {
    if (isCounted && !isInVain) await uncountAttempt(ledger, { userId, now });
  }
}

type Attempt = { hash: string; wallet: Wallet; command: RedeemCode };

async function redeem(
  { ledger, catalog }: ShopStores,
  { hash, wallet, command }: Attempt,
): Promise<Redeemed | Refusal | typeof changedMeanwhile> {
  const { userId, redemptionId, now } = command;
  const item = await readItem(ledger, codeKey(hash));
  if (!item) return codeNotFound();
  const code = parseRedemptionCode(item);
  const refusal = refuseCode(code, await readBatch(ledger, code), command);
  if (refusal) return refusal;
  const benefit = await benefitOf({ ledger, catalog }, { code, wallet, command });
  if (isRefusal(benefit)) return benefit;
  const entry: RedemptionEntry = {
    entryId: redemptionId,
    userId,
    at: now.toISOString(),
    flow: 'redemption',
    ...benefit.told,
    codeHash: hash,
    batchId: code.batchId,
  };
  const key = walletEntryKey({ userId, flow: 'redemption', entryId: redemptionId });
  const written = await transact(ledger, [
    markRedeemed(hash, command),
    { put: { Item: { ...key, ...entry }, ConditionExpression: 'attribute_not_exists(pk)' }, failure: () => 'changed' },
    benefit.write,
  ]);
  if (!written.committed) return changedMeanwhile;
  return { entry, walletCoins: spendableCoins(benefit.wallet, now), replayed: false };
}

async function readBatch(ledger: Table, { batchId }: RedemptionCode): Promise<CodeBatch | undefined> {
  const item = await readItem(ledger, codeBatchKey(batchId));
  return item && parseCodeBatch(item);
}

function markRedeemed(hash: string, { userId, redemptionId, now }: RedeemCode): Write<'changed'> {
  return {
    update: {
      Key: codeKey(hash),
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(redeemed)',
      UpdateExpression: 'SET redeemed = :redeemed',
      ExpressionAttributeValues: { ':redeemed': { userId, redemptionId, at: now.toISOString() } },
    },
    failure: () => 'changed',
  };
}

type Benefit = {
  write: Write<'changed'>;
  told: Pick<RedemptionEntry, 'amounts' | 'item' | 'heldUntil' | 'expiresAt'>;
  wallet: Pick<Wallet, 'paid' | 'promo'>;
};

async function benefitOf(
  { ledger, catalog }: { ledger: Table; catalog: Catalog },
  { code: { gives }, wallet, command }: Omit<Attempt, 'hash'> & { code: RedemptionCode },
): Promise<Benefit | Refusal> {
  const { userId, redemptionId, now } = command;
  if ('coins' in gives) {
    const { bonusExpiresAfterDays } = (await catalog.current('packages', now)).value;
    const expiresAt = daysAfter(now, bonusExpiresAfterDays).toISOString();
    const { coins, worthBasisPoints = 0 } = gives;
    const lot = { lotId: `code-${redemptionId}`, coins, expiresAt, worthBasisPoints };
    const promo = [...(wallet.promo ?? []), lot];
    const guards = guardsOf({ ...wallet, promo }, now);
    const { paid, owed, spent } = wallet;
    const change: WalletChange = { paid, owed, spent, promo, ...(guards && { guards }) };
    const told = { amounts: { promoCoins: coins }, expiresAt };
    return { write: writeWallet(wallet, change, 'changed'), told, wallet: change };
  }
  const { value } = await catalog.current('shop', now);
  const definition = value.entitlements.find(({ code }) => code === gives.item);
  if (!definition) return itemNotFound(gives.item);
  const current = await findEntitlement(ledger, { userId, item: gives.item });
  const entitlement = decideEntitlement(current, { userId, definition, coins: 0, redemptions: 1, now });
  if (isRefusal(entitlement)) return entitlement;
  const { heldUntil } = entitlement;
  const told = { amounts: { promoCoins: 0 }, item: gives.item, ...(heldUntil !== undefined && { heldUntil }) };
  return { write: putEntitlement(entitlement, 'changed'), told, wallet };
}

async function findRedemption(
  ledger: Table,
  { userId, redemptionId }: RedeemCode,
): Promise<RedemptionEntry | undefined> {
  const item = await readItem(ledger, walletEntryKey({ userId, flow: 'redemption', entryId: redemptionId }));
  const entry = item && parseWalletEntry(item);
  return entry?.flow === 'redemption' ? entry : undefined;
}

function replay(entry: RedemptionEntry, { hash, wallet, command }: Attempt): Redeemed | Refusal {
  if (entry.codeHash === hash) return { entry, walletCoins: spendableCoins(wallet, command.now), replayed: true };
  return refuse(
    'idempotency_key_reused',
    'The Idempotency-Key belongs to the redemption of another code: use a new key for another code.',
    { redemptionId: command.redemptionId },
  );
}
