/** Something the audit can name: what it is, its id, and the partitions that tell all about it. */
export type Subject = {
  kind: 'wallet' | 'creator' | 'gift' | 'recharge' | 'payout';
  id: string;
  partitions: string[];
};

/** What the ledger says twice and differently: `delta` is what the balance shows more than its entries account for. */
export type Difference = { subject: Subject; measure: string; delta: number };

/**
 * Sums that must come to zero, one for each thing that is written down in two places: a balance is added where it is
 * kept, and taken away entry by entry. A sum that is zero is forgotten, so a clean ledger of any size needs little room.
 */
export class Tally {
  readonly #open = new Map<string, Difference>();

  add(subject: Subject, measure: string, amount: number): void {
    const key = `${subject.kind} ${subject.id} ${measure}`;
    const delta = (this.#open.get(key)?.delta ?? 0) + amount;
    if (delta === 0) this.#open.delete(key);
    else this.#open.set(key, { subject, measure, delta });
  }

  merge(other: Tally): void {
    for (const { subject, measure, delta } of other.#open.values()) this.add(subject, measure, delta);
  }

  differences(): Difference[] {
    return [...this.#open.values()];
  }
}
