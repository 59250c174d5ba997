import { chanceAt } from '../chance.ts';

/** How often each kind of operation comes, relative to the others. */
export const usualTraffic = {
  gift: 34,
  giftAgain: 15,
  recharge: 6,
  rechargeAgain: 1.5,
  pay: 7.5,
  handIn: 2.5,
  claimBack: 2.4,
  moveClaim: 2.2,
  withdraw: 0.9,
  withdrawAgain: 0.4,
  grant: 1.5,
  grantAgain: 0.8,
  freeze: 0.6,
  register: 0.8,
  changeCreator: 0.6,
  changeProfile: 0.7,
  changeLimits: 1,
  takeBreak: 0.15,
  buyItem: 2.5,
  buyItemAgain: 1,
  promote: 1.2,
  goOnWithPromotion: 1.6,
  orderGoods: 2,
  goOnWithOrder: 2,
  changeStock: 0.4,
  redeemCode: 1,
  redeemCodeAgain: 0.5,
  payout: 4,
  payoutAgain: 2,
  approve: 1.5,
  movePayout: 4,
  startRun: 0.6,
  stopRun: 0.3,
  resumeRun: 0.3,
  look: 9,
  relay: 9,
  announce: 5,
  credit: 10,
  submit: 4,
  workRun: 5,
  count: 5,
  rebuildBoard: 0.15,
  sweepOutboxes: 1,
  sweepRecharges: 1.2,
  sweepGooglePurchases: 0.8,
  listGoogleVoids: 0.4,
  decideParked: 0.4,
  sweepPayouts: 1.5,
  sweepPayoutRuns: 0.6,
  sweepReservations: 0.6,
  expireLots: 0.7,
  reverseGifts: 1.5,
  redrive: 0.5,
  lose: 0.3,
  disturbProviders: 0.7,
};

export type OperationKind = keyof typeof usualTraffic;

export type Traffic = Record<OperationKind, number>;

/** What each operation does is decided by the seed, its number and the traffic, before anything runs. */
export class Plan {
  readonly seed: number;
  readonly #traffic: Traffic;
  readonly #kinds: OperationKind[] = [];

  constructor(seed: number, traffic: Traffic) {
    this.seed = seed;
    this.#traffic = traffic;
  }

  kindOf(operation: number): OperationKind {
    for (let next = this.#kinds.length; next <= operation; next++)
      this.#kinds.push(chanceAt(this.seed, next, 'kind').weighted(this.#traffic));
    return this.#kinds[operation] ?? 'look';
  }

  /** An earlier operation of a kind, mostly a recent one; none when there was none lately. */
  earlier(operation: number, kind: OperationKind): number | undefined {
    const chance = chanceAt(this.seed, operation, 'earlier');
    const distance = chance.weighted({ atOnce: 45, soon: 35, late: 20 });
    const longest = { atOnce: 25, soon: 400, late: 2_500 }[distance];
    const from = operation - 1 - chance.below(Math.max(1, Math.min(longest, operation)));
    for (let candidate = from; candidate >= Math.max(0, from - 400); candidate--)
      if (this.kindOf(candidate) === kind) return candidate;
    return undefined;
  }
}
