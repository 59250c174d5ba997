import { describe, expect, it } from 'vitest';
import { createFilter } from '../../infra/local/event-filter.ts';

const record = {
  eventName: 'MODIFY',
  dynamodb: { NewImage: { sk: { S: 'HEAD' }, outbox: { M: {} } }, tags: ['a', 'b'], size: 5 },
};

describe('a filter pattern', () => {
  it.each([
    ['nothing', {}, true],
    ['a value', { eventName: ['INSERT', 'MODIFY'] }, true],
    ['a value that differs', { eventName: ['INSERT'] }, false],
    ['fields of which one differs', { eventName: ['MODIFY'], dynamodb: { NewImage: { sk: { S: ['ENTRY'] } } } }, false],
    ['a field that exists and is no leaf', { dynamodb: { NewImage: { outbox: { M: [{ exists: true }] } } } }, false],
    ['a leaf that exists', { dynamodb: { NewImage: { sk: { S: [{ exists: true }] } } } }, true],
    ['an absent field that must not exist', { dynamodb: { OldImage: { sk: { S: [{ exists: false }] } } } }, true],
    ['a prefix', { dynamodb: { NewImage: { sk: { S: [{ prefix: 'HE' }] } } } }, true],
    ['a suffix', { dynamodb: { NewImage: { sk: { S: [{ suffix: 'HE' }] } } } }, false],
    ['anything but', { eventName: [{ 'anything-but': ['REMOVE'] }] }, true],
    ['anything but a prefix', { eventName: [{ 'anything-but': { prefix: 'MOD' } }] }, false],
    ['a range', { dynamodb: { size: [{ numeric: ['>', 0, '<=', 5] }] } }, true],
    ['an element of a list', { dynamodb: { tags: ['b'] } }, true],
    ['one of two patterns', { $or: [{ eventName: ['REMOVE'] }, { dynamodb: { size: [5] } }] }, true],
  ])('of %s', (_name, pattern, expected) => {
    expect(createFilter([JSON.stringify(pattern)])(record)).toBe(expected);
  });

  it('need not match when another one of the source does', () => {
    expect(createFilter(['{"eventName":["INSERT"]}', '{"eventName":["MODIFY"]}'])(record)).toBe(true);
  });

  it('with a rule that is not known is an error at once', () => {
    expect(() => createFilter(['{"ip":[{"cidr":"10.0.0.0/8"}]}'])).toThrow('cidr');
  });
});
