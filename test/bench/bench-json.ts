import * as z from 'zod/mini';
import type { Report } from './report.ts';

/** No figure is missing, and none is the result of a division by nothing. */
const Figure = z.number().check(z.nonnegative());
const Path = z.strictObject({ writeUnitsPerGift: Figure, requestsPerGift: Figure });

/** `.local/bench.json`, for scripts. What led to these figures is in `.local/bench-details.json`. */
export const BenchJson = z.strictObject({
  date: z.iso.datetime(),
  machine: z.string(),
  gift: z.strictObject({ requests: Figure, writeUnits: Figure, handlerRatioP50: Figure }),
  path: z.strictObject({ hot: Path, tail: Path }),
  peers: z.array(
    z.strictObject({
      name: z.string(),
      sameGuarantees: z.boolean(),
      writeUnitsPerGift: Figure,
      requestsPerGift: Figure,
      perSecond1: Figure,
      perSecond16: Figure,
      p50Ms: Figure,
      p99Ms: Figure,
    }),
  ),
  hotCreator: z.strictObject({
    creditsPerSecond: Figure,
    singleCreditsPerSecond: Figure,
    ceilingPerSecondOnAws: Figure,
  }),
  coldStart: z.array(z.strictObject({ function: z.string(), kilobytes: Figure, loadRatio: Figure })),
  dollarsPerMillionGifts: z.strictObject({ hot: Figure, tail: Figure }),
});
type BenchJson = z.infer<typeof BenchJson>;

/** @throws z.core.$ZodError when a figure is no number. */
export function benchJsonOf({ date, machine, gift, path, peers, hotCreator, coldStart, dollars }: Report): BenchJson {
  const { requests, writeUnits, handlerRatioP50 } = gift;
  return z.parse(BenchJson, {
    date,
    machine,
    gift: { requests, writeUnits, handlerRatioP50 },
    path: { hot: pathOf(path.hot), tail: pathOf(path.tail) },
    peers: peers.map(({ name, sameGuarantees, perSecond1, perSecond16, p50Ms, p99Ms, ...of }) => ({
      name,
      sameGuarantees,
      ...pathOf(of),
      perSecond1,
      perSecond16,
      p50Ms,
      p99Ms,
    })),
    hotCreator: {
      creditsPerSecond: hotCreator.creditsPerSecond,
      singleCreditsPerSecond: hotCreator.singleCreditsPerSecond,
      ceilingPerSecondOnAws: hotCreator.ceiling.byPartitions,
    },
    coldStart: coldStart.functions.map(({ function: name, kilobytes, loadRatio }) => ({
      function: name,
      kilobytes,
      loadRatio,
    })),
    dollarsPerMillionGifts: { hot: dollars.hot.total, tail: dollars.tail.total },
  });
}

function pathOf({ writeUnitsPerGift, requestsPerGift }: z.infer<typeof Path>): z.infer<typeof Path> {
  return { writeUnitsPerGift, requestsPerGift };
}
