import { describe, expect, it } from 'vitest';

/**
 * The protocol of the wallet's outbox as a model of atomic storage calls, explored in every order they can happen in:
 * two keys, two attempts for each, credits delivered twice, prunings at any moment. Keys are numbers; higher is later.
 */
type Attempt = { key: number; at: 'start' | 'searchEntry' | 'readWallet' | 'write' | 'done'; version?: number };
type State = {
  wallet: { version: number; outbox: number[]; prunedThrough: number; debits: number[] };
  entries: number[];
  credits: number[];
  attempts: Attempt[];
};

/** What a broken protocol does otherwise. */
type Fault = 'search before reading' | 'prune before the entry exists' | 'credit without a mark' | 'mark may fall';

const keys = [1, 2];
const deliveries = 2;

const beginning: State = {
  wallet: { version: 0, outbox: [], prunedThrough: 0, debits: [0, 0, 0] },
  entries: [],
  credits: [0, 0, 0],
  attempts: keys.flatMap((key): Attempt[] => [
    { key, at: 'start' },
    { key, at: 'start' },
  ]),
};

function debit(state: State, key: number): void {
  state.wallet.outbox.push(key);
  state.wallet.outbox.sort();
  state.wallet.debits[key] = (state.wallet.debits[key] ?? 0) + 1;
  state.wallet.version += 1;
}

/** One storage call of one attempt to send a gift. */
function step({ wallet, entries, ...state }: State, attempt: Attempt, fault: Fault | undefined): void {
  const { key } = attempt;
  const whole = { wallet, entries, ...state };
  const inOutbox = wallet.outbox.includes(key);
  switch (attempt.at) {
    case 'start':
      attempt.at = 'done';
      if (inOutbox) return;
      if (key > wallet.prunedThrough) {
        debit(whole, key);
      } else {
        // The refusal brings the wallet along, at its version.
        attempt.version = wallet.version;
        attempt.at = 'searchEntry';
      }
      return;
    case 'searchEntry':
      attempt.at = entries.includes(key) ? 'done' : fault === 'search before reading' ? 'readWallet' : 'write';
      return;
    case 'readWallet':
      attempt.version = wallet.version;
      attempt.at = inOutbox ? 'done' : 'write';
      return;
    case 'write':
      attempt.at = attempt.version === wallet.version ? 'done' : 'start';
      if (attempt.at === 'done') debit(whole, key);
  }
}

function* successors(state: State, fault: Fault | undefined): Generator<State> {
  for (const [position, { at }] of state.attempts.entries()) {
    if (at === 'done') continue;
    const next = structuredClone(state);
    step(next, next.attempts[position] as Attempt, fault);
    yield next;
  }
  for (const key of keys.filter(
    (one) => (state.wallet.debits[one] ?? 0) > 0 && (state.credits[one] ?? 0) < deliveries,
  )) {
    if (state.entries.includes(key) && fault !== 'credit without a mark') continue;
    const next = structuredClone(state);
    if (!next.entries.includes(key)) next.entries = [...next.entries, key].toSorted();
    next.credits[key] = (next.credits[key] ?? 0) + 1;
    yield next;
  }
  for (const key of state.wallet.outbox) {
    if (!state.entries.includes(key) && fault !== 'prune before the entry exists') continue;
    const next = structuredClone(state);
    next.wallet.outbox = next.wallet.outbox.filter((other) => other !== key);
    next.wallet.prunedThrough = fault === 'mark may fall' ? key : Math.max(next.wallet.prunedThrough, key);
    next.wallet.version += 1;
    yield next;
  }
}

function wrongs({ wallet, entries, credits }: State): string[] {
  return keys.flatMap((key) => [
    ...((wallet.debits[key] ?? 0) > 1 ? ['debited twice'] : []),
    ...((credits[key] ?? 0) > 1 ? ['credited twice'] : []),
    ...((wallet.debits[key] ?? 0) > 0 && !wallet.outbox.includes(key) && !entries.includes(key) ? ['lost'] : []),
  ]);
}

function explore(fault?: Fault): { states: number; wrongs: Set<string> } {
  const seen = new Set([JSON.stringify(beginning)]);
  const open = [beginning];
  const found = new Set<string>();
  for (let state = open.pop(); state; state = open.pop()) {
    for (const wrong of wrongs(state)) found.add(wrong);
    let ended = true;
    for (const next of successors(state, fault)) {
      ended = false;
      const text = JSON.stringify(next);
      if (seen.has(text)) continue;
      seen.add(text);
      open.push(next);
    }
    if (ended && keys.some((key) => state.wallet.debits[key] !== 1 || state.credits[key] !== 1))
      found.add('not settled');
  }
  return { states: seen.size, wrongs: found };
}

describe('the outbox protocol, explored exhaustively', () => {
  it('debits once, credits once and loses nothing in any order of its steps', () => {
    const { states, wrongs: found } = explore();
    expect(states).toBeGreaterThan(500);
    expect([...found]).toEqual([]);
  });

  it.each<[Fault, string]>([
    ['search before reading', 'debited twice'],
    ['prune before the entry exists', 'lost'],
    ['credit without a mark', 'credited twice'],
    ['mark may fall', 'debited twice'],
  ])('would go wrong with the fault: %s', (fault, wrong) => {
    expect(explore(fault).wrongs).toContain(wrong);
  });
});
