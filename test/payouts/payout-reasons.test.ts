import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { payoutReasonTexts } from '../../shared/payouts/reason-texts.ts';
import { actionOf, payoutReason } from '../../shared/payouts/reasons.ts';
import { type PayoutReason, PayoutReasonCode } from '../../shared/store/items/payout.ts';

const page = await readFile(new URL('../../docs/payout-states.md', import.meta.url), 'utf8');

/** For any code; product code is held to the blanks of the one it names. */
const fill = payoutReason as (code: PayoutReasonCode, blanks: Record<string, string>) => PayoutReason;

describe.each(PayoutReasonCode.options)('the reason %s', (code) => {
  const { sentence, action } = payoutReasonTexts[code];

  it('has a sentence and says what to do', () => {
    expect(sentence).toMatch(/^([A-Z]|\{provider\} ).*(\.|\{why\})$/);
    expect(actionOf(code)).toMatch(/^[A-Z].*\.$/);
  });

  it('is listed with both in the page about payouts', () => {
    const [row] = page.match(new RegExp(`^\\| \`${code}\` \\|.*$`, 'm')) ?? [];
    expect(row, `docs/payout-states.md has no line for ${code}`).toBeDefined();
    expect(row).toContain(`| ${sentence} | ${action} |`);
  });

  it('leaves no blank of its sentence', () => {
    const names = [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const reason = fill(code, Object.fromEntries(names.map((name) => [name, '42'])));
    expect(reason.sentence).not.toMatch(/[{}]/);
    expect(reason.sentence.split('42')).toHaveLength(names.length + 1);
  });
});

describe('the page about payouts', () => {
  it('lists no reason that there is not', () => {
    const [, reasons = ''] = page.split('## Reasons');
    const listed = [...reasons.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
    expect(listed.toSorted()).toEqual(PayoutReasonCode.options.toSorted());
  });
});
