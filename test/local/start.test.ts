import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { listen } from '../../infra/local/ports.ts';

const startFile = fileURLToPath(new URL('../../infra/local/start.ts', import.meta.url));

async function runStart(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [startFile, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once('close', resolve)),
  ]);
  return { stdout, stderr, code };
}

describe('npm start', () => {
  it('says in a sentence that its port is taken, before anything slow', async () => {
    const server = createServer();
    const port = new URL(await listen(server, 0)).port;
    // Every slow step prints a line before it begins, so an empty stdout says that none had begun.
    const { code, stderr, stdout } = await runStart([], { PORT: port });
    server.close();
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: `Port ${port} is in use: stop what listens there or choose another with PORT=${Number(port) + 1} npm start.\n`,
    });
  });

  it('says in a sentence that Java is missing', async () => {
    const { code, stderr } = await runStart([], { PATH: '/nonexistent', PORT: '0' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Tributary's local cloud needs Java 17 or newer .*\.\n$/);
  });

  it.each([
    ['--colour', {}, "Unknown option '--colour'. Use: npm start"],
    ['--data', {}, "Option '--data <value>' argument missing. Use: npm start"],
    ['--no-demo', { PORT: 'http' }, 'PORT=http is no port'],
    ['--no-demo', { PORT: '70000' }, 'PORT=70000 is no port'],
  ])('says in a sentence what it does not understand: %s %j', async (arg, environment, sentence) => {
    const { code, stderr } = await runStart([arg], environment);
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
