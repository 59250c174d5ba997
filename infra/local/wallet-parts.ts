import { hash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A part with so many items takes some 200 MB while it is settled. */
const itemsPerPart = 100_000;
/** More would be more files than a process may have, and a billion items in parts of 250,000 are still settled in 1 GB. */
const mostParts = 4_096;
/** Lines of a part are written together from this size on: with all parts, 64 MB wait at most. */
const charactersAtOnce = 16_384;

/** Lines of wallets, spread over files by a hash of the wallet, so that each file holds its wallets whole. */
export class WalletParts {
  readonly #folder: string;
  readonly #waiting: string[];

  constructor(folder: string, items: number) {
    this.#folder = folder;
    const parts = Math.min(mostParts, Math.max(1, Math.ceil(items / itemsPerPart)));
    this.#waiting = Array.from({ length: parts }, () => '');
  }

  add(pk: string, line: string): void {
    const part = hash('md5', pk, 'buffer').readUInt32BE(0) % this.#waiting.length;
    const text = `${this.#waiting[part]}${pk}\t${line}\n`;
    this.#waiting[part] = text;
    if (text.length >= charactersAtOnce) this.#write(part);
  }

  /** The lines of each wallet, a part at a time. */
  *settle(): Generator<string[][]> {
    for (const part of this.#waiting.keys()) {
      this.#write(part);
      const file = this.#fileOf(part);
      if (!existsSync(file)) continue;
      const wallets = new Map<string, string[]>();
      for (const line of readFileSync(file, 'utf8').split('\n')) {
        const tab = line.indexOf('\t');
        if (tab < 0) continue;
        const pk = line.slice(0, tab);
        const lines = wallets.get(pk) ?? [];
        wallets.set(pk, lines);
        lines.push(line.slice(tab + 1));
      }
      rmSync(file);
      yield [...wallets.values()];
    }
  }

  #write(part: number): void {
    const text = this.#waiting[part] ?? '';
    if (text !== '') appendFileSync(this.#fileOf(part), text);
    this.#waiting[part] = '';
  }

  #fileOf(part: number): string {
    return join(this.#folder, `part-${part}`);
  }
}
