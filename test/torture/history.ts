/** What the run found wrong with something, in a sentence. */
export type Violation = { subject: string; sentence: string };

/** What happened to everything, in order: each line belongs to the things that it touched. */
export class History {
  readonly #lines: string[] = [];
  readonly #bySubject = new Map<string, number[]>();
  readonly violations: Violation[] = [];
  /** How often each function ended in each way. */
  readonly outcomes = new Map<string, number>();
  #order = 0;

  /** A number that grows with every event of the run, to tell what came before what. */
  next(): number {
    this.#order += 1;
    return this.#order;
  }

  note(subjects: readonly string[], line: string): void {
    const at = this.#lines.push(line) - 1;
    for (const subject of new Set(subjects)) {
      const known = this.#bySubject.get(subject);
      if (known) known.push(at);
      else this.#bySubject.set(subject, [at]);
    }
  }

  count(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }

  violate(subject: string, sentence: string): void {
    this.violations.push({ subject, sentence });
    this.note([subject], `!!! ${sentence}`);
  }

  /** The run ends at the first violation: what follows it would only hide it. */
  get isSpoiled(): boolean {
    return this.violations.length > 0;
  }

  /** All that touched one thing, and nothing else. */
  of(subject: string): string[] {
    return (this.#bySubject.get(subject) ?? []).map((at) => this.#lines[at] ?? '');
  }
}

export const subjects = {
  wallet: (userId: string) => `wallet ${userId}`,
  creator: (creatorId: string) => `creator ${creatorId}`,
  gift: (senderId: string, giftId: string) => `gift ${giftId} of ${senderId}`,
  grant: (userId: string, grantId: string) => `grant ${grantId} of ${userId}`,
  recharge: (rechargeId: string) => `recharge ${rechargeId}`,
  withdrawal: (withdrawalId: string) => `withdrawal ${withdrawalId}`,
  payout: (payoutId: string) => `payout ${payoutId}`,
  purchase: (userId: string, purchaseId: string) => `purchase ${purchaseId} of ${userId}`,
  promotion: (userId: string, promotionId: string) => `promotion ${promotionId} of ${userId}`,
  order: (userId: string, orderId: string) => `order ${orderId} of ${userId}`,
  redemption: (userId: string, redemptionId: string) => `redemption ${redemptionId} of ${userId}`,
  code: (code: number) => `code ${code}`,
  stock: (item: string) => `stock of ${item}`,
  board: (name: string) => `board ${name}`,
  campaign: (code: string) => `campaign ${code}`,
  run: (runId: string) => `run ${runId}`,
};
