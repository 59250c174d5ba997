import type { Catalog } from './catalog.ts';
import type { GiftsAnswer } from './routes.ts';
import type { GiftDefinition } from './schemas.ts';
import { isOn } from './switches.ts';

export async function listGifts(
  catalog: Catalog,
  { region, now }: { region: string; now: Date },
): Promise<GiftsAnswer> {
  const [{ version, value }, switches] = await Promise.all([
    catalog.current('gifts', now),
    catalog.current('switches', now),
  ]);
  const gifts = isOn(switches.value, 'gifts', region) ? value.gifts : [];
  return { region, version, gifts: gifts.filter((gift) => isOffered(gift, region, now)).map(present) };
}

function isOffered({ enabled, from, until, regions }: GiftDefinition, region: string, now: Date): boolean {
  const at = now.toISOString();
  return enabled && (!from || at >= from) && (!until || at < until) && (!regions || regions.includes(region));
}

function present({ code, name, price, tier, surfaces }: GiftDefinition): GiftsAnswer['gifts'][number] {
  const amount = 'coins' in price ? { coins: price.coins } : { freeAmount: price };
  return { code, name, ...amount, tier, surfaces };
}
