import '../torture/quiet.ts';
import { describe, expect, it } from 'vitest';
import { withEmulator } from '../torture/run-rounds.ts';
import { playPayoutRun } from './play-payout-run.ts';

describe('a run over many creators that is killed three times in the middle', () => {
  it('pays each of them exactly once, as PayPal’s own books say', { timeout: 240_000 }, async () => {
    const findings = await withEmulator((dynamodbUrl) => playPayoutRun({ dynamodbUrl, creators: 400, seed: 7 }));
    expect(findings).toEqual([]);
  });
});
