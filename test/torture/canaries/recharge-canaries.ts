import type { Canary } from './canary.ts';
import { changeWrites, isEvent, isWallet, withoutCondition } from './rewrite.ts';

const payments = { recharge: 25, pay: 30, disturbProviders: 12, sweepRecharges: 4, gift: 15, relay: 3, credit: 3 };

export const rechargeCanaries: Canary[] = [
  {
    name: 'webhook-without-event-mark',
    breaks: 'A payment is credited without the marks that it was: the order is not asked for its state, nor the event.',
    sabotage: () => ({
      request: (request) =>
        changeWrites(request, (write) => {
          if (write.sk === 'ORDER') return withoutCondition(write, '#state IN');
          if (isEvent(write)) return withoutCondition(write, 'attribute_not_exists');
          return write.sk.endsWith('#recharge') ? withoutCondition(write, 'attribute_not_exists') : {};
        }),
    }),
    traffic: payments,
    fans: 6,
  },
  {
    name: 'credit-wallet-without-version',
    breaks: 'The coins of a payment are written over whatever the wallet has become since it was read.',
    sabotage: () => ({
      request: (request) =>
        changeWrites(request, (write) =>
          isWallet(write) && write.UpdateExpression?.includes('paid = :paid')
            ? withoutCondition(write, 'version = :version')
            : {},
        ),
    }),
    traffic: { ...payments, gift: 60 },
    fans: 3,
  },
];
