import { dayOf, monthOf, weekOf } from '../../shared/calendar.ts';
import { type Limits, limitNames } from '../../shared/store/items/wallet-rules.ts';

type Lot = { id: string; coins: number; expiresAt: number; worth: number };
type Purchase = {
  id: string;
  coins: number;
  bonus: number;
  left: number;
  owed: number;
  bonusExpired: number;
  isBack: boolean;
};

const day = 86_400_000;

/**
 * The rules of a wallet as a person would explain them, with none of the product's code but the calendar: one thing after the
 * other, in one place, without a store.
 */
export class WalletModel {
  now: number;
  owed = 0;
  isFrozen = false;
  lots: Lot[] = [];
  purchases: Purchase[] = [];
  /** Every coin ever spent, with its time. */
  spent: { at: number; coins: number }[] = [];
  own: { [Name in keyof Limits]?: number } = {};
  raises: { [Name in keyof Limits]?: { coins: number | undefined; from: number } } = {};
  guardian: Limits = {};
  readonly cap: Limits;

  constructor(now: number, cap: Limits) {
    this.now = now;
    this.cap = cap;
  }

  get paid(): number {
    return this.purchases.reduce((sum, { left }) => sum + left, 0);
  }

  get promo(): number {
    return this.lots.filter(({ expiresAt }) => expiresAt > this.now).reduce((sum, { coins }) => sum + coins, 0);
  }

  buy(id: string, { coins, bonus, worth }: { coins: number; bonus: number; worth: number }): void {
    const repaid = Math.min(this.owed, coins);
    this.owed -= repaid;
    this.purchases.push({ id, coins, bonus, left: coins - repaid, owed: 0, bonusExpired: 0, isBack: false });
    this.lots.push({ id, coins: bonus, expiresAt: this.now + 30 * day, worth });
  }

  grant(id: string, { coins, days, worth }: { coins: number; days: number; worth: number }): void {
    this.lots.push({ id, coins, expiresAt: this.now + days * day, worth });
  }

  /** What becomes of a gift, and the milli-diamonds that it makes. */
  gift(coins: number): { code: string; milliDiamonds?: number } {
    if (this.isFrozen) return { code: 'wallet_frozen' };
    if (this.owed > 0) return { code: 'debt_outstanding' };
    if (this.roomLeft() < coins) return { code: 'spending_limit_reached' };
    if (this.paid + this.promo < coins) return { code: 'insufficient_coins' };
    this.spent.push({ at: this.now, coins });
    let open = coins;
    let halves = 0;
    const good = this.lots.filter(({ expiresAt }) => expiresAt > this.now);
    for (const lot of good.sort((a, b) => a.expiresAt - b.expiresAt)) {
      const taken = Math.min(lot.coins, open);
      lot.coins -= taken;
      open -= taken;
      halves += taken * lot.worth;
    }
    halves += open * 2;
    for (const purchase of this.purchases) {
      const taken = Math.min(purchase.left, open);
      purchase.left -= taken;
      open -= taken;
    }
    // Half a diamond a coin; a worth is 0, a half or a whole, so that nothing has to be rounded.
    return { code: 'done', milliDiamonds: halves * 250 };
  }

  /** The fewest coins that any limit leaves. */
  roomLeft(): number {
    this.#settleRaises();
    return Math.min(
      ...[this.own, this.guardian, this.cap].flatMap((limits) =>
        limitNames.flatMap((name) => {
          const limit = limits[name];
          return limit === undefined ? [] : [limit - (name === 'perGift' ? 0 : this.#spentIn(name))];
        }),
      ),
    );
  }

  setOwn(wanted: Limits): void {
    this.#settleRaises();
    for (const name of limitNames) {
      const [known = Number.POSITIVE_INFINITY, next = Number.POSITIVE_INFINITY] = [this.own[name], wanted[name]];
      const waiting = this.raises[name];
      delete this.raises[name];
      if (next <= known) {
        if (wanted[name] !== undefined) this.own[name] = wanted[name];
        continue;
      }
      const isEnough = waiting && next <= (waiting.coins ?? Number.POSITIVE_INFINITY);
      this.raises[name] = { coins: wanted[name], from: isEnough ? waiting.from : this.now + day };
    }
  }

  /** The whole payment goes back: what is left goes, what was spent is owed, what expired is nobody's. */
  refund(purchase: Purchase): void {
    const taken = purchase.left;
    purchase.left = 0;
    const lot = this.lots.find(({ id }) => id === purchase.id);
    const bonusTaken = lot?.coins ?? 0;
    this.lots = this.lots.filter((other) => other !== lot);
    this.owed += purchase.coins - taken + purchase.bonus - purchase.bonusExpired - bonusTaken;
    purchase.isBack = true;
  }

  expire(): number {
    const expired = this.lots.filter(({ expiresAt }) => expiresAt <= this.now);
    for (const { id, coins } of expired)
      for (const purchase of this.purchases) if (purchase.id === id) purchase.bonusExpired += coins;
    this.lots = this.lots.filter((lot) => !expired.includes(lot));
    return expired.reduce((sum, { coins }) => sum + coins, 0);
  }

  #settleRaises(): void {
    for (const name of limitNames) {
      const raise = this.raises[name];
      if (!raise || raise.from > this.now) continue;
      delete this.raises[name];
      if (raise.coins === undefined) delete this.own[name];
      else this.own[name] = raise.coins;
    }
  }

  #spentIn(name: 'day' | 'week' | 'month'): number {
    const period = (at: number) => {
      const date = dayOf(new Date(at));
      return { day: date, week: weekOf(date), month: monthOf(date) }[name];
    };
    return this.spent.filter(({ at }) => period(at) === period(this.now)).reduce((sum, { coins }) => sum + coins, 0);
  }
}
