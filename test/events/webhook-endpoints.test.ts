import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteEndpoint, putEndpoint, switchOffGone } from '../../shared/events/change-endpoint.ts';
import { eventTypeNames } from '../../shared/events/event-types.ts';
import { openEndpoints, readEndpoints } from '../../shared/events/read-endpoints.ts';
import { isRefusal } from '../../shared/refusals.ts';
import type { Table } from '../../shared/store/table.ts';
import { freshLedger } from '../support/ledger.ts';

let ledger: Table;
beforeAll(async () => {
  ({ ledger } = await freshLedger());
});
afterAll(() => ledger.client.destroy());

const rules = { announced: new Set(eventTypeNames), targets: 'public' } as const;
const now = new Date();
const app = {
  endpointId: 'app',
  url: 'https://app.example.com/events',
  types: ['recharge.paid' as const],
  enabled: true,
  caller: 'operator',
  now,
};

describe('a webhook endpoint', () => {
  it('is registered, changed and removed; a change keeps when it was registered', async () => {
    await putEndpoint(ledger, rules, app);
    const later = new Date(now.getTime() + 1_000);
    const changed = await putEndpoint(ledger, rules, { ...app, enabled: false, now: later });
    expect(changed).toMatchObject({
      enabled: false,
      changedBy: 'operator',
      createdAt: now.toISOString(),
      updatedAt: later.toISOString(),
    });
    expect(await deleteEndpoint(ledger, 'app')).toBeUndefined();
    expect(await deleteEndpoint(ledger, 'app')).toMatchObject({ code: 'webhook_endpoint_not_found' });
    expect(await readEndpoints(ledger)).toEqual([]);
  });

  it('has its first secret until it is given another one, beside which the former is used for a day', async () => {
    const before = await putEndpoint(ledger, rules, { ...app, endpointId: 'secret' });
    for (const secretVersion of [undefined, 1])
      expect(await putEndpoint(ledger, rules, { ...app, endpointId: 'secret', secretVersion })).toMatchObject({
        ...before,
        ...(secretVersion && { secretVersion }),
      });
    const replaced = {
      secretVersion: 2,
      formerSecretVersion: 1,
      formerSecretUntil: new Date(now.getTime() + 86_400_000).toISOString(),
    };
    expect(await putEndpoint(ledger, rules, { ...app, endpointId: 'secret', secretVersion: 2 })).toMatchObject(
      replaced,
    );
    const later = new Date(now.getTime() + 3_600_000);
    for (const secretVersion of [2, undefined])
      expect(
        await putEndpoint(ledger, rules, { ...app, endpointId: 'secret', secretVersion, now: later }),
      ).toMatchObject(replaced);
    expect(await putEndpoint(ledger, rules, { ...app, endpointId: 'secret', secretVersion: 1 })).toMatchObject({
      secretVersion: 1,
      formerSecretVersion: 2,
    });
    await deleteEndpoint(ledger, 'secret');
    const anew = await putEndpoint(ledger, rules, { ...app, endpointId: 'secret', secretVersion: 5 });
    expect(anew).toMatchObject({ secretVersion: 5 });
    expect(anew).not.toHaveProperty('formerSecretVersion');
    await deleteEndpoint(ledger, 'secret');
  });

  it('is refused where no webhook may go, and for types that do not go out; nothing is stored', async () => {
    const inside = await putEndpoint(ledger, rules, { ...app, url: 'https://169.254.169.254/' });
    expect(inside).toMatchObject({ code: 'webhook_url_refused' });
    const quiet = { ...rules, announced: new Set(['payout.paid' as const]) };
    const silent = await putEndpoint(ledger, quiet, app);
    expect(isRefusal(silent) && silent.facts).toEqual({ types: ['recharge.paid'] });
    expect(await readEndpoints(ledger)).toEqual([]);
  });

  it('that was changed while its receiver said that it is gone stays as it was changed', async () => {
    const before = await putEndpoint(ledger, rules, app);
    if (isRefusal(before)) throw new Error(before.detail);
    await putEndpoint(ledger, rules, { ...app, url: 'https://new.example.com/events' });
    await switchOffGone(ledger, before, now);
    expect(await readEndpoints(ledger)).toMatchObject([{ url: 'https://new.example.com/events', enabled: true }]);
  });

  it('that was gone is as any other once an operator switches it on', async () => {
    const before = await putEndpoint(ledger, rules, app);
    if (isRefusal(before)) throw new Error(before.detail);
    await switchOffGone(ledger, before, now);
    expect(await readEndpoints(ledger)).toMatchObject([{ enabled: false, goneAt: now.toISOString() }]);
    expect(await putEndpoint(ledger, rules, app)).not.toHaveProperty('goneAt');
  });
});

describe('the list of endpoints', () => {
  it('is read once for all who ask within seconds, and again after a read that failed', async () => {
    let isBroken = true;
    const client = new Proxy(ledger.client, {
      get(target, name) {
        if (name !== 'send') return Reflect.get(target, name);
        return async (command: Parameters<typeof target.send>[0]) => {
          reads += 1;
          if (isBroken) throw new Error('no answer');
          return target.send(command);
        };
      },
    });
    let reads = 0;
    const endpoints = openEndpoints({ ...ledger, client });
    await expect(endpoints()).rejects.toThrow('no answer');
    isBroken = false;
    await Promise.all([endpoints(), endpoints(), endpoints()]);
    expect(reads).toBe(2);
  });
});
