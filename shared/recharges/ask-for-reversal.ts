import type { Recharge } from '../store/items/recharge.ts';
import { dueBucketOf, reversalKey } from '../store/keys.ts';
import type { Write } from '../store/write.ts';

/** What claims changed of an order whose coins had been spent. */
type Reversible = {
  order: Recharge;
  owedCoins: number;
  inPaid: number;
  laterSpentCoins: number;
  /** All gifts that the wallet had paid for when it was read were sent until then. */
  spentUntil: Date;
  /** The version of the wallet when it was read. */
  walletVersion: number;
  now: Date;
};

/**
 * Has the gifts reversed that were paid with coins which went back, or no longer. It needs no condition of its own: the
 * order's version guards the transaction that it belongs to.
 *
 * Coins that had repaid a debt were spent on no gift, so no more than the order brought into `paid` are reversed.
 */
export function askForReversal<Failure>(
  { order, owedCoins, inPaid, laterSpentCoins, spentUntil, walletVersion, now }: Reversible,
  failure: Failure,
): Write<Failure> {
  const { rechargeId, userId } = order;
  return {
    update: {
      Key: reversalKey(rechargeId),
      UpdateExpression:
        'SET rechargeId = :recharge, userId = :user, wantedCoins = :wanted, dueBucket = :bucket, dueAt = :now, ' +
        'asOf = if_not_exists(asOf, :until), asOfVersion = if_not_exists(asOfVersion, :walletVersion), ' +
        'skipCoins = if_not_exists(skipCoins, :skip), ' +
        'reversedCoins = if_not_exists(reversedCoins, :zero), walkedCoins = if_not_exists(walkedCoins, :zero), ' +
        'steps = if_not_exists(steps, :zero), version = if_not_exists(version, :start) + :one',
      ExpressionAttributeValues: {
        ':recharge': rechargeId,
        ':user': userId,
        ':wanted': Math.min(owedCoins, inPaid),
        ':bucket': dueBucketOf({ kind: 'reversal', id: rechargeId }),
        ':now': now.toISOString(),
        ':until': spentUntil.toISOString(),
        ':walletVersion': walletVersion,
        ':skip': laterSpentCoins,
        ':zero': 0,
        // A reversal may end and begin anew; no version comes twice.
        ':start': now.getTime(),
        ':one': 1,
      },
    },
    failure: () => failure,
  };
}
