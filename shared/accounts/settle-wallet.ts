import { newId } from '../identifiers.ts';
import { coinsByLot } from '../shop/wallet-change.ts';
import { closureKey } from '../store/account-keys.ts';
import type { Closure } from '../store/items/account.ts';
import type { Wallet } from '../store/items/wallet.ts';
import type { ForfeitEntry } from '../store/items/wallet-entry.ts';
import { walletEntryKey, walletKey } from '../store/keys.ts';
import type { Write } from '../store/write.ts';
import { tellOrder } from '../users/expire-lots.ts';
import { guardsOf } from '../users/guards.ts';
import { lotsDue } from '../users/promo-lots.ts';
import { closureTransitions } from './states.ts';

/** Each lot may have an order that must be told, and a transaction has room for 100 writes. */
const mostLotsAtOnce = 50;

/** One step: the writes that belong together, the closure as it is afterwards, and whether nothing is left in the wallet. */
type Step = { writes: Write<'changed'>[]; after: Closure; isLast: boolean };

/**
 * Takes what is left out of a wallet and shuts it, both at the version of the wallet that was decided from: whoever spends or buys at the same
 * time comes before or not at all. A wallet with very many lots takes several steps, and is shut by the first.
 */
export function settleStep(
  wallet: Wallet,
  { before, closure }: { before: Closure | undefined; closure: Closure },
  now: Date,
): Step {
  const lots = wallet.promo ?? [];
  const taken = lots.slice(0, mostLotsAtOnce);
  const left = lots.slice(mostLotsAtOnce);
  const promoCoins = taken.reduce((sum, { coins }) => sum + coins, 0);
  const isLast = left.length === 0;
  const entry: ForfeitEntry = {
    entryId: newId(now),
    userId: wallet.userId,
    at: now.toISOString(),
    flow: 'forfeit',
    amounts: { paidCoins: wallet.paid, promoCoins },
    ...coinsByLot(taken),
    closureId: closure.closureId,
  };
  const after: Closure = {
    ...closure,
    state: isLast ? closureTransitions.settle.to : closure.state,
    forfeitedPaidCoins: closure.forfeitedPaidCoins + wallet.paid,
    forfeitedPromoCoins: closure.forfeitedPromoCoins + promoCoins,
    version: closure.version + 1,
  };
  const writes: Write<'changed'>[] = [
    shutWallet(wallet, left, now),
    writeClosure(before, after),
    ...(wallet.paid + promoCoins > 0 ? [putEntry(entry)] : []),
    ...taken.flatMap(tellOrder),
  ];
  return { writes, after, isLast };
}

function shutWallet(wallet: Wallet, left: Wallet['promo'] & object, now: Date): Write<'changed'> {
  const promo = left.length > 0 ? left : undefined;
  const due = lotsDue(wallet.userId, promo);
  const guards = guardsOf({ ...wallet, promo }, now);
  const kept = { promo, guards, dueBucket: due?.dueBucket, dueAt: due?.dueAt };
  const names = Object.keys(kept) as (keyof typeof kept)[];
  const present = names.filter((name) => kept[name] !== undefined);
  const absent = names.filter((name) => kept[name] === undefined);
  const sets = [
    '#status = :closed, paid = :none, version = version + :one',
    ...present.map((name) => `${name} = :${name}`),
  ];
  return {
    update: {
      Key: walletKey(wallet.userId),
      ConditionExpression: 'version = :version',
      UpdateExpression: `SET ${sets.join(', ')}${absent.length > 0 ? ` REMOVE ${absent.join(', ')}` : ''}`,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':closed': 'closed',
        ':none': 0,
        ':version': wallet.version,
        ':one': 1,
        ...Object.fromEntries(present.map((name) => [`:${name}`, kept[name]])),
      },
    },
    failure: () => 'changed',
  };
}

/** Writes a closure if it is still as it was read, or not there yet as it was then. */
export function writeClosure(before: Closure | undefined, after: Closure): Write<'changed'> {
  return {
    put: {
      Item: { ...closureKey(after.userId), ...after },
      ConditionExpression: before ? 'version = :before' : 'attribute_not_exists(pk)',
      ...(before && { ExpressionAttributeValues: { ':before': before.version } }),
    },
    failure: () => 'changed',
  };
}

function putEntry(entry: ForfeitEntry): Write<'changed'> {
  return {
    put: { Item: { ...walletEntryKey(entry), ...entry }, ConditionExpression: 'attribute_not_exists(pk)' },
    failure: () => 'changed',
  };
}
