import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

type Source = { path: string; text: string; imports: string[] };

function sourcesIn(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, imports: importsOf(path, text) };
    });
}

/** Package names as they are; relative imports as paths from the root. */
function importsOf(path: string, text: string): string[] {
  return [...text.matchAll(/^(?:import|export)[^;]*?from '([^']+)'/gm)].map(([, target = '']) =>
    target.startsWith('.') ? relative(root, resolve(root, dirname(path), target)) : target,
  );
}

const shared = sourcesIn('shared');
const functions = sourcesIn('functions');
const infra = sourcesIn('infra');
const all = [...shared, ...functions, ...infra, ...sourcesIn('test')];

function offences(sources: Source[], isWrong: (imported: string, source: Source) => boolean): string[] {
  return sources.flatMap((source) =>
    source.imports
      .filter((imported) => isWrong(imported, source))
      .map((imported) => `${source.path} imports ${imported}`),
  );
}

describe('who may know whom', () => {
  it('lets shared code know neither functions nor infrastructure', () => {
    expect(offences(shared, (imported) => /^(functions|infra|test)\//.test(imported))).toEqual([]);
  });

  it('lets functions wire shared code and nothing else', () => {
    expect(offences(functions, (imported) => !imported.startsWith('shared/'))).toEqual([]);
  });

  it('lets no product code know the local cloud or the tests', () => {
    const product = [...shared, ...functions, ...infra.filter(({ path }) => !path.startsWith('infra/local/'))];
    expect(offences(product, (imported) => /^(infra\/local|test)\//.test(imported))).toEqual([]);
  });

  it('keeps money and the map of flows free of AWS and of everything but themselves', () => {
    const pure = shared.filter(({ path }) => /^shared\/(money|ledger\/[^/]+\.ts)/.test(path));
    expect(pure.length).toBeGreaterThan(4);
    expect(offences(pure, (imported) => !/^shared\/(money|ledger)\//.test(imported))).toEqual([]);
  });

  it('keeps rules that decide free of AWS and of the store’s requests', () => {
    const rules = shared.filter(({ path }) => /\/(decide|judge|quote|choose)-[a-z-]+\.ts$/.test(path));
    expect(rules.length).toBeGreaterThan(5);
    expect(offences(rules, (imported) => /^@aws-sdk|store\/(read|write|table)\.ts$/.test(imported))).toEqual([
      ...rules.filter(({ path }) => path.startsWith('shared/ledger/audit/')).flatMap(auditItems),
    ]);
  });

  /** The audit's judges read stored items, whose type is the store's. */
  function auditItems({ path, imports }: Source): string[] {
    return imports
      .filter((imported) => imported === 'shared/store/table.ts')
      .map((imported) => `${path} imports ${imported}`);
  }

  it('gives the gift function no payment provider and no queue', () => {
    const reached = new Set<string>();
    const visit = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const imported of all.find((source) => source.path === path)?.imports ?? []) visit(imported);
    };
    visit('functions/gifts/send-gift.ts');
    expect(reached.has('shared/gifts/debit-wallet.ts')).toBe(true);
    expect(
      [...reached].filter((path) =>
        /^(stripe|@aws-sdk\/client-(sqs|secrets-manager))$|shared\/(providers|queue)\//.test(path),
      ),
    ).toEqual([]);
  });
});

describe('how the code is kept', () => {
  it('reads the environment in one place', () => {
    const readers = [...shared, ...functions]
      .filter(({ text }) => text.includes('process.env'))
      .map(({ path }) => path);
    expect(readers.toSorted()).toEqual(['shared/environment.ts', 'shared/observability.ts']);
  });

  it('gives every error a name of its own, which logs show and retries are decided by', () => {
    const errors = [...shared, ...functions].flatMap(({ path, text }) =>
      [...text.matchAll(/class (\w+) extends \w*Error \{([\s\S]*?)\n\}/g)].map(([, name = '', body = '']) => ({
        where: `${path}: ${name}`,
        isNamed: /\bname = '\w+';/.test(body),
      })),
    );
    expect(errors.length).toBeGreaterThan(5);
    expect(errors.filter(({ isNamed }) => !isNamed)).toEqual([]);
  });

  it('keeps each function file to its wiring: one handler and a few lines', () => {
    for (const { path, text } of functions) {
      expect(text, path).toMatch(/^export const handler = /m);
      expect(text.split('\n').length, path).toBeLessThanOrEqual(45);
    }
  });

  it('keeps files small enough to say one thing', () => {
    const long = [...shared, ...functions, ...infra]
      .filter(({ text }) => text.split('\n').length > 260)
      .map(({ path }) => path);
    expect(long).toEqual([]);
  });

  it('imports zod in its small form everywhere', () => {
    expect(offences(all, (imported) => imported === 'zod')).toEqual([]);
  });

  it('leaves nothing for later in the code', () => {
    const marked = all.filter(
      ({ path, text }) => path !== 'test/architecture.test.ts' && /\b(TODO|FIXME|XXX|HACK)\b/.test(text),
    );
    expect(marked.map(({ path }) => path)).toEqual([]);
  });
});
