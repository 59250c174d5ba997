import { arch, cpus, totalmem } from 'node:os';
import { mostInBatch } from '../../shared/payouts/begin-batch.ts';
import { addUsage, costOfMove, costOfPath, costOfPeer } from './cost.ts';
import { bankEvents } from './count-bank-payout.ts';
import { type RechargeMove, rechargeMoves } from './count-recharges.ts';
import { listPrices } from './list-prices.ts';
import type { Measured } from './measure.ts';
import type { PeerResult } from './peers-bench.ts';
import { round } from './statistics.ts';
import type { MeasuredPath } from './units.ts';

export type Report = ReturnType<typeof reportOf>;

/** Everything that was measured, with what follows from it; every number rounded to what it is good for. */
export function reportOf(measured: Measured, now: Date) {
  const { paths, overhead, hotCreator, hotSenders, moves, coldStart } = measured;
  const logBytes = overhead.logBytesPerGift;
  const [tributary, ...peers] = measured.peers.results;
  if (!tributary) throw new Error('Nobody took part.');
  // A hot creator has many workers: each side is taken where it has the most.
  const most = hotCreator.workers.at(-1);
  if (!most) throw new Error('No workers took part.');
  return roundAll({
    date: now.toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'} (${arch()}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`,
    rounds: {
      peers: measured.peers.rounds,
      hotCreator: hotCreator.rounds,
      hotSenders: hotSenders.rounds,
      coldStart: coldStart.rounds,
    },
    gift: {
      requests: paths.hot.parts.debit?.requests ?? Number.NaN,
      writeUnits: paths.hot.parts.debit?.writeUnits ?? Number.NaN,
      handlerRatioP50: overhead.ratioP50,
      handlerP50Ms: overhead.handlerP50Ms,
      bareP50Ms: overhead.bareP50Ms,
      logBytes,
    },
    path: { hot: pathOf(paths.hot), hotWithUuids: pathOf(paths.hotUuid), tail: pathOf(paths.tail) },
    tributary: peerOf(tributary),
    peers: peers.map(peerOf),
    hotCreator: {
      ...hotCreator,
      creditsPerSecond: most.creditsPerSecond,
      singleCreditsPerSecond: most.singleCreditsPerSecond,
      senders: hotSenders,
    },
    coldStart: { bare: [coldStart.bare, coldStart.bareTrimmed], functions: coldStart.functions },
    dollars: {
      hot: costOfPath(paths.hot, logBytes),
      tail: costOfPath(paths.tail, logBytes),
      peers: peers.map((peer) => ({ name: peer.name, ...costOfPeer(peer, logBytes) })),
      recharges: costsOfRecharges(moves, logBytes),
      payout: costOfMove(moves.payout, { requests: 2, invocations: 3, providerCalls: 2, logBytes }),
      payoutInBatch: costOfMove(moves.payoutInBatch, {
        requests: 2,
        invocations: 2 + 1 / mostInBatch,
        providerCalls: 1 + 1 / mostInBatch,
        logBytes,
      }),
      // A transfer and a payout with what is looked at before them, and two questions about each event.
      bankPayout: costOfMove(moves.bankPayout, {
        requests: 1 + bankEvents,
        invocations: 2 + bankEvents,
        providerCalls: 6 + 2 * bankEvents,
        logBytes,
      }),
      payoutOfAllShards: costOfMove(moves.payoutOfAllShards, {
        requests: 2,
        invocations: 3,
        providerCalls: 2,
        logBytes,
      }),
    },
    moves,
    prices: listPrices,
  });
}

function costsOfRecharges(moves: Measured['moves'], logBytes: number) {
  const names = Object.keys(rechargeMoves) as RechargeMove[];
  return names.map((move) => {
    const { name, requests, providerCalls } = rechargeMoves[move];
    return { name, ...costOfMove(moves[move], { requests, invocations: requests, providerCalls, logBytes }) };
  });
}

function pathOf({ total, parts }: MeasuredPath) {
  return {
    writeUnitsPerGift: total.writeUnits,
    readUnitsPerGift: total.readUnits,
    requestsPerGift: total.requests,
    parts,
  };
}

function peerOf({ sending, settling, ...rest }: PeerResult) {
  const whole = addUsage(sending, settling);
  return {
    ...rest,
    writeUnitsPerGift: whole.writeUnits,
    readUnitsPerGift: whole.readUnits,
    requestsPerGift: whole.requests,
    sending,
    settling,
  };
}

/** Three digits behind the point; prices keep theirs. */
function roundAll<Value>(value: Value): Value {
  if (typeof value === 'number') return (Math.abs(value) < 0.001 ? value : round(value, 3)) as Value;
  if (Array.isArray(value)) return value.map(roundAll) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, roundAll(each)])) as Value;
}
