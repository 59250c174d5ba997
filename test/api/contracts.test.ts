import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { wireTypes } from '../../shared/http/openapi/parameters.ts';
import { PageQuery } from '../../shared/http/page.ts';
import type { Route } from '../../shared/http/route.ts';
import { routes } from '../../shared/routes.ts';

const shared = fileURLToPath(new URL('../../shared', import.meta.url));

async function contractsInFiles(): Promise<string[]> {
  const files = globSync('*/*routes.ts', { cwd: shared });
  const modules = await Promise.all(
    files.map((file) => import(join(shared, file)) as Promise<Record<string, unknown>>),
  );
  return modules
    .flatMap((exported) => Object.values(exported))
    .filter((value): value is Route => typeof value === 'object' && value !== null && 'operationId' in value)
    .map(({ operationId }) => operationId);
}

describe('The list of routes', () => {
  it('holds every contract, once', async () => {
    const listed = routes.map(({ operationId }) => operationId);
    expect(listed.toSorted()).toEqual((await contractsInFiles()).toSorted());
    expect(new Set(listed).size).toBe(listed.length);
  });

  it('has no two contracts for the same method and path', () => {
    const keys = routes.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(keys.filter((key, position) => keys.indexOf(key) !== position)).toEqual([]);
  });

  it('leaves open only what proves itself by a signature or is the same for everybody', () => {
    const open = routes.filter(({ scope, signatureHeaders }) => !scope && !signatureHeaders);
    expect(open.map(({ path }) => path)).toEqual(['/v1/health', '/v1/openapi.json']);
    const signed = routes.filter(({ signatureHeaders }) => signatureHeaders);
    expect(signed.every(({ path, scope }) => path.startsWith('/v1/webhooks/') && !scope)).toBe(true);
  });
});

describe.each(routes.map((route) => ({ name: route.operationId, route })))('The contract $name', ({ route }) => {
  const { path, parameters, query, body, answer, examples, refusals } = route;

  it('has examples that its own schemas take', () => {
    if (parameters) expect(z.safeParse(parameters, examples?.parameters).error).toBeUndefined();
    if (query) expect(z.safeParse(query, examples?.query).error).toBeUndefined();
    if (body) expect(z.safeParse(body, examples?.body).error).toBeUndefined();
    if (examples) expect(z.safeParse(answer, examples.answer).error).toBeUndefined();
    else expect(path).toBe('/v1/openapi.json');
  });

  it('shows in its answer nothing but what the schema has', () => {
    if (examples) expect(z.parse(answer, examples.answer)).toEqual(examples.answer);
  });

  it('names the parameters of its path', () => {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(examples?.parameters ?? {})).toEqual(inPath);
  });

  it('names each refusal once', () => {
    expect(new Set(refusals).size).toBe(refusals.length);
  });
});

describe('The page size', () => {
  it('is documented as the number that the text must be', () => {
    const { minimum, maximum } = wireTypes.limit as { minimum: number; maximum: number };
    const taken = Array.from({ length: 250 }, (_, limit) => limit).filter(
      (limit) => z.safeParse(PageQuery, { limit: String(limit) }).success,
    );
    expect([taken.at(0), taken.at(-1), taken.length]).toEqual([minimum, maximum, maximum - minimum + 1]);
  });
});
