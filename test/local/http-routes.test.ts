import { describe, expect, it } from 'vitest';
import { createRouter } from '../../infra/local/http-routes.ts';

const keys = ['ANY /a/b', 'GET /a/b', 'GET /a/{id}', 'GET /a/{id}/c', 'GET /a/{rest+}', 'ANY /{all+}', '$default'];
const find = createRouter(keys.toReversed().map((routeKey) => ({ routeKey, target: routeKey })));

describe('the route of a request', () => {
  it.each([
    ['GET', '/a/b', 'GET /a/b'],
    ['POST', '/a/b', 'ANY /a/b'],
    ['GET', '/a/x', 'GET /a/{id}'],
    ['GET', '/a/b/c', 'GET /a/{id}/c'],
    ['GET', '/a/b/d', 'GET /a/{rest+}'],
    ['PUT', '/a/x', 'ANY /{all+}'],
    ['GET', '/', 'ANY /{all+}'],
  ])('for %s %s is the most specific one', (method, path, expected) => {
    expect(find(method, path)?.route.target).toBe(expected);
  });

  it('is the default when no other fits, and none without a default', () => {
    const routes = [{ routeKey: 'GET /a', target: 1 }];
    expect(createRouter(routes)('GET', '/b')).toBeUndefined();
    expect(createRouter([...routes, { routeKey: '$default', target: 2 }])('GET', '/b')?.route.target).toBe(2);
  });

  it('has decoded parameters, of which an encoded slash divides none', () => {
    expect(find('GET', '/a/x%2Fy')?.pathParameters).toEqual({ id: 'x/y' });
    expect(find('GET', '/a/100%')?.pathParameters).toEqual({ id: '100%' });
  });

  it('does not take an empty segment for a parameter', () => {
    expect(createRouter([{ routeKey: 'GET /a/{id}', target: 1 }])('GET', '/a/')).toBeUndefined();
  });
});
