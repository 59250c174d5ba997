import * as z from 'zod/mini';
import { AppId } from '../identifiers.ts';
import { currencies } from '../money/currency.ts';
import { diamondsPattern } from '../money/diamonds.ts';
import { Amount, ContextType, Day, Moment } from '../store/items/common.ts';
import { CreatorFlow } from '../store/items/creator-day.ts';

const Diamonds = z.string().check(z.regex(diamondsPattern));

/** As `Diamonds`, and negative where something went. */
const SignedDiamonds = z.string().check(z.regex(/^-?(0|[1-9]\d*)(\.\d{1,3})?$/));

const Cash = z.object({ amount: Amount, currency: z.enum(currencies) });

const Format = z.enum(['json', 'csv']);

/** Whether all days of it are over, so that it never changes again. */
const PeriodState = z.enum(['final', 'open']);

export const StatementPath = z.strictObject({
  creatorId: AppId,
  month: z.string().check(z.regex(/^20\d{2}-(0[1-9]|1[0-2])$/)),
});

export const StatementQuery = z.strictObject({ format: z.optional(Format) });

const Balances = z.object({
  available: SignedDiamonds,
  maturing: SignedDiamonds,
  held: SignedDiamonds,
  paidOut: SignedDiamonds,
  owed: SignedDiamonds,
});

/** `matured`: nothing but the calendar moved it. */
const MovementType = z.enum([...CreatorFlow.options, 'matured']);

const StatementTotal = z.object({
  type: MovementType,
  count: z.optional(Amount),
  changes: Balances,
  net: z.optional(Cash),
  fee: z.optional(Cash),
});

export const StatementRow = z.extend(StatementTotal, { day: Day });
export type StatementRow = z.infer<typeof StatementRow>;
export type StatementTotal = z.infer<typeof StatementTotal>;

export const MonthlyStatementAnswer = z.object({
  creatorId: AppId,
  month: z.string(),
  state: PeriodState,
  /** The last day that is in it; absent while its first day is not over. */
  through: z.optional(Day),
  opening: Balances,
  closing: Balances,
  totals: z.array(StatementTotal),
  lines: z.array(StatementRow),
});
export type MonthlyStatementAnswer = z.infer<typeof MonthlyStatementAnswer>;

export const TaxYearPath = z.strictObject({ creatorId: AppId, year: z.string().check(z.regex(/^20\d{2}$/)) });

const PaidTotal = z.object({ count: Amount, gross: Amount, fee: Amount, net: Amount });

export const TaxYearAnswer = z.object({
  creatorId: AppId,
  year: z.string(),
  state: PeriodState,
  through: z.optional(Day),
  totals: z.array(z.object({ currency: z.enum(currencies), paid: PaidTotal, returned: PaidTotal })),
});
export type TaxYearAnswer = z.infer<typeof TaxYearAnswer>;

export const SummaryPath = z.strictObject({ creatorId: AppId });
export const SummaryQuery = z.strictObject({ from: Day, to: Day });

const Share = { gifts: Amount, diamonds: Diamonds };
const Rest = z.object(Share);

const Earned = {
  gifts: Amount,
  coins: Amount,
  credited: Diamonds,
  reversed: Diamonds,
  restored: Diamonds,
  value: Cash,
};

export const EarningsSummaryAnswer = z.object({
  creatorId: AppId,
  from: Day,
  to: Day,
  total: z.object(Earned),
  days: z.array(
    z.object({
      day: Day,
      state: PeriodState,
      /** Set on a day that is not over, when it has more entries than a request reads. */
      partial: z.optional(z.literal(true)),
      ...Earned,
    }),
  ),
  rates: z.array(
    z.object({ version: z.string(), coinsPerDiamond: Amount, effectiveAt: z.optional(Moment), diamonds: Diamonds }),
  ),
  contexts: z.object({ first: z.array(z.object({ type: ContextType, id: z.string(), ...Share })), rest: Rest }),
  gifts: z.object({ first: z.array(z.object({ gift: z.string(), ...Share })), rest: Rest }),
  supporters: z.object({ first: z.array(z.object({ userId: AppId, ...Share })), rest: Rest }),
});
export type EarningsSummaryAnswer = z.infer<typeof EarningsSummaryAnswer>;
