import type { History } from './history.ts';

/** One request as a client made it: under which id, and what it asked for, as a text that compares. */
export type Attempt = { subject: string; request: string; begun: number };

/** What clients know of one id. */
type Known = {
  /** Everything that was ever asked for under the id. */
  requests: Set<string>;
  /** Requests whose outcome some client never learned. */
  unknown: Set<string>;
  /** The first success, and when it was answered; from then on it holds for ever. */
  success?: { request: string; content: string; answered: number };
  /** How often success was reported as new. */
  created: number;
};

/** What the ledger says exists under an id. */
export type Existing = { request: string; content: string };

/**
 * What clients were told about the things of one kind that they make under keys of their own. It holds the answers
 * against each other as they come, and against the ledger in the end.
 */
export class ClientView {
  readonly #history: History;
  readonly #known = new Map<string, Known>();

  constructor(history: History) {
    this.#history = history;
  }

  begin(subject: string, request: unknown): Attempt {
    const known = this.#known.get(subject) ?? { requests: new Set(), unknown: new Set(), created: 0 };
    this.#known.set(subject, known);
    const text = JSON.stringify(request);
    known.requests.add(text);
    return { subject, request: text, begun: this.#history.next() };
  }

  unknown({ subject, request }: Attempt): void {
    this.#known.get(subject)?.unknown.add(request);
  }

  succeeded({ subject, request }: Attempt, content: unknown, isReplay: boolean): void {
    const known = this.#known.get(subject);
    if (!known) return;
    const text = JSON.stringify(content);
    const { success } = known;
    if (!isReplay) known.created += 1;
    if (known.created > 1 && !isReplay) this.#history.violate(subject, 'was created a second time');
    if (success && success.request !== request)
      this.#history.violate(subject, `exists as ${success.request}, and ${request} was granted as well`);
    else if (success && success.content !== text)
      this.#history.violate(subject, `was answered as ${success.content}, and now as ${text}`);
    known.success ??= { request, content: text, answered: this.#history.next() };
  }

  refused({ subject, request, begun }: Attempt, code: string): void {
    const known = this.#known.get(subject);
    if (!known) return;
    const { success, requests } = known;
    if (success && success.answered < begun && success.request === request)
      this.#history.violate(subject, `exists, and its repetition is refused as ${code}`);
    if (success && success.answered < begun && success.request !== request && code !== 'idempotency_key_reused')
      this.#history.violate(subject, `exists, and another request under its key is refused as ${code}`);
    if (code === 'idempotency_key_reused' && requests.size === 1)
      this.#history.violate(subject, 'is refused as another request, and there was no other');
  }

  /** Somebody looked at it: `content` is what there is, if there is anything. */
  seen(subject: string, content: unknown, begun: number): void {
    const known = this.#known.get(subject);
    const success = known?.success;
    if (content === undefined) {
      if (success && success.answered < begun) this.#history.violate(subject, 'exists, and cannot be found');
    } else if (success && success.content !== JSON.stringify(content)) {
      this.#history.violate(subject, `was answered as ${success.content}, and looks like ${JSON.stringify(content)}`);
    }
  }

  /** Everything whose success was answered before a moment. */
  succeededBefore(moment: number): string[] {
    return [...this.#known].flatMap(([subject, { success }]) =>
      success && success.answered < moment ? [subject] : [],
    );
  }

  /** Everything that was asked for, in an order that does not depend on who came first. */
  asked(): string[] {
    return [...this.#known]
      .flatMap(([subject, { requests }]) => [...requests].map((request) => `${subject} ${request}`))
      .toSorted();
  }

  /** Holds all that clients were told against all there is. */
  judge(existing: ReadonlyMap<string, Existing>): void {
    for (const [subject, known] of this.#known) this.#judgeOne(subject, known, existing.get(subject));
    for (const subject of existing.keys())
      if (!this.#known.has(subject)) this.#history.violate(subject, 'exists, and nobody asked for it');
  }

  #judgeOne(subject: string, { success, unknown }: Known, found: Existing | undefined): void {
    if (success && !found) this.#history.violate(subject, `was answered as ${success.content}, and does not exist`);
    if (!found) return;
    if (!success && !unknown.has(found.request))
      this.#history.violate(subject, 'exists, although every request for it was refused');
    if (success && success.request !== found.request)
      this.#history.violate(subject, `was answered for ${success.request}, and exists as ${found.request}`);
    if (success && success.content !== found.content)
      this.#history.violate(subject, `was answered as ${success.content}, and exists as ${found.content}`);
  }
}
