import { type Cell, markdownTable } from './markdown.ts';
import type { Report } from './report.ts';
import type { Target } from './targets.ts';

/** The report as it stands in docs/performance.md, readable in a terminal too. */
export function describeReport(report: Report, targets: Target[]): string {
  return [
    `${report.date.slice(0, 10)}, ${report.machine}.`,
    section('Promises', promises(targets)),
    section('A gift along its way', path(report), handler(report)),
    section('What one would write instead', peers(report), lacks(report)),
    section('A hot creator', workers(report), loads(report), senders(report), ceiling(report)),
    section('Cold start', coldStart(report)),
    section(`Dollars a million, list prices of ${report.prices.date} in ${report.prices.region}`, dollars(report)),
  ].join('\n\n');
}

function section(title: string, ...parts: string[]): string {
  return [`### ${title}`, ...parts].join('\n\n');
}

function promises(targets: Target[]): string {
  const rows = targets.map(({ what, measured, limit, met }) => [what, measured, limit, met ? 'kept' : '**missed**']);
  return markdownTable(['', 'measured', 'limit', ''], rows);
}

const pathNames = { hot: 'hot creator', hotWithUuids: 'hot creator, all ids are UUIDs', tail: 'long tail' };

function path({ path }: Report): string {
  return markdownTable(
    ['per gift', 'write units', 'debit', 'credit', 'prune', 'read units', 'requests'],
    Object.entries(path).map(([name, of]) => [
      pathNames[name as keyof typeof path],
      fixed(of.writeUnitsPerGift, 2),
      ...['debit', 'credit', 'prune'].map((part) => fixed(of.parts[part]?.writeUnits ?? 0, 2)),
      fixed(of.readUnitsPerGift, 2),
      fixed(of.requestsPerGift, 2),
    ]),
  );
}

function handler({ gift }: Report): string {
  return (
    `Gift handler, event in to response out: p50 ${fixed(gift.handlerP50Ms, 2)} ms; the bare update ` +
    `${fixed(gift.bareP50Ms, 2)} ms; median of the rounds' ratios ${fixed(gift.handlerRatioP50, 3)}. ` +
    `A gift writes ${Math.round(gift.logBytes)} bytes of log.`
  );
}

function peers({ tributary, peers, path, rounds }: Report): string {
  const table = markdownTable(
    [
      'one creator',
      'same guarantees',
      'write units',
      'read units',
      'requests',
      'gifts/s ×1',
      'gifts/s ×16',
      'p50 ms',
      'p99 ms',
      'p50 ×16',
      'p99 ×16',
    ],
    [{ ...tributary, ...path.hot }, ...peers].map((peer) => [
      peer.name,
      peer.sameGuarantees ? 'yes' : 'no',
      fixed(peer.writeUnitsPerGift, 2),
      fixed(peer.readUnitsPerGift, 2),
      fixed(peer.requestsPerGift, 2),
      fixed(peer.perSecond1, 0),
      fixed(peer.perSecond16, 0),
      fixed(peer.p50Ms, 2),
      fixed(peer.p99Ms, 2),
      fixed(peer.p50Ms16, 1),
      fixed(peer.p99Ms16, 1),
    ]),
  );
  return `${table}\n\nUnits and requests of the whole path, times of what the sender waits for; ${rounds.peers} rounds.`;
}

function lacks({ peers }: Report): string {
  return peers.map(({ name, lacks }) => `- ${name}: ${lacks}`).join('\n');
}

function workers({ hotCreator, peers, rounds }: Report): string {
  const single = peers.find(({ sameGuarantees }) => sameGuarantees);
  const table = markdownTable(
    ['workers', 'credited/s', 'write units', '(b) credited/s', '(b) write units', 'ratio of credits/s'],
    hotCreator.workers.map((of) => [
      of.workers,
      fixed(of.creditsPerSecond, 0),
      fixed(of.writeUnitsPerGift, 2),
      fixed(of.singleCreditsPerSecond, 0),
      fixed(single?.writeUnitsPerGift ?? Number.NaN, 2),
      fixed(of.creditsPerSecond / of.singleCreditsPerSecond, 1),
    ]),
  );
  return `${table}\n\nGifts of one second, 360 of them, divided among so many workers; ${rounds.hotCreator} rounds.`;
}

function loads({ hotCreator: { loads } }: Report): string {
  return markdownTable(
    ['gifts in a message', ...loads.map(({ giftsPerMessage }) => giftsPerMessage)],
    [['write units per gift', ...loads.map(({ writeUnitsPerGift }) => fixed(writeUnitsPerGift, 2))]],
  );
}

function senders({ hotCreator: { senders }, rounds }: Report): string {
  const table = markdownTable(
    ['16 senders, while the hot creator is credited', 'p50 ms', 'p99 ms'],
    [
      ['to the hot creator', fixed(senders.hot.p50Ms, 1), fixed(senders.hot.p99Ms, 1)],
      ['to other creators', fixed(senders.spread.p50Ms, 1), fixed(senders.spread.p99Ms, 1)],
      ["ratio, median of the rounds'", fixed(senders.ratioP50, 3), fixed(senders.ratioP99, 3)],
    ],
  );
  return `${table}\n\n${rounds.hotSenders} rounds.`;
}

function ceiling({ hotCreator: { ceiling } }: Report): string {
  const { constants, inputs } = ceiling;
  const rows: Cell[][] = [
    [
      `partitions: ${constants.creatorShards} balances × ${constants.partitionUnitsPerSecond} units/s ÷ ` +
        `${inputs.shardUnitsPerMessage} units × ${inputs.giftsPerMessage} gifts`,
      ceiling.byPartitions,
      ceiling.singleByPartition,
    ],
    [
      `conflicts: ${constants.creatorShards} balances ÷ ${constants.transactionMilliseconds} ms × ` +
        `${fixed(constants.usefulShare, 2)} × ${inputs.giftsPerMessage} gifts; (b): 1 ÷ ${constants.smallTransactionMilliseconds} ms`,
      ceiling.byConflicts,
      ceiling.singleByConflicts,
    ],
    [
      `a table's default quota: ${constants.tableQuotaUnitsPerSecond} units/s ÷ units of a gift`,
      ceiling.byDefaultTableQuota,
      ceiling.singleByDefaultTableQuota,
    ],
  ];
  return markdownTable(['ceiling on AWS, computed, gifts/s to one creator', 'Tributary', '(b)'], rows);
}

function coldStart({ coldStart, rounds }: Report): string {
  const table = markdownTable(
    ['function', 'kB', 'load ms', 'ratio'],
    [...coldStart.bare, ...coldStart.functions].map((of) => [
      of.function,
      of.kilobytes,
      fixed(of.loadMs, 1),
      fixed(of.loadRatio, 2),
    ]),
  );
  return `${table}\n\n${rounds.coldStart} rounds.`;
}

function dollars({ dollars }: Report): string {
  const costs = [
    { name: 'gifts, hot creator', ...dollars.hot },
    { name: 'gifts, long tail', ...dollars.tail },
    ...dollars.peers.map((peer) => ({ ...peer, name: `gifts, ${peer.name}` })),
    ...dollars.recharges,
    { name: 'payouts of one balance', ...dollars.payout },
    { name: 'payouts of one balance, 49 in a batch', ...dollars.payoutInBatch },
    { name: 'payouts of one balance, to a bank', ...dollars.bankPayout },
    { name: 'payouts of 64 balances', ...dollars.payoutOfAllShards },
  ];
  return markdownTable(
    ['', 'API', 'functions', 'writes', 'reads', 'queue', 'logs', 'total'],
    costs.map(({ name, api, lambda, writes, reads, queue, logs, total }) => [
      name,
      ...[api, lambda, writes, reads, queue, logs, total].map((amount) => fixed(amount, 2)),
    ]),
  );
}

function fixed(value: number, digits: number): string {
  return value.toFixed(digits);
}
