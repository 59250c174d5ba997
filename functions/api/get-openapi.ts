import { apiDocument } from '../../shared/api/api-document.ts';
import { getOpenApiRoute } from '../../shared/api/routes.ts';
import { endpoint } from '../../shared/http/endpoint.ts';

/** The contracts change with a deployment only; the address is each request's own. */
const document = apiDocument({ url: '/' });

export const handler = endpoint(getOpenApiRoute, async ({ origin }) => ({
  value: { ...document, servers: [{ url: origin }] },
}));
