import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { inject, vi } from 'vitest';
import type { CatalogKind } from '../../shared/catalog/schemas.ts';
import type { HttpAnswer } from '../../shared/http/problem.ts';
import { newId } from '../../shared/identifiers.ts';
import type { Table } from '../../shared/store/table.ts';
import { freshLedger } from '../support/ledger.ts';

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<HttpAnswer>;

/** What an operation answered: its status, and its body whatever it is. */
export type Answer = { status: number; body: Record<string, never> & { [member: string]: unknown } };

type Request = {
  parameters?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  key?: string;
  caller?: string;
};

/** The functions of the product behind no gateway, with one clock for all that stands still until it is set. */
export type Office = {
  tables: { ledger: Table; catalog: Table };
  call(name: string, request?: Request): Promise<Answer>;
  propose(kind: CatalogKind, body: object, options?: { caller?: string; key?: string }): Promise<Answer>;
  decide(kind: CatalogKind, proposalId: unknown, options?: { caller?: string; decision?: string }): Promise<Answer>;
  /** Proposed by one operator and approved by another; the version. */
  publish(kind: CatalogKind, body: object): Promise<{ version: string; effectiveAt: string }>;
  setClock(moment: string | number): void;
  now(): Date;
};

/** Loads functions by their files, as Lambda does, each with the variables of its own tables. */
export async function openOffice(functions: readonly string[], moment: string): Promise<Office> {
  // Only the date is ours: connections need their timers.
  vi.useFakeTimers({ now: new Date(moment), toFake: ['Date'] });
  const tables = await freshLedger();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: inject('dynamodbUrl'),
    LEDGER_TABLE: tables.ledger.name,
    CATALOG_TABLE: tables.catalog.name,
  });
  const handlers = new Map<string, Handler>();
  for (const name of functions) {
    const { href } = new URL(`../../functions/${name}.ts`, import.meta.url);
    handlers.set(name, (await import(href)).handler);
  }

  async function call(name: string, request: Request = {}): Promise<Answer> {
    const handler = handlers.get(name);
    if (!handler) throw new Error(`The function ${name} was not loaded.`);
    const { statusCode, body } = await handler(eventOf(request), {} as Context);
    return { status: statusCode, body: JSON.parse(body) };
  }

  const office: Office = {
    tables,
    call,
    propose: (kind, body, { caller = 'ada', key = newId(new Date()) } = {}) =>
      call('catalog/propose-version', { parameters: { kind }, body: { reason: 'As agreed', ...body }, key, caller }),
    decide: (kind, proposalId, { caller = 'bo', decision = 'approve' } = {}) =>
      call('catalog/decide-proposal', {
        parameters: { kind, proposalId: String(proposalId) },
        body: { decision, reason: 'Looked at' },
        caller,
      }),
    async publish(kind, body) {
      const proposed = await office.propose(kind, body);
      const decided = await office.decide(kind, proposed.body.proposalId);
      const { version, takesEffectAt } = decided.body;
      if (decided.status !== 200) throw new Error(JSON.stringify([proposed.body, decided.body]));
      return { version: String(version), effectiveAt: String(takesEffectAt) };
    },
    setClock: (to) => void vi.setSystemTime(new Date(to)),
    now: () => new Date(),
  };
  return office;
}

function eventOf({ parameters, query, body, key, caller }: Request): APIGatewayProxyEventV2 {
  return {
    pathParameters: parameters,
    queryStringParameters: query,
    headers: { ...(key !== undefined && { 'idempotency-key': key }) },
    body: body === undefined ? undefined : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { requestId: 'r', domainName: 'api.test', authorizer: { jwt: { claims: { client_id: caller } } } },
  } as unknown as APIGatewayProxyEventV2;
}
