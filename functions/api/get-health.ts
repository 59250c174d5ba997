import { getHealthRoute } from '../../shared/api/routes.ts';
import { version } from '../../shared/api/version.ts';
import { endpoint } from '../../shared/http/endpoint.ts';

export const handler = endpoint(getHealthRoute, async () => ({ value: { status: 'ok' as const, version } }));
