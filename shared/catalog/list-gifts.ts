import type { Catalog } from './catalog.ts';
import type { GiftsAnswer } from './routes.ts';
import type { GiftDefinition } from './schemas.ts';

export async function listGifts(
  catalog: Catalog,
  { region, now }: { region: string; now: Date },
): Promise<GiftsAnswer> {
  const { version, value } = await catalog.current('gifts', now);
  return { region, version, gifts: value.gifts.filter((gift) => isOffered(gift, region, now)).map(present) };
}

function isOffered({ enabled, from, until, regions }: GiftDefinition, region: string, now: Date): boolean {
  const at = now.toISOString();
  return enabled && (!from || at >= from) && (!until || at < until) && (!regions || regions.includes(region));
}

function present({ code, name, price, tier, surfaces }: GiftDefinition): GiftsAnswer['gifts'][number] {
  const amount = 'coins' in price ? { coins: price.coins } : { freeAmount: price };
  return { code, name, ...amount, tier, surfaces };
}
