import { findRecharge } from '../../shared/recharges/find-recharge.ts';
import type { Table } from '../../shared/store/table.ts';
import { type History, subjects } from './history.ts';
import { outside } from './invocation.ts';
import { type Connections, look, type Providers } from './providers.ts';

type Bought = { purchases: { purchaseToken: string; accountId?: string }[] };

/** Looks at the ledger whenever a purchase at Google Play is consumed: nothing can bring its coins after that but luck. */
export function watchConsumption(
  providers: Providers,
  { ledger, history }: { ledger: Table; history: History },
): Connections {
  async function check(purchaseToken: string): Promise<void> {
    const { purchases } = await look<Bought>(providers.urls.google, 'purchases');
    const rechargeId = purchases.find((one) => one.purchaseToken === purchaseToken)?.accountId;
    const order = rechargeId === undefined ? undefined : await findRecharge(ledger, rechargeId);
    if (order?.state !== 'paid')
      history.violate(subjects.recharge(rechargeId ?? 'of nobody'), 'is consumed at Google Play, and not credited');
  }

  return {
    ...providers,
    connectGoogle() {
      const { play, ...others } = providers.connectGoogle();
      const consume: typeof play.consume = async (purchase) => {
        await outside(() => check(purchase.purchaseToken));
        return play.consume(purchase);
      };
      return { play: { ...play, consume }, ...others };
    },
  };
}
