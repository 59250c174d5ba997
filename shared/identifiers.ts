import * as uuid from 'uuid';
import * as z from 'zod/mini';

/** A UUIDv7 (RFC 9562) in lower case: its text sorts by the millisecond it was made in. */
export const uuidV7Pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const UuidV7 = z.string().check(z.regex(uuidV7Pattern));

/**
 * The app's own ids of users, creators, lives and videos. They become parts of storage keys, so the
 * alphabet leaves out the key separator `#`, blanks and everything that needs escaping in a URL.
 */
export const AppId = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,63}$/));

/** ISO 3166-1 alpha-2, upper case. */
export const Region = z.string().check(z.regex(/^[A-Z]{2}$/));

export function newId(now: Date): string {
  return uuid.v7({ msecs: now.getTime() });
}

/** What every UUIDv7 that was made at this moment or later sorts after, and every earlier one before. */
export function idsFrom(moment: Date): string {
  const hex = moment.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** The moment a UUIDv7 says it was made, in milliseconds since 1970 (its first 48 bits). */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** The same moment as RFC 3339, UTC, milliseconds; none when the text is no UUIDv7. */
export function momentOfId(id: string): string | undefined {
  return uuidV7Pattern.test(id) ? new Date(timeOfId(id)).toISOString() : undefined;
}

/**
 * The first half of a UUIDv7, its millisecond and 12 random bits, in 11 characters: enough to tell apart what one user does, and
 * short enough for items that have no room for 36.
 */
export function shortId(id: string): string {
  return Buffer.from(id.replaceAll('-', '').slice(0, 16), 'hex').toString('base64url');
}
