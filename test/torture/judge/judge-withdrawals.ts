import type { Withdrawal } from '../../../shared/store/items/withdrawal.ts';
import type { BookedPayment } from '../books/booked-payment.ts';
import type { Existing } from '../client-view.ts';
import { subjects } from '../history.ts';
import { contentOf } from '../traffic/withdrawals.ts';
import type { World } from '../world.ts';
import type { Snapshot } from './snapshot.ts';

/** Each withdrawal has one refund of its amount at the provider, or none that lasted if it was refused. */
export function judgeWithdrawals({ history, views }: World, { withdrawals }: Snapshot, books: BookedPayment[]): void {
  views.withdrawals.judge(new Map(withdrawals.map(existing)));
  const refunds = Map.groupBy(
    books.flatMap((payment) => payment.refunds),
    ({ claimId }) => claimId ?? '',
  );
  for (const { withdrawalId, claimId, state, amountMinor } of withdrawals) {
    const subject = subjects.withdrawal(withdrawalId);
    const made = refunds.get(claimId) ?? [];
    const sums = made.map(({ amount, isFailed }) => (isFailed ? `${amount} (failed)` : amount)).join(', ');
    if (state === 'refunded' && (made.length !== 1 || made[0]?.amount !== amountMinor))
      history.violate(subject, `is of ${amountMinor}, and the provider refunded ${sums || 'nothing'}`);
    if (state === 'refused' && made.some(({ isFailed }) => !isFailed))
      history.violate(subject, `is refused, and the provider refunded ${sums}`);
    refunds.delete(claimId);
  }
  for (const claimId of refunds.keys())
    if (claimId.startsWith('withdrawal-')) history.violate(claimId, 'is refunded, and nobody withdrew');
}

function existing(withdrawal: Withdrawal): [string, Existing] {
  const { withdrawalId, rechargeId, coins, bonusCoins, amountMinor: amount, currency } = withdrawal;
  const content = contentOf({ coins, bonusCoins, refund: { amount, currency } });
  return [
    subjects.withdrawal(withdrawalId),
    { request: JSON.stringify({ rechargeId }), content: JSON.stringify(content) },
  ];
}
