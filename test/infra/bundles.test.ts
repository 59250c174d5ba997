import { builtinModules } from 'node:module';
import { describe, expect, it } from 'vitest';
import { bundleFunctions, neverReached } from '../../infra/bundle.ts';

const { names, metafile } = bundleFunctions();
const bundles = Object.entries(metafile.outputs);

/** What the App Store's library asks for in a `try`, through node-fetch, and does without. */
const optional = ['encoding'];

const leftOut = bundles.flatMap(([bundle, { imports }]) =>
  imports
    .filter(({ path }) => !builtinModules.includes(path.replace(/^node:/, '')) && !optional.includes(path))
    .map(({ path, kind }) => ({ bundle, path, kind })),
);

describe('The bundles', () => {
  it('are one for each function', () => {
    expect(bundles).toHaveLength(names.length);
  });

  it('leave out exactly what functions never reach on Lambda', () => {
    expect([...new Set(leftOut.map(({ path }) => path))].sort()).toEqual(neverReached);
  });

  it('need nothing of that to start', () => {
    expect(leftOut.filter(({ kind }) => kind !== 'dynamic-import')).toEqual([]);
  });

  it('take credentials from the environment, as Lambda gives them', () => {
    const clients = bundles.filter(([, { inputs }]) =>
      Object.keys(inputs).some((file) => /@aws-sdk\/client-[a-z-]+\//.test(file)),
    );
    expect(clients.length).toBeGreaterThan(names.length / 2);
    for (const [bundle, { inputs }] of clients) {
      expect(Object.keys(inputs).join(' '), bundle).toContain('@aws-sdk/credential-provider-env');
    }
  });
});
