import { type Payout, parsePayout } from '../store/items/payout.ts';
import { payoutKey } from '../store/payout-keys.ts';
import { readItems } from '../store/read.ts';
import type { Item, Table } from '../store/table.ts';
import { mostInBatch } from './begin-batch.ts';
import { type PayoutProvider, type PayoutProviders, providerOf } from './payout-provider.ts';

/** Payouts that are to go in one new batch, or that are in one whose outcome is not known; and who is to be called. */
export type Piece = { kind: 'begin' | 'resume'; provider: PayoutProvider; payouts: [Payout, ...Payout[]] };

type Plan = {
  payoutIds: string[];
  /** Those that share their batch with no other. */
  alone: Set<string>;
  /** Where payouts are put that nothing can be done for now, with the reason. */
  failures: Map<string, unknown>;
};

/** What there is to do, from the payouts as they stand now. Those that the provider has, and those at their end, need nothing. */
export async function planPieces(
  { ledger, providers }: { ledger: Table; providers: PayoutProviders },
  { payoutIds, alone, failures }: Plan,
): Promise<Piece[]> {
  const payouts = parseAll(await readItems(ledger, payoutIds.map(payoutKey)), { payoutIds, failures });
  const pieces: Piece[] = [];
  for (const [method, ofMethod] of Map.groupBy(payouts.filter(isOpen), (payout) => payout.method))
    try {
      const provider = await providerOf(providers, method);
      pieces.push(...beginnings(ofMethod, { provider, alone }), ...resumptions(ofMethod, provider));
    } catch (error) {
      for (const { payoutId } of ofMethod) failures.set(payoutId, error);
    }
  return pieces;
}

function isOpen({ state }: Payout): boolean {
  return state === 'requested' || state === 'submitting';
}

/** One that cannot be read keeps none of the others waiting. */
function parseAll(items: Item[], { payoutIds, failures }: Omit<Plan, 'alone'>): Payout[] {
  const byId = new Map(items.map((item) => [item.payoutId, item]));
  return payoutIds.flatMap((payoutId) => {
    const item = byId.get(payoutId);
    try {
      if (!item) throw new Error(`There is no payout ${payoutId}.`);
      return parsePayout(item);
    } catch (error) {
      failures.set(payoutId, error);
      return [];
    }
  });
}

/** A batch is of one currency. */
function beginnings(payouts: Payout[], { provider, alone }: { provider: PayoutProvider; alone: Set<string> }): Piece[] {
  const requested = payouts.filter(({ state }) => state === 'requested');
  const groups = Map.groupBy(requested, ({ payoutId, currency, sentAlone }) =>
    sentAlone || alone.has(payoutId) ? payoutId : currency,
  );
  const size = Math.min(provider.mostAtOnce, mostInBatch);
  return [...groups.values()].flatMap((group) => chunksOf(group, size)).flatMap(piecesOf('begin', provider));
}

function resumptions(payouts: Payout[], provider: PayoutProvider): Piece[] {
  const submitting = payouts.filter(({ state }) => state === 'submitting');
  const groups = Map.groupBy(submitting, ({ payoutId, batchId = payoutId }) => batchId);
  return [...groups.values()].flatMap(piecesOf('resume', provider));
}

function chunksOf(payouts: Payout[], size: number): Payout[][] {
  const starts = Array.from({ length: Math.ceil(payouts.length / size) }, (_, chunk) => chunk * size);
  return starts.map((start) => payouts.slice(start, start + size));
}

function piecesOf(kind: Piece['kind'], provider: PayoutProvider): (payouts: Payout[]) => Piece[] {
  return ([first, ...others]) => (first ? [{ kind, provider, payouts: [first, ...others] }] : []);
}
