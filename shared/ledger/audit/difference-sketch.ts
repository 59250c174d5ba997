import { hash } from 'node:crypto';

/** Each name is kept in three cells: with fewer, far fewer differences can be told apart in the same room. */
const copies = 3;
const cellsPerCopy = 1_024;

/**
 * Sums by name that ought to come to zero, in the same room however many names there are. No sum is kept by itself: each
 * is added to three of 3,072 cells, and a cell adds up the amounts, the amounts times the name read as a number, and the
 * amounts times a hash of the name. What comes to zero leaves no trace in any cell. In a cell in which one name is left,
 * dividing gives the name; taking it out of its other cells frees the next one. Up to about 2,400 names that are left are
 * found so (81 % of the cells, the known limit of three copies); with more, the sketch still tells that there are some.
 * That names which are left cancel out unseen in all their cells has odds below one in 2^60.
 */
export class DifferenceSketch {
  readonly #cells: Cell[];

  constructor(stored?: StoredCell[]) {
    this.#cells = stored
      ? stored.map(([amounts, names, checks]) => ({ amounts: read(amounts), names: read(names), checks: read(checks) }))
      : Array.from({ length: copies * cellsPerCopy }, () => ({ amounts: 0n, names: 0n, checks: 0n }));
    if (this.#cells.length !== copies * cellsPerCopy) throw new Error('The stored sketch is of another size.');
  }

  add(name: string, amount: number): void {
    this.#add(traceOf(name), BigInt(amount));
  }

  /** The names that are left with their sums, and how many cells are left that could not be told apart. */
  differences(): { found: Map<string, number>; cellsLeft: number } {
    const rest = new DifferenceSketch(this.toJSON());
    const found = new Map<string, number>();
    const open = rest.#cells.map((_, position) => position);
    for (let position = open.pop(); position !== undefined; position = open.pop()) {
      const only = rest.#onlyNameIn(position);
      if (!only) continue;
      found.set(only.name, (found.get(only.name) ?? 0) + Number(only.amount));
      rest.#add(only.trace, -only.amount);
      open.push(...only.trace.positions);
    }
    const cellsLeft = rest.#cells.filter((cell) => cell.amounts !== 0n || cell.names !== 0n).length;
    return { found, cellsLeft };
  }

  toJSON(): StoredCell[] {
    return this.#cells.map(({ amounts, names, checks }) => [write(amounts), write(names), write(checks)]);
  }

  #add({ number, check, positions }: Trace, amount: bigint): void {
    for (const position of positions) {
      const cell = this.#cellAt(position);
      cell.amounts += amount;
      cell.names += amount * number;
      cell.checks += amount * check;
    }
  }

  #onlyNameIn(position: number): { name: string; amount: bigint; trace: Trace } | undefined {
    const { amounts, names, checks } = this.#cellAt(position);
    if (amounts === 0n || names % amounts !== 0n) return undefined;
    const name = textOf(names / amounts);
    if (name === undefined) return undefined;
    const trace = traceOf(name);
    // Several names can look like one by chance, but not with the hash of that one, and not in one of its own cells.
    if (trace.check * amounts !== checks || !trace.positions.includes(position)) return undefined;
    return { name, amount: amounts, trace };
  }

  #cellAt(position: number): Cell {
    const cell = this.#cells[position];
    if (!cell) throw new Error(`The sketch has no cell ${position}.`);
    return cell;
  }
}

/** Signed whole numbers in base 16. */
export type StoredCell = [amounts: string, names: string, checks: string];

type Cell = { amounts: bigint; names: bigint; checks: bigint };
type Trace = { number: bigint; check: bigint; positions: number[] };

function traceOf(name: string): Trace {
  const digest = hash('sha1', name, 'buffer');
  const positions = Array.from(
    { length: copies },
    (_, copy) => copy * cellsPerCopy + (digest.readUInt32BE(copy * 4) % cellsPerCopy),
  );
  return { number: BigInt(`0x${Buffer.from(name).toString('hex')}`), check: digest.readBigUInt64BE(12), positions };
}

function textOf(number: bigint): string | undefined {
  if (number <= 0n) return undefined;
  const digits = number.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex').toString();
}

function write(number: bigint): string {
  return number.toString(16);
}

function read(text: string): bigint {
  return text.startsWith('-') ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
}
