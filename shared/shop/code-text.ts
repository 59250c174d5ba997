import { createHash, randomBytes } from 'node:crypto';

/** Crockford's base 32: no I, L, O and U, which people read as something else. https://www.crockford.com/base32.html */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 20 characters of 5 bits are 100 random bits: nobody guesses one, and a hash without a secret gives none away. */
const codeLength = 20;
const groupLength = 5;

export function newCode(): string {
  const characters = [...randomBytes(codeLength)].map((byte) => alphabet[byte % alphabet.length]).join('');
  return (characters.match(new RegExp(`.{${groupLength}}`, 'g')) ?? []).join('-');
}

/** What is kept of a code, however it was typed: small letters, blanks, hyphens and look-alikes make no difference. */
export function hashOfCode(code: string): string {
  const normal = code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return createHash('sha256').update(`tributary code ${normal}`).digest('hex');
}
