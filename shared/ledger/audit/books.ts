import type { Account } from '../accounts.ts';
import { assetName, changesOf, type Movement } from '../postings.ts';

/** The balance of one account of the chart, over all its owners, in one asset. */
export type AccountBalance = { account: Account; asset: string; amount: number };

/** Folds movements into the balances of the chart of accounts; for each asset they sum to zero, or a flow is wrong. */
export class Books {
  readonly #balances = new Map<string, AccountBalance>();

  constructor(balances: AccountBalance[] = []) {
    for (const { account, asset, amount } of balances) this.#add(account, asset, amount);
  }

  enter(movement: Movement): void {
    for (const change of changesOf(movement)) this.#add(change.account, assetName(change), change.amount);
  }

  balances(): AccountBalance[] {
    return [...this.#balances.values()].toSorted((a, b) =>
      `${a.asset} ${a.account}` < `${b.asset} ${b.account}` ? -1 : 1,
    );
  }

  /** The sum of all balances of each asset. */
  sums(): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { asset, amount } of this.#balances.values()) sums[asset] = (sums[asset] ?? 0) + amount;
    return sums;
  }

  #add(account: Account, asset: string, amount: number): void {
    const key = `${account} ${asset}`;
    const known = this.#balances.get(key)?.amount ?? 0;
    this.#balances.set(key, { account, asset, amount: known + amount });
  }
}
