import {
  functionGigabytes,
  listPrices,
  messagesPerInvocation,
  recordsPerInvocation,
  relayMillisecondsPerRecord,
  waits,
} from './list-prices.ts';
import type { Usage } from './meter.ts';
import type { PeerResult } from './peers-bench.ts';
import type { MeasuredPath } from './units.ts';

/** Dollars for a million gifts, or for one recharge or payout, by what is billed. */
export type Cost = {
  api: number;
  lambda: number;
  writes: number;
  reads: number;
  queue: number;
  logs: number;
  total: number;
};

type Bill = {
  apiRequests: number;
  invocations: number;
  functionMilliseconds: number;
  usage: Usage;
  /** Receives and deletes, which Lambda's pollers make. */
  pollerRequests: number;
  logBytes: number;
};

function costOf({ apiRequests, invocations, functionMilliseconds, usage, pollerRequests, logBytes }: Bill): Cost {
  const gigabyteSeconds = (functionMilliseconds / 1000) * functionGigabytes;
  const parts = {
    api: apiRequests * listPrices.httpApiRequest,
    lambda: invocations * listPrices.lambdaRequest + gigabyteSeconds * listPrices.lambdaGigabyteSecond,
    writes: usage.writeUnits * listPrices.dynamoDbWriteUnit,
    reads: usage.readUnits * listPrices.dynamoDbReadUnit,
    queue: (usage.sqsSends + pollerRequests) * listPrices.sqsRequest,
    logs: (logBytes / 1e9) * listPrices.logGigabyte,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

const million = 1_000_000;

/** `logBytes` is what the gift function was seen to write; the other functions write a line for many gifts. */
export function costOfPath({ total, parts, gifts }: MeasuredPath, logBytes: number): Cost {
  const messages = total.sqsMessages;
  const isPacked = gifts > 0 && messages < 0.5;
  // Each gift is a record, and each pruning another.
  const records = 1 + (parts.prune?.writeUnits ?? 0);
  const sending = waits.own + waits.singleItem * (parts.debit?.requests ?? 1);
  const relaying = records * relayMillisecondsPerRecord;
  // The messages of an invocation are credited at once, in the time of one.
  const crediting =
    ((isPacked ? waits.largeTransaction : waits.smallTransaction) + waits.own) * (messages / messagesPerInvocation);
  return perMillion({
    apiRequests: 1,
    invocations: 1 + records / recordsPerInvocation + messages / messagesPerInvocation,
    functionMilliseconds: sending + relaying + crediting,
    usage: total,
    pollerRequests: pollerRequestsOf(total),
    logBytes,
  });
}

/** Calls that each peer's function waits for, one after the other: before the answer, and at the credit. */
const peerWaits: Record<string, { sending: number; crediting: number }> = {
  a: { sending: 3 * waits.singleItem + waits.sqsSend, crediting: 3 * waits.singleItem },
  b: { sending: waits.smallTransaction + waits.sqsSend, crediting: waits.smallTransaction },
  c: { sending: 2 * waits.singleItem + waits.sqsSend, crediting: 2 * waits.singleItem * messagesPerInvocation },
};

/** The same API, the same log lines; each gift is a message of its own. */
export function costOfPeer(peer: PeerResult, logBytes: number): Cost {
  const waiting = peerWaits[peer.name.charAt(1)];
  if (!waiting) throw new Error(`Nothing is known of what ${peer.name} waits for.`);
  const usage = addUsage(peer.sending, peer.settling);
  return perMillion({
    apiRequests: 1,
    invocations: 1 + 1 / messagesPerInvocation,
    functionMilliseconds: waits.own + waiting.sending + (waits.own + waiting.crediting) / messagesPerInvocation,
    usage,
    pollerRequests: pollerRequestsOf(usage),
    logBytes,
  });
}

/** A receive is billed for as many 64 KiB as were sent, and at least one for ten messages; a deletion is one for ten. */
function pollerRequestsOf({ sqsSends, sqsMessages }: Usage): number {
  const batches = sqsMessages / messagesPerInvocation;
  const receives = sqsSends < sqsMessages ? Math.max(sqsSends, batches) : batches;
  return receives + batches;
}

export function addUsage(one: Usage, other: Usage): Usage {
  return Object.fromEntries(
    Object.entries(one).map(([key, value]) => [key, value + other[key as keyof Usage]]),
  ) as Usage;
}

function perMillion(bill: Bill): Cost {
  return Object.fromEntries(Object.entries(costOf(bill)).map(([part, dollars]) => [part, dollars * million])) as Cost;
}

/** A recharge or a payout, for a million of them; what the provider takes is not in it. */
export function costOfMove(
  usage: Usage,
  by: { requests: number; invocations: number; providerCalls: number; logBytes: number },
): Cost {
  return perMillion({
    apiRequests: by.requests,
    invocations: by.invocations,
    functionMilliseconds:
      by.invocations * waits.own + by.providerCalls * waits.provider + usage.requests * waits.singleItem,
    usage,
    pollerRequests: pollerRequestsOf(usage),
    logBytes: by.invocations * by.logBytes,
  });
}
