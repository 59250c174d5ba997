import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { batchTransitions, type PayoutTransition, payoutTransitions } from '../../shared/payouts/states.ts';
import { PayoutState } from '../../shared/store/items/payout.ts';

const transitions: [string, PayoutTransition][] = Object.entries(payoutTransitions);
const page = await readFile(new URL('../../docs/payout-states.md', import.meta.url), 'utf8');

/** In these states the diamonds are held, in `paid` they are paid out, and in the others the creator has them. */
const holding = new Set<PayoutState>(['awaiting_approval', 'requested', 'submitting', 'submitted']);

function flowBetween(from: PayoutState, to: PayoutState): PayoutTransition['flow'] {
  if (!holding.has(from)) return 'payout_returned';
  if (holding.has(to)) return undefined;
  return to === 'paid' ? 'payout_paid' : 'payout_release';
}

describe('the states of a payout', () => {
  it('are drawn as they are, and so are those of a batch', () => {
    const all = [...transitions, ...Object.entries(batchTransitions)];
    const edges = all.flatMap(([name, { from, to }]) => from.map((state) => `${state} --> ${to}: ${name}`));
    const drawn = [...page.matchAll(/^ {4}(\w+ --> \w+: \w+)$/gm)].map(([, edge]) => edge);
    expect(drawn.toSorted()).toEqual(edges.toSorted());
  });

  it('are all explained', () => {
    const explained = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, state]) => state);
    for (const state of PayoutState.options) expect(explained).toContain(state);
  });

  it.each(transitions)('move the diamonds with %s as the two states demand', (_name, { from, to, flow }) => {
    for (const state of from) expect(flow).toBe(flowBetween(state, to));
  });
});
