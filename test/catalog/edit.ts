import { catalogDefaults } from '../../shared/catalog/defaults.ts';
import type { CatalogKind, CatalogValue } from '../../shared/catalog/schemas.ts';

/** What to put at which places of a value, which go by ids as those of differences do; nothing is for what is to vanish. */
export type Edits = Record<string, unknown>;

/** The default value of a kind with some places changed. */
export function edited<Kind extends CatalogKind>(
  kind: Kind,
  edits: Edits,
  value: CatalogValue<Kind> = catalogDefaults[kind],
): CatalogValue<Kind> {
  const copy = structuredClone(value);
  for (const [place, part] of Object.entries(edits)) {
    const path = place.split('.');
    const last = path.pop() ?? '';
    put(path.reduce<unknown>(partOf, copy), last, part);
  }
  return copy;
}

function partOf(whole: unknown, name: string): unknown {
  if (Array.isArray(whole)) return whole.find((element) => idOf(element) === name);
  return (whole as Record<string, unknown>)[name];
}

function put(whole: unknown, name: string, part: unknown): void {
  if (!Array.isArray(whole)) {
    const object = whole as Record<string, unknown>;
    if (part === undefined) delete object[name];
    else object[name] = part;
    return;
  }
  const position = whole.findIndex((element) => idOf(element) === name);
  const replaced = part === undefined ? [] : [part];
  if (position >= 0) whole.splice(position, 1, ...replaced);
  else whole.push(...replaced);
}

function idOf(element: { packageId?: string; code?: string }): string | undefined {
  return element.packageId ?? element.code;
}
