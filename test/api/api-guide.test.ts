import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalCloud, startLocalCloud } from '../../infra/local/cloud.ts';
import { timeOfId, uuidV7Pattern } from '../../shared/identifiers.ts';
import { refusalCodes, statusOf } from '../../shared/refusals.ts';
import { routesByCapability } from '../../shared/routes.ts';

const guide = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');

/** The lines of the guide that are to be pasted, in its order. Blocks marked `sh` need an AWS account or a running cloud. */
const lines = [...guide.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, block = '']) => block);

describe('The API guide', () => {
  it('lists every refusal with its status', () => {
    const missing = refusalCodes.filter((code) => !guide.includes(`| \`${code}\` | ${statusOf(code)} |`));
    expect(missing, 'docs/api.md has no line for these codes').toEqual([]);
  });

  it('lists no code that nothing answers', () => {
    const listed = [...guide.matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)].map(([, code = '']) => code);
    const answeredElsewhere = [
      'unauthorized',
      'insufficient_scope',
      'not_found',
      'request_too_large',
      'internal_error',
      'busy',
      'unavailable',
    ];
    expect(listed.toSorted()).toEqual([...refusalCodes, ...answeredElsewhere].toSorted());
  });

  it('names each address as the contracts do', () => {
    const paths = Object.values(routesByCapability)
      .flat()
      .map(({ path }) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
    const named = [...guide.matchAll(/(?:\$API|`(?:GET|PUT|POST) )(\/v1\/[^\s"?`]+)/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((path) => !paths.some((pattern) => pattern.test(path)))).toEqual([]);
  });

  it('makes keys that are UUIDv7 of now', () => {
    const makeKey = lines.find((block) => block.startsWith('key()'));
    const made = execFileSync('bash', ['-c', `${makeKey}\nkey`], { encoding: 'utf8' }).trim();
    expect(made).toMatch(uuidV7Pattern);
    expect(Math.abs(timeOfId(made) - Date.now())).toBeLessThan(10_000);
  });
});

const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe.runIf(hasCurl)('The lines of the API guide, pasted in its order', () => {
  let cloud: LocalCloud;

  beforeAll(async () => {
    cloud = await startLocalCloud();
  }, 120_000);

  afterAll(async () => {
    await cloud?.close();
  });

  it('take a fan and a creator all the way', { timeout: 120_000 }, async () => {
    // Any answer that is an error ends the script here, so that no line can fail unseen.
    const strict = 'set -euo pipefail\ncurl() { command curl --fail-with-body "$@" && echo; }\n';
    const { apiUrl, tokens, simulators } = cloud;
    const { stdout } = await promisify(execFile)('bash', ['-c', strict + lines.join('\n')], {
      timeout: 100_000,
      env: {
        ...process.env,
        API: apiUrl,
        READ: tokens.read,
        WRITE: tokens.write,
        OPERATE: tokens.operate,
        APPROVE: tokens.approve,
        STRIPE: simulators.stripe,
        PAYPAL: simulators.paypal,
      },
    });
    expect(stdout).toContain('"wallet":{"coins":800}');
    expect(stdout).toContain('"net":{"amount":1369,"currency":"USD"}');
    expect(stdout).toContain('"type":"payout_paid"');
    expect(stdout).toContain('"wallet":{"coins":750}');
  });
});
