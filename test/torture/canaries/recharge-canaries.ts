import type { Canary } from './canary.ts';
import { changeWrites, isEvent, isWallet, withoutCondition } from './rewrite.ts';

const payments = { recharge: 25, pay: 30, disturbProviders: 12, sweepRecharges: 4, gift: 15, relay: 3, credit: 3 };

/** Much going back, of coins that were spent meanwhile. */
const claims = {
  ...{ recharge: 20, pay: 25, claimBack: 25, moveClaim: 15 },
  ...{ gift: 30, relay: 10, credit: 12, reverseGifts: 15, disturbProviders: 6 },
};

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
  {
    name: 'claims-without-versions',
    breaks: 'What goes back is taken from whatever the order and the wallet have become since they were read.',
    sabotage: () => ({
      request: (request) =>
        changeWrites(request, (write) => {
          const isClaim = write.sk === 'ORDER' && String(write.UpdateExpression).includes('#claims');
          if (isClaim || isWallet(write)) return withoutCondition(write, 'version = :version');
          return isEvent(write) ? withoutCondition(write, 'attribute_not_exists') : {};
        }),
    }),
    traffic: claims,
    fans: 3,
  },
];
