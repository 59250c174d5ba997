import type { Report } from './report.ts';
import { round } from './statistics.ts';

export type Target = { what: string; measured: number; limit: string; met: boolean };

/** What the product promises of itself; peers count where they give the same guarantees. */
export function targetsOf(report: Report): Target[] {
  return [...giftTargets(report), ...peerTargets(report), ...hotCreatorTargets(report), ...coldStartTargets(report)];
}

function giftTargets({ gift, path }: Report): Target[] {
  return [
    atMost('requests of a gift', gift.requests, 1),
    atMost('write units of a gift', gift.writeUnits, 1),
    atMost('gift handler by bare update, p50', gift.handlerRatioP50, 1.15),
    atMost('write units along the path, hot creator', path.hot.writeUnitsPerGift, 3.7),
    atMost('write units along the path, long tail', path.tail.writeUnitsPerGift, 7.5),
  ];
}

function peerTargets({ path, tributary, peers }: Report): Target[] {
  return peers
    .filter(({ sameGuarantees }) => sameGuarantees)
    .flatMap(({ name, writeUnitsPerGift, perSecond16 }) => [
      atMost(`write units by those of ${name}, hot creator`, path.hot.writeUnitsPerGift / writeUnitsPerGift, 0.5),
      atLeast(`gifts/s by those of ${name}, 16 clients`, tributary.perSecond16 / perSecond16, 1),
    ]);
}

/** What two equal medians of so few milliseconds may differ by. */
const sameTime = 1.1;

function hotCreatorTargets({ hotCreator }: Report): Target[] {
  const { creditsPerSecond, singleCreditsPerSecond, loads, senders } = hotCreator;
  const [least, most] = [loads[0], loads.at(-1)];
  return [
    atLeast(
      'credits/s by those of one transaction a gift, 8 workers each',
      creditsPerSecond / singleCreditsPerSecond,
      4,
    ),
    atMost(
      `write units with ${most?.giftsPerMessage} gifts a message by those with ${least?.giftsPerMessage}`,
      (most?.writeUnitsPerGift ?? Number.NaN) / (least?.writeUnitsPerGift ?? Number.NaN),
      1,
    ),
    atMost("hot creator's senders by those of others, p50", senders.ratioP50, sameTime),
  ];
}

function coldStartTargets({ coldStart }: Report): Target[] {
  const gift = coldStart.functions.find((start) => start.function === 'gifts/send-gift');
  const slowest = coldStart.functions
    .filter((start) => start !== gift)
    .toSorted((a, b) => b.loadRatio - a.loadRatio)[0];
  return [
    atMost("gift function's load by the bare client's", gift?.loadRatio ?? Number.NaN, 1.3),
    atMost(`slowest other function's load (${slowest?.function})`, slowest?.loadRatio ?? Number.NaN, 1.6),
  ];
}

function atMost(what: string, measured: number, limit: number): Target {
  return { what, measured: round(measured, 3), limit: `≤ ${limit}`, met: measured <= limit };
}

function atLeast(what: string, measured: number, limit: number): Target {
  return { what, measured: round(measured, 3), limit: `≥ ${limit}`, met: measured >= limit };
}
