import type { Key } from '../../store/keys.ts';

export const subjectKinds = [
  'wallet',
  'creator',
  'gift',
  'recharge',
  'reversal',
  'reversed_gift',
  'payout',
  'payout_batch',
  'stock',
  'order',
  'code',
  'campaign',
  'campaign_use',
  'campaign_part',
  'given',
  'given_line',
  'ad_reward',
  'item',
] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** Something the audit can name, and the items that tell all about it. */
export type Subject = {
  kind: SubjectKind;
  id: string;
  /** All that it takes to make the subject again (see `subjectOf`). */
  parts: string[];
  evidence: () => Evidence;
};

/** Single items where they are known; whole partitions where they are not. */
type Evidence = { items?: Key[]; partitions?: string[] };

/** What the ledger says twice and differently: `delta` is what the balance shows more than its entries account for. */
export type Difference = { subject: Subject; measure: string; delta: number };

/**
 * Sums that must come to zero, one for each thing that is written down in two places: a balance is added where it is
 * kept, and taken away entry by entry. A sum that is zero is forgotten.
 */
export class Tally {
  readonly #open = new Map<string, Difference>();

  add(subject: Subject, measure: string, amount: number): void {
    const key = `${nameOf(subject)} ${measure}`;
    const delta = (this.#open.get(key)?.delta ?? 0) + amount;
    if (delta === 0) this.#open.delete(key);
    else this.#open.set(key, { subject, measure, delta });
  }

  differences(): Difference[] {
    return [...this.#open.values()];
  }
}

/** The two places that speak of one subject may each know other evidence; to look again, all of it counts. */
export function joinSubjects(subjects: Subject[]): Subject {
  const [first] = subjects;
  if (!first) throw new Error('There is no subject to join.');
  const evidence = (): Evidence => {
    const all = subjects.map((subject) => subject.evidence());
    const items = new Map(all.flatMap(({ items = [] }) => items.map((key) => [`${key.pk} ${key.sk}`, key] as const)));
    return { items: [...items.values()], partitions: [...new Set(all.flatMap(({ partitions = [] }) => partitions))] };
  };
  return { ...first, evidence };
}

export function nameOf({ kind, id }: Subject): string {
  return `${kind} ${id}`;
}
