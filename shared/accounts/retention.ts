/**
 * For so long, counted from the end of the year of the last one, it is kept where a payout went: Germany's § 147 AO asks for up to ten years
 * for records of what was paid, the longest of the usual terms (seven for the IRS, six for HMRC).
 */
const keepPayoutsYears = 10;

/** The moment from which on nothing asks for a record of something that happened at `at`. */
export function keptUntil(at: string): string {
  return `${Number(at.slice(0, 4)) + keepPayoutsYears + 1}-01-01T00:00:00.000Z`;
}
