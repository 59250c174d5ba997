import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openCatalog } from '../../shared/catalog/catalog.ts';
import { proposalKey } from '../../shared/catalog/catalog-keys.ts';
import { proposeVersion } from '../../shared/catalog/propose-version.ts';
import { decideProposal } from '../../shared/catalog/publish-proposal.ts';
import { newId } from '../../shared/identifiers.ts';
import { Contention } from '../../shared/store/contention.ts';
import { readItem } from '../../shared/store/read.ts';
import { meddledTable } from '../recharges/meddled-table.ts';
import { failingTable } from '../support/failing-table.ts';
import { edited } from './edit.ts';
import { type Answer, type Office, openOffice } from './operators.ts';

const operations = [
  'get-catalog',
  'list-catalog-versions',
  'get-catalog-version',
  'propose-version',
  'list-proposals',
  'get-proposal',
  'decide-proposal',
  'withdraw-version',
].map((name) => `catalog/${name}`);

const noon = Date.parse('2026-11-21T12:00:00.000Z');
const at = (seconds: number) => new Date(noon + seconds * 1000).toISOString();

const usThousand = 'regions.US.app.packages.us-app-1000.priceMinor';
const quoteFor = (quoteMinutes: number) => ({ value: edited('packages', { quoteMinutes }) });

let office: Office;

/** Each test has kinds of its own, or says from which version on it goes. */
beforeAll(async () => {
  office = await openOffice(operations, at(0));
});
beforeEach(() => office.setClock(noon));
afterAll(() => vi.useRealTimers());

const codeOf = ({ body }: Answer) => body.code;

async function latestOf(kind: string): Promise<string> {
  const { body } = await office.call('catalog/get-catalog');
  const kinds = body.kinds as unknown as { kind: string; latest: string }[];
  return kinds.find((one) => one.kind === kind)?.latest ?? '';
}

async function withdraw(kind: string, version: string, caller = 'bo'): Promise<Answer> {
  const request = { parameters: { kind, version }, body: { reason: 'Not yet' }, caller };
  return office.call('catalog/withdraw-version', request);
}

describe('a version', () => {
  it('is proposed by one operator, approved by another, and takes effect at its second in every instance', async () => {
    const instances = [openCatalog(office.tables.catalog), openCatalog(office.tables.catalog)];
    const value = edited('rates', { coinsPerDiamond: 3 });
    const proposed = await office.propose('rates', { baseVersion: '1', value, effectiveAt: at(100) });
    expect(proposed).toMatchObject({
      status: 201,
      body: {
        kind: 'rates',
        state: 'open',
        proposedBy: 'ada',
        changes: [{ at: 'coinsPerDiamond', from: 2, to: 3 }],
        findings: [],
      },
    });
    const versionsAt = async (seconds: number) =>
      Promise.all(instances.map(async (one) => (await one.current('rates', new Date(at(seconds)))).version));
    // One read just before the approval, one just after it: neither asks again before the version takes effect.
    expect((await instances[0]?.current('rates', new Date(at(0))))?.version).toBe('1');
    expect(await office.decide('rates', proposed.body.proposalId)).toMatchObject({
      status: 200,
      body: { state: 'approved', version: '2', takesEffectAt: at(100), decidedBy: 'bo' },
    });
    expect(await versionsAt(75)).toEqual(['1', '1']);
    expect(await versionsAt(99.999)).toEqual(['1', '1']);
    expect(await versionsAt(100)).toEqual(['2', '2']);
    const read = await office.call('catalog/get-catalog-version', { parameters: { kind: 'rates', version: '2' } });
    expect(read.body).toMatchObject({
      state: 'scheduled',
      value,
      proposedBy: 'ada',
      reason: 'As agreed',
      approvedBy: 'bo',
    });
    office.setClock(at(100));
    const listed = await office.call('catalog/list-catalog-versions', { parameters: { kind: 'rates' } });
    expect(listed.body.versions).toMatchObject([
      { version: '2', state: 'in_force' },
      { version: '1', state: 'past' },
    ]);
  });

  it('takes effect as soon as every instance knows of it when no time is named', async () => {
    const [before, after] = [openCatalog(office.tables.catalog), openCatalog(office.tables.catalog)];
    await before.current('ages', new Date(at(0)));
    const value = edited('ages', { 'regionYears.JP': 20 });
    expect(await office.publish('ages', { baseVersion: '1', value })).toEqual({ version: '2', effectiveAt: at(60) });
    // An instance that had read just before the approval reads again before the version takes effect.
    for (const instance of [before, after]) {
      expect((await instance.current('ages', new Date(at(30)))).version).toBe('1');
      expect((await instance.current('ages', new Date(at(60)))).version).toBe('2');
    }
  });

  it('is not taken when some instance could still have the one before', async () => {
    const value = edited('refunds', { 'withdrawalRegionDays.KR': 14 });
    const soon = await office.propose('refunds', { baseVersion: '1', value, effectiveAt: at(59.999) });
    expect(soon).toMatchObject({ status: 409, body: { code: 'catalog_too_soon', leadSeconds: 60 } });
    const later = await office.propose('refunds', { baseVersion: '1', value, effectiveAt: at(60) });
    office.setClock(at(0.001));
    expect(codeOf(await office.decide('refunds', later.body.proposalId))).toBe('catalog_too_soon');
    const mistyped = { baseVersion: '1', value, effectiveAt: '2062-12-01T00:00:00.000Z' };
    expect(codeOf(await office.propose('refunds', mistyped))).toBe('malformed_request');
    expect(await latestOf('refunds')).toBe('1');
  });

  it('comes after those that are scheduled, so that none of them undoes it', async () => {
    const first = { baseVersion: await latestOf('packages'), ...quoteFor(20), effectiveAt: at(1_000) };
    const { version } = await office.publish('packages', first);
    const early = await office.propose('packages', { baseVersion: version, ...quoteFor(21), effectiveAt: at(500) });
    expect(early).toMatchObject({ status: 409, body: { code: 'catalog_too_soon', scheduled: { version } } });
    expect(codeOf(await office.propose('packages', { baseVersion: version, ...quoteFor(21) }))).toBe(
      'catalog_too_soon',
    );
    const late = { baseVersion: version, ...quoteFor(21), effectiveAt: at(1_001) };
    const { version: following } = await office.publish('packages', late);
    expect(codeOf(await withdraw('packages', version))).toBe('state_conflict');
    expect((await withdraw('packages', following)).body).toMatchObject({ state: 'withdrawn' });
    expect((await withdraw('packages', version)).body).toMatchObject({ state: 'withdrawn' });
  });
});

describe('four eyes', () => {
  it('let nobody decide on a proposal of their own, whatever they decide', async () => {
    const proposed = await office.propose('packages', { baseVersion: await latestOf('packages'), ...quoteFor(30) });
    const { proposalId } = proposed.body;
    for (const decision of ['approve', 'reject'])
      expect(await office.decide('packages', proposalId, { caller: 'ada', decision })).toMatchObject({
        status: 403,
        body: { code: 'own_proposal' },
      });
    expect((await office.decide('packages', proposalId, { decision: 'reject' })).body).toMatchObject({
      state: 'rejected',
      decidedBy: 'bo',
      decisionReason: 'Looked at',
    });
    expect(codeOf(await office.decide('packages', proposalId, { caller: 'cleo' }))).toBe('state_conflict');
  });

  it('are a part of the write, whatever the code before it takes the proposer for', async () => {
    const proposed = await office.propose('packages', { baseVersion: await latestOf('packages'), ...quoteFor(31) });
    const proposalId = String(proposed.body.proposalId);
    const deceived = failingTable(office.tables.catalog, { command: 'none', times: 0, error: new Error() });
    deceived.client.middlewareStack.add((next) => async (args) => {
      const result = await next(args);
      const { Item } = result.output as { Item?: Record<string, { S: string }> };
      if (Item?.proposedBy) Item.proposedBy = 'somebody else' as never;
      return result;
    });
    const command = { kind: 'packages', proposalId, decision: 'approve', reason: 'Mine', caller: 'ada' } as const;
    const { Item } = await deceived.client.send(
      new GetCommand({ TableName: deceived.name, Key: proposalKey('packages', proposalId) }),
    );
    expect(Item?.proposedBy).toBe('somebody else');
    await expect(decideProposal(deceived, { ...command, now: office.now() })).rejects.toBeInstanceOf(Contention);
    const stored = await readItem(office.tables.catalog, proposalKey('packages', proposalId));
    expect(stored).toMatchObject({ state: 'open', proposedBy: 'ada' });
  });
});

describe('two operators who publish at once', () => {
  it('publish one version: the other is to be proposed again, against the new one', async () => {
    const base = await latestOf('limits');
    const proposals = await Promise.all(
      [51_000, 52_000, 53_000, 54_000, 55_000, 56_000].map((dailyMinor, position) =>
        office.propose('limits', {
          baseVersion: base,
          value: edited('limits', { 'default.dailyMinor': dailyMinor }),
          // Each at a time of its own, so that nothing but the order of the versions stands in their way.
          effectiveAt: at(100 + position),
        }),
      ),
    );
    const decisions = await Promise.all(proposals.map(({ body }) => office.decide('limits', body.proposalId)));
    expect(decisions.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(decisions.filter((decision) => codeOf(decision) === 'catalog_changed')).toHaveLength(5);
    const { body } = await office.call('catalog/list-catalog-versions', { parameters: { kind: 'limits' } });
    expect((body.versions as unknown as { version: string }[]).map(({ version }) => version)).toEqual(['2', '1']);
    const { body: listed } = await office.call('catalog/list-proposals', { parameters: { kind: 'limits' } });
    const states = (listed.proposals as unknown as { state: string }[]).map(({ state }) => state);
    expect(states.toSorted()).toEqual(['approved', ...Array.from({ length: 5 }, () => 'outdated')]);
    const stale = { baseVersion: base, value: edited('limits', { 'default.dailyMinor': 60_000 }) };
    expect(await office.propose('limits', stale)).toMatchObject({ status: 409, body: { latest: '2' } });
  });

  it('publish one when they approve the same proposal, and each repetition has the same answer', async () => {
    const value = edited('switches', { 'regions.BR': { gifts: false } });
    const { body } = await office.propose('switches', { baseVersion: '1', value });
    const callers = ['bo', 'bo', 'cleo', 'dan', 'bo', 'cleo', 'eve', 'bo'];
    const decisions = await Promise.all(
      callers.map((caller) => office.decide('switches', body.proposalId, { caller })),
    );
    const [winner] = decisions.filter(({ status }) => status === 200).map((decision) => decision.body.decidedBy);
    expect(decisions.map((decision) => codeOf(decision) ?? decision.body.version)).toEqual(
      callers.map((caller) => (caller === winner ? '2' : 'state_conflict')),
    );
    expect(await latestOf('switches')).toBe('2');
  });

  it('are answered the same when one of them is overtaken by the other, by whom it is judged outdated', async () => {
    const days = (BR: number) => edited('refunds', { 'withdrawalRegionDays.BR': BR });
    const command = { kind: 'refunds', baseVersion: '1', value: days(10) } as const;
    const proposal = { ...command, proposalId: newId(office.now()), reason: 'Once', caller: 'ada', now: office.now() };
    const decision = { ...proposal, decision: 'approve', caller: 'bo' } as const;
    const { catalog } = office.tables;
    const slow = meddledTable(catalog);
    // The second query is the one for what is scheduled.
    const beforeScheduled = { passing: 1 };
    const overtake = async () => {
      await proposeVersion(catalog, proposal);
      await decideProposal(catalog, decision);
    };
    slow.actBeforeNext('QueryCommand', overtake, beforeScheduled);
    expect(await proposeVersion(slow.table, proposal)).toMatchObject({
      replayed: true,
      proposal: { state: 'approved' },
    });
    const next = {
      ...proposal,
      proposalId: newId(office.now()),
      baseVersion: await latestOf('refunds'),
      value: days(14),
    };
    const again = { ...decision, proposalId: next.proposalId, now: new Date(at(0.001)) };
    await proposeVersion(catalog, { ...next, now: new Date(at(0.001)) });
    slow.actBeforeNext('QueryCommand', () => decideProposal(catalog, again), beforeScheduled);
    expect(await decideProposal(slow.table, again)).toMatchObject({ state: 'approved', decidedBy: 'bo' });
  });

  it('never publish two kinds that fit what there was and not each other', async () => {
    const base = { rates: await latestOf('rates'), costs: await latestOf('costs') };
    // Three coins a diamond have been published above; at two, a coin costs more to creators than with these fees is left.
    const rates = await office.propose('rates', {
      baseVersion: base.rates,
      value: edited('rates', { coinsPerDiamond: 2 }),
      effectiveAt: at(300),
    });
    const costs = await office.propose('costs', {
      baseVersion: base.costs,
      value: edited('costs', { 'fees.web.fixedUsdMinor': 18 }),
      effectiveAt: at(300),
    });
    expect([rates.status, costs.status]).toEqual([201, 201]);
    const decisions = await Promise.all([
      office.decide('rates', rates.body.proposalId),
      office.decide('costs', costs.body.proposalId),
    ]);
    expect(decisions.map(({ status }) => status).toSorted()).toEqual([200, 422]);
    expect(decisions.map(codeOf)).toContain('catalog_refused');
    const [kind] = decisions[0]?.status === 200 ? ['rates'] : ['costs'];
    expect((await withdraw(String(kind), await latestOf(String(kind)))).status).toBe(200);
  });
});

describe('a fat-fingered version', () => {
  it('is refused with the reason and all differences, and nothing of it is kept', async () => {
    const listed = async () =>
      (await office.call('catalog/list-proposals', { parameters: { kind: 'packages' } })).body.proposals;
    const before = await listed();
    const value = edited('packages', { [usThousand]: 129 });
    const refused = await office.propose('packages', { baseVersion: await latestOf('packages'), value });
    expect(refused).toMatchObject({ status: 422, body: { code: 'catalog_refused' } });
    expect(refused.body.detail).toContain('1000 coins for 1.29 USD');
    expect(refused.body.changes).toEqual([{ at: usThousand, from: 1299, to: 129 }]);
    expect(await listed()).toEqual(before);
  });

  it('that was meant passes when it repeats the number, and the one who approves sees that', async () => {
    const value = edited('gifts', { 'gifts.rose.price.coins': 10 });
    const request = { baseVersion: '1', value };
    const refused = await office.propose('gifts', request);
    expect(refused).toMatchObject({ status: 409, body: { code: 'catalog_not_acknowledged' } });
    const [found] = refused.body.findings as unknown as { acknowledgeBy: string }[];
    const other = await office.propose('gifts', {
      ...request,
      acknowledge: ['number_jumped gifts.rose.price.coins=1'],
    });
    expect(codeOf(other)).toBe('catalog_not_acknowledged');
    const proposed = await office.propose('gifts', { ...request, acknowledge: [found?.acknowledgeBy] });
    expect(proposed.status).toBe(201);
    const read = await office.call('catalog/get-proposal', {
      parameters: { kind: 'gifts', proposalId: String(proposed.body.proposalId) },
    });
    expect(read.body).toMatchObject({
      acknowledged: ['number_jumped gifts.rose.price.coins=10'],
      findings: [{ code: 'number_jumped', severity: 'large_change', at: 'gifts.rose.price.coins' }],
    });
  });

  it('is undone by publishing the one before again, with nothing more to acknowledge', async () => {
    const { version: wrong } = await office.publish('gifts', {
      baseVersion: '1',
      value: edited('gifts', { 'gifts.rose.price.coins': 10 }),
      acknowledge: ['number_jumped gifts.rose.price.coins=10'],
    });
    office.setClock(at(60));
    expect((await openCatalog(office.tables.catalog).current('gifts', office.now())).version).toBe(wrong);
    const { version: undone } = await office.publish('gifts', { baseVersion: wrong, sameAs: '1' });
    office.setClock(at(120));
    const { version, value } = await openCatalog(office.tables.catalog).current('gifts', office.now());
    expect([version, value.gifts[0]?.price]).toEqual([undone, { coins: 1 }]);
    expect(codeOf(await office.propose('gifts', { baseVersion: undone, sameAs: '9' }))).toBe(
      'catalog_version_not_found',
    );
  });

  it('names each field that is not as it should be, and each that there is not', async () => {
    const problems = async (edits: object, kind: 'packages' | 'gifts' = 'packages') => {
      const answer = await office.propose(kind, { baseVersion: '1', value: edited(kind, edits as never) });
      expect(answer).toMatchObject({ status: 400, body: { code: 'malformed_request' } });
      return (answer.body.errors as unknown as { field: string; problem: string }[]).map(
        ({ field, problem }) => `${field} ${problem}`,
      );
    };
    expect(await problems({ [usThousand]: 12.99 })).toEqual([
      'value.regions.US.app.packages.2.priceMinor must be a whole number',
    ]);
    expect(await problems({ [usThousand]: undefined })).toEqual([
      'value.regions.US.app.packages.2.priceMinor is missing: expected a number',
    ]);
    expect(await problems({ 'regions.US.app.currency': 'DOLLAR' })).toHaveLength(1);
    expect(await problems({ 'gifts.rose.untill': at(0) }, 'gifts')).toEqual(['value.gifts.0.untill is unknown']);
    const both = await office.propose('gifts', { baseVersion: '1', value: {}, sameAs: '1' });
    expect(codeOf(both)).toBe('malformed_request');
    const unknown = await office.call('catalog/list-proposals', { parameters: { kind: 'prices' } });
    expect(codeOf(unknown)).toBe('malformed_request');
  });
});

describe('a scheduled version', () => {
  it('is withdrawn by one operator while every instance can be told, and can still be read', async () => {
    const base = await latestOf('payouts');
    const value = edited('payouts', { approvalAboveMinor: 60_000, destinationCoolingOffHours: 0, profileMustShow: [] });
    const { version } = await office.publish('payouts', { baseVersion: base, value, effectiveAt: at(1_000) });
    const told = openCatalog(office.tables.catalog);
    await told.current('payouts', new Date(at(910)));
    office.setClock(at(940.001));
    expect(codeOf(await withdraw('payouts', version))).toBe('catalog_too_soon');
    office.setClock(at(940));
    const first = await withdraw('payouts', version);
    expect(first.body).toMatchObject({ state: 'withdrawn', withdrawnBy: 'bo', withdrawnFor: 'Not yet' });
    expect((await withdraw('payouts', version)).body).toEqual(first.body);
    expect((await told.current('payouts', new Date(at(1_000)))).version).toBe(base);
    const read = await office.call('catalog/get-catalog-version', { parameters: { kind: 'payouts', version } });
    expect(read.body).toMatchObject({ state: 'withdrawn', value, proposedBy: 'ada', approvedBy: 'bo' });
    const next = await office.publish('payouts', { baseVersion: base, value, effectiveAt: at(1_000) });
    expect(Number(next.version)).toBe(Number(version) + 1);
    office.setClock(at(1_000));
    expect(codeOf(await withdraw('payouts', next.version))).toBe('state_conflict');
    expect(codeOf(await withdraw('payouts', '99'))).toBe('catalog_version_not_found');
  });
});

describe('a proposal', () => {
  it('is kept once under its key, and answered again whatever was published since', async () => {
    const base = await latestOf('packages');
    const key = newId(office.now());
    const body = { baseVersion: base, ...quoteFor(25) };
    const answers = await Promise.all(Array.from({ length: 5 }, () => office.propose('packages', body, { key })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 201]);
    await office.publish('packages', { baseVersion: base, ...quoteFor(26) });
    expect(await office.propose('packages', body, { key })).toMatchObject({ status: 200, body: { state: 'outdated' } });
    for (const change of [quoteFor(27), { reason: 'Another' }, { effectiveAt: at(500) }])
      expect(codeOf(await office.propose('packages', { ...body, ...change }, { key }))).toBe('idempotency_key_reused');
    expect(codeOf(await office.propose('packages', body, { key, caller: 'cleo' }))).toBe('idempotency_key_reused');
  });

  it('is read by the schema of the day on which it is approved, whatever it was proposed under', async () => {
    const before = await latestOf('shop');
    const value = edited('shop', { reservationMinutes: 20 });
    const { body } = await office.propose('shop', { baseVersion: before, value });
    // As if the field had come with a deployment in between.
    const { client, name: TableName } = office.tables.catalog;
    await client.send(
      new UpdateCommand({
        TableName,
        Key: proposalKey('shop', String(body.proposalId)),
        UpdateExpression: 'REMOVE #value.entitlements[0].#name',
        ExpressionAttributeNames: { '#value': 'value', '#name': 'name' },
      }),
    );
    expect(await office.decide('shop', body.proposalId, { caller: 'bo' })).toMatchObject({
      status: 400,
      body: { code: 'malformed_request', errors: [{ field: 'value.entitlements.0.name' }] },
    });
    expect(await latestOf('shop')).toBe(before);
  });

  it('is listed with the others, page by page, newest first', async () => {
    const listed = async (query: Record<string, string>) => {
      const { body } = await office.call('catalog/list-proposals', { parameters: { kind: 'packages' }, query });
      return body as unknown as { proposals: { proposalId: string }[]; nextCursor?: string };
    };
    const all = (await listed({ limit: '100' })).proposals.map(({ proposalId }) => proposalId);
    expect(all.length).toBeGreaterThan(4);
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listed({ limit: '2', ...(cursor !== undefined && { cursor }) });
      paged.push(...page.proposals.map(({ proposalId }) => proposalId));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(paged).toEqual(all);
  });

  it('that is not there is said to be so', async () => {
    const parameters = { kind: 'gifts', proposalId: newId(office.now()) };
    expect(codeOf(await office.call('catalog/get-proposal', { parameters }))).toBe('catalog_proposal_not_found');
    expect(codeOf(await office.decide('gifts', parameters.proposalId))).toBe('catalog_proposal_not_found');
  });
});
