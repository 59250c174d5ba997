import { buildApp } from 'fauxqs';
import { localRegion } from '../../infra/local/credentials.ts';

/** It keeps nothing, so it may end whenever its parent lets go of it, also by dying. */
process.once('disconnect', () => process.exit());

const server = buildApp({ logger: false, defaultRegion: localRegion });
process.send?.({ url: await server.listen({ port: 0, host: '127.0.0.1' }) });
