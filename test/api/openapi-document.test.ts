import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { gatewayProblems } from '../../infra/local/http-problems.ts';
import { committedDocument, documentFile } from '../../infra/openapi-file.ts';
import { apiDocument } from '../../shared/api/api-document.ts';
import { catalogWords } from '../../shared/api/words/catalog.ts';
import { creatorsWords } from '../../shared/api/words/creators.ts';
import { eventsWords } from '../../shared/api/words/events.ts';
import { fansWords } from '../../shared/api/words/fans.ts';
import { generalWords } from '../../shared/api/words/general.ts';
import { payoutRunsWords } from '../../shared/api/words/payout-runs.ts';
import { reconciliationsWords } from '../../shared/api/words/reconciliations.ts';
import { rulesWords } from '../../shared/api/words/rules.ts';
import { statementsWords } from '../../shared/api/words/statements.ts';
import { refusalCodes } from '../../shared/refusals.ts';
import { routes } from '../../shared/routes.ts';

type Json = { [member: string]: Json } & { [index: number]: Json };

const document = apiDocument({ url: 'https://api.example.org' }) as unknown as Json;
const project = fileURLToPath(new URL('../..', import.meta.url));

/** Every object in the document that describes a property or a parameter, with where it is. */
function describedParts(node: Json | undefined, place: string[] = []): { place: string; part: Json }[] {
  if (typeof node !== 'object' || node === null) return [];
  const here =
    place.at(-2) === 'properties' || place.at(-2) === 'parameters' ? [{ place: place.join('/'), part: node }] : [];
  return [...here, ...Object.entries(node).flatMap(([name, child]) => describedParts(child, [...place, name]))];
}

describe('The OpenAPI document', () => {
  it('is committed as the contracts have it', () => {
    const isCurrent = readFileSync(documentFile, 'utf8') === committedDocument();
    expect(isCurrent, 'docs/openapi.json is not what the contracts say: run npm run openapi and commit it.').toBe(true);
  });

  it('has an operation for every route, with the scope that the gateway asks for', () => {
    for (const { path, method, operationId, scope } of routes) {
      const operation = document.paths?.[path]?.[method.toLowerCase()];
      expect(operation?.operationId).toBe(operationId);
      expect(operation?.security).toEqual(scope ? [{ token: [scope] }] : []);
    }
  });

  it('asks for the idempotency key where the contract does, and promises the replay', () => {
    for (const { path, method, idempotencyKey } of routes) {
      const operation = document.paths?.[path]?.[method.toLowerCase()];
      const asks = JSON.stringify(operation?.parameters ?? []).includes('#/components/parameters/IdempotencyKey');
      const promises = JSON.stringify(operation?.responses?.[200] ?? {}).includes('Idempotency-Replayed');
      expect([path, asks, promises]).toEqual([path, idempotencyKey === true, idempotencyKey === true]);
    }
  });

  it('has an example of each refusal, and an operation that may answer it', () => {
    const paths = JSON.stringify(document.paths);
    for (const code of refusalCodes) {
      expect(document.components?.examples?.[code]?.value?.code).toBe(code);
      expect(paths, code).toContain(`#/components/examples/${code}`);
    }
  });

  it('says of every property and parameter what it means', () => {
    const schemas = describedParts(document.components?.schemas);
    const parameters = describedParts(document.paths).filter(({ place }) => place.includes('/parameters/'));
    const silent = [...schemas, ...parameters].filter(({ part }) => !part.description && !part.$ref);
    expect(silent.map(({ place }) => place)).toEqual([]);
  });

  it('has no word that nothing uses, and none that is said twice', () => {
    const used = new Set(JSON.stringify(document).match(/"description":"(?:[^"\\]|\\.)*"/g));
    const words = [
      generalWords,
      fansWords,
      creatorsWords,
      eventsWords,
      payoutRunsWords,
      reconciliationsWords,
      rulesWords,
      statementsWords,
      catalogWords,
    ].flatMap((part) => Object.entries(part));
    const unused = words.filter(([, meaning]) => !used.has(`"description":${JSON.stringify(meaning)}`));
    expect(unused.map(([name]) => name)).toEqual([]);
    expect(new Set(words.map(([name]) => name)).size).toBe(words.length);
  });

  it('describes what the gateway answers as the local one answers it', () => {
    const examples = document.components?.examples;
    const locally = {
      unauthorized: gatewayProblems.unauthorized('The request carries no bearer token.'),
      insufficient_scope: gatewayProblems.insufficientScope(['economy/write']),
    };
    for (const [code, { body }] of Object.entries(locally)) expect(examples?.[code]?.value).toEqual(JSON.parse(body));
  });

  it('lints clean, without a network', { timeout: 60_000 }, async () => {
    const lint = promisify(execFile)('npx', ['redocly', 'lint', documentFile], {
      cwd: project,
      env: { ...process.env, REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    });
    const { stderr } = await lint.catch((failure: { stdout: string; stderr: string }) => ({
      stderr: `${failure.stdout}\n${failure.stderr}`,
    }));
    expect(stderr).toContain('Your API description is valid');
  });
});
