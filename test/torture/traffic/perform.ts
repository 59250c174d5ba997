import { rebuildBoard } from './boards.ts';
import { payForCoins } from './buyers.ts';
import { claimBack, moveClaim } from './claims.ts';
import { announce, deliverMessages, relayChanges } from './deliveries.ts';
import { disturbProviders, lose, redrive, sweep } from './disturbances.ts';
import { sendGiftAgain, sendNewGift } from './gifts.ts';
import { changeLimits, takeBreak } from './limits.ts';
import { lookAround } from './looks.ts';
import type { Operation } from './operation.ts';
import { decideParked } from './parked-events.ts';
import { resumeRun, startRun, stopRun } from './payout-runs.ts';
import { askForPayout, askForPayoutAgain, changeProfile, decideOnPayout, movePayout } from './payouts.ts';
import type { OperationKind } from './plan.ts';
import { handIn } from './receipts.ts';
import { orderCoins, orderCoinsAgain } from './recharges.ts';
import { goOnWithOrder, goOnWithPromotion, orderGoods, startPromotion } from './reservations.ts';
import { buyItem, buyItemAgain, changeStock, redeemCode, redeemCodeAgain } from './shop.ts';
import { changeCreator, freezeOrThaw, grantCoins, grantCoinsAgain, registerFan } from './wallets.ts';
import { withdraw, withdrawAgain } from './withdrawals.ts';

const operations: Record<OperationKind, (operation: Operation) => Promise<void>> = {
  gift: sendNewGift,
  giftAgain: sendGiftAgain,
  recharge: orderCoins,
  rechargeAgain: orderCoinsAgain,
  pay: payForCoins,
  handIn,
  claimBack,
  moveClaim,
  withdraw,
  withdrawAgain,
  grant: grantCoins,
  grantAgain: grantCoinsAgain,
  freeze: freezeOrThaw,
  register: registerFan,
  changeCreator,
  changeProfile,
  changeLimits,
  takeBreak,
  buyItem,
  buyItemAgain,
  promote: startPromotion,
  goOnWithPromotion,
  orderGoods,
  goOnWithOrder,
  changeStock,
  redeemCode,
  redeemCodeAgain,
  payout: askForPayout,
  payoutAgain: askForPayoutAgain,
  approve: decideOnPayout,
  movePayout,
  startRun,
  stopRun,
  resumeRun,
  look: lookAround,
  relay: relayChanges,
  announce,
  credit: (operation) => deliverMessages(operation, 'credits'),
  submit: (operation) => deliverMessages(operation, 'payouts'),
  workRun: (operation) => deliverMessages(operation, 'runs'),
  count: (operation) => deliverMessages(operation, 'scores'),
  rebuildBoard,
  sweepOutboxes: (operation) => sweep(operation, 'sweep-outboxes'),
  sweepRecharges: (operation) => sweep(operation, 'sweep-recharges'),
  sweepGooglePurchases: (operation) => sweep(operation, 'sweep-google-purchases'),
  listGoogleVoids: (operation) => sweep(operation, 'list-google-voids'),
  decideParked,
  sweepPayouts: (operation) => sweep(operation, 'sweep-payouts'),
  sweepPayoutRuns: (operation) => sweep(operation, 'sweep-payout-runs'),
  sweepReservations: (operation) => sweep(operation, 'sweep-reservations'),
  expireLots: (operation) => sweep(operation, 'expire-lots'),
  reverseGifts: (operation) => sweep(operation, 'reverse-gifts'),
  redrive,
  lose,
  disturbProviders,
};

export function perform(operation: Operation): Promise<void> {
  return operations[operation.plan.kindOf(operation.number)](operation);
}
