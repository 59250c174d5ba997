import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Records of one kind by id. What `get` and `values` give must be `put` again to be kept. */
export type Records<Value> = {
  get(id: string): Value | undefined;
  put(id: string, value: Value): void;
  delete(id: string): void;
  values(): Value[];
  keys(): string[];
};

export type RecordFile = { records<Value>(kind: string): Records<Value> };

/**
 * Keeps what a simulator knows: in memory only, or in a file of one JSON line per change as well. A change is in the file
 * before the call that made it is answered, so killing the process at any moment forgets nothing that was answered.
 */
export function openRecordFile(dataFile: string | undefined): RecordFile {
  const kinds = new Map<string, Map<string, unknown>>();
  function kindOf(kind: string): Map<string, unknown> {
    const known = kinds.get(kind) ?? new Map<string, unknown>();
    kinds.set(kind, known);
    return known;
  }

  if (dataFile) mkdirSync(dirname(dataFile), { recursive: true });
  if (dataFile && existsSync(dataFile)) {
    for (const { kind, id, value } of readChanges(dataFile)) {
      if (value === undefined) kindOf(kind).delete(id);
      else kindOf(kind).set(id, value);
    }
    compact(dataFile, kinds);
  }

  function keep(change: Change): void {
    if (dataFile) appendFileSync(dataFile, `${JSON.stringify(change)}\n`);
  }

  return {
    records<Value>(kind: string): Records<Value> {
      const known = kindOf(kind) as Map<string, Value>;
      return {
        get: (id) => known.get(id),
        put(id, value) {
          known.set(id, value);
          keep({ kind, id, value });
        },
        delete(id) {
          if (known.delete(id)) keep({ kind, id });
        },
        values: () => [...known.values()],
        keys: () => [...known.keys()],
      };
    },
  };
}

type Change = { kind: string; id: string; value?: unknown };

/** A process that is killed while it writes leaves half a line at the end; that change was never answered. */
function readChanges(dataFile: string): Change[] {
  const lines = readFileSync(dataFile, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Change);
}

function compact(dataFile: string, kinds: Map<string, Map<string, unknown>>): void {
  const lines: string[] = [];
  for (const [kind, known] of kinds) {
    for (const [id, value] of known) lines.push(`${JSON.stringify({ kind, id, value } satisfies Change)}\n`);
  }
  writeFileSync(`${dataFile}.new`, lines.join(''));
  renameSync(`${dataFile}.new`, dataFile);
}
