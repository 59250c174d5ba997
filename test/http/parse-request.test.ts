import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { sendGiftRoute } from '../../shared/gifts/routes.ts';
import { keyAheadMilliseconds, largestBodyBytes, parseRequest } from '../../shared/http/parse-request.ts';
import { newId } from '../../shared/identifiers.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { listWalletEntriesRoute } from '../../shared/users/routes.ts';

const now = new Date('2026-11-21T12:00:00.000Z');

const gift = {
  senderId: 'ana',
  creatorId: 'cy',
  gift: 'rose',
  quantity: 1,
  unitPrice: 1,
  context: { type: 'live', id: 'live-1' },
};

function request(change: Partial<APIGatewayProxyEventV2> & { body?: string } = {}): APIGatewayProxyEventV2 {
  return {
    headers: { 'content-type': 'application/json', 'idempotency-key': newId(now), ...change.headers },
    body: change.body ?? JSON.stringify(gift),
    isBase64Encoded: change.isBase64Encoded ?? false,
  } as unknown as APIGatewayProxyEventV2;
}

function refusalOf(event: APIGatewayProxyEventV2) {
  const parsed = parseRequest(sendGiftRoute, event, now);
  if (!isRefusal(parsed)) throw new Error('was not refused');
  return { code: parsed.code, detail: parsed.detail };
}

describe('parsing a request', () => {
  it('takes what the route declares, from plain and base64 bodies', () => {
    const encoded = request({ body: Buffer.from(JSON.stringify(gift)).toString('base64'), isBase64Encoded: true });
    for (const event of [request(), encoded])
      expect(parseRequest(sendGiftRoute, event, now)).toMatchObject({ body: gift });
  });

  const bodies: [string, unknown, string][] = [
    ['a missing field', { ...gift, senderId: undefined }, "The body's senderId is missing: expected a string."],
    ['an unknown field', { ...gift, price: 0 }, 'The body has unknown fields: price.'],
    [
      'an unknown field inside',
      { ...gift, context: { ...gift.context, x: 1 } },
      "The body's context has unknown fields: x.",
    ],
    ['a wrong type', { ...gift, quantity: '1' }, "The body's quantity must be a number."],
    ['a fraction', { ...gift, quantity: 1.5 }, "The body's quantity must be a whole number."],
    ['a negative number', { ...gift, unitPrice: -1 }, "The body's unitPrice must be at least 1."],
    ['a huge number', { ...gift, unitPrice: 1e15 }, "The body's unitPrice must be at most 1000000000000."],
    [
      'a number beyond exactness',
      { ...gift, quantity: 2 ** 60 },
      "The body's quantity must be at most 9007199254740991.",
    ],
    ['an id with strange characters', { ...gift, senderId: 'ana#HEAD' }, "The body's senderId must match"],
    ['an id that is too long', { ...gift, senderId: 'a'.repeat(65) }, "The body's senderId must match"],
    [
      'a context that does not exist',
      { ...gift, context: { type: 'post', id: '1' } },
      'must be one of: live, video, comment.',
    ],
    ['an array', [gift], 'The body must be an object.'],
    ['null', null, 'The body must be an object.'],
  ];
  it.each(bodies)('refuses %s and says what to fix', (_, body, detail) => {
    const refusal = refusalOf(request({ body: JSON.stringify(body) }));
    expect(refusal.code).toBe('malformed_request');
    expect(refusal.detail).toContain(detail);
  });

  it.each(['', '{', 'nonsense', '{"a":1}}'])('refuses a body that is not JSON: %j', (body) => {
    expect(refusalOf(request({ body }))).toEqual({ code: 'malformed_request', detail: 'The body is not valid JSON.' });
  });

  it('refuses a body over 64 kB and one that says it is not JSON', () => {
    expect(refusalOf(request({ body: ' '.repeat(largestBodyBytes + 1) })).code).toBe('body_too_large');
    const form = request({ headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect(refusalOf(form).code).toBe('unsupported_media_type');
  });

  it('never repeats a value of the request, nor control characters of a field name', () => {
    const { detail } = refusalOf(
      request({ body: JSON.stringify({ ...gift, senderId: 'secret value!', 'x\u001b[2J': 1 }) }),
    );
    expect(detail).not.toContain('secret');
    expect(detail).not.toContain('\u001b');
  });

  it('wants a UUIDv7 as idempotency key that does not lie ahead', () => {
    const key = (value: string) => request({ headers: { 'idempotency-key': value } });
    expect(refusalOf(key('')).code).toBe('idempotency_key_required');
    expect(refusalOf(key('abc')).code).toBe('idempotency_key_invalid');
    expect(refusalOf(key('9f1b6f3e-7c55-4f29-9c3f-0a3f3b1f6a11')).code).toBe('idempotency_key_invalid');
    const justAllowed = newId(new Date(now.getTime() + keyAheadMilliseconds));
    expect(isRefusal(parseRequest(sendGiftRoute, key(justAllowed), now))).toBe(false);
    const tooFarAhead = newId(new Date(now.getTime() + keyAheadMilliseconds + 1));
    expect(refusalOf(key(tooFarAhead)).detail).toContain('more than one minute in the future');
  });

  it('reads upper-case keys as the same key', () => {
    const id = newId(now);
    const parsed = parseRequest(sendGiftRoute, request({ headers: { 'idempotency-key': id.toUpperCase() } }), now);
    expect(parsed).toMatchObject({ idempotencyKey: id });
  });

  it('refuses unknown and malformed query parameters', () => {
    const list = (queryStringParameters: Record<string, string>) =>
      parseRequest(
        listWalletEntriesRoute,
        { ...request(), pathParameters: { userId: 'ana' }, queryStringParameters },
        now,
      );
    for (const query of [{ limit: '0' }, { limit: '101' }, { limit: 'x' }, { cursor: '../' }, { page: '2' }])
      expect(isRefusal(list(query as Record<string, string>))).toBe(true);
    expect(isRefusal(list({ limit: '100' }))).toBe(false);
  });
});
