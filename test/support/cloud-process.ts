/** A local cloud in a process of its own, for tests that kill it. Says where it is in one line of JSON, then stays up. */
import { startLocalCloud } from '../../infra/local/cloud.ts';

const [dataDirectory] = process.argv.slice(2);
const { apiUrl, tokens, simulators, dynamodbUrl, tableName } = await startLocalCloud({
  ...(dataDirectory !== undefined && { dataDirectory }),
  queueRetrySeconds: 1,
});
process.stdout.write(`${JSON.stringify({ apiUrl, tokens, simulators, dynamodbUrl, tableName })}\n`);
