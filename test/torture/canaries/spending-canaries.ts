import type { Canary } from './canary.ts';
import { changeWrites, isWallet, type WriteRequest, withoutCondition } from './rewrite.ts';
import type { CommandInput, Request } from './sabotage.ts';

const limits = { gift: 60, changeLimits: 14, buyItem: 10, relay: 8, credit: 8 };
const gifts = { gift: 60, relay: 15, credit: 20, announce: 20, count: 25 };

/** Of rules by which coins are spent, of campaigns, of the shop and of leaderboards. */
export const spendingCanaries: Canary[] = [
  {
    name: 'limits-without-guard',
    breaks: 'A wallet whose user has set limits is debited like an ordinary one.',
    sabotage: () => ({
      request: (request) => (isOf(request, 'set-limits') ? changeWrites(request, leaveGuards) : request.input),
    }),
    traffic: limits,
    fans: 4,
  },
  {
    name: 'raise-holds-at-once',
    breaks: 'A limit that its user raises is raised at once.',
    sabotage: () => ({
      request: (request) => (isOf(request, 'set-limits') ? changeWrites(request, raiseAtOnce) : request.input),
    }),
    traffic: { ...limits, changeLimits: 30 },
    fans: 3,
  },
  {
    name: 'break-forgotten',
    breaks: 'A break is agreed to and not kept.',
    sabotage: () => ({
      request: (request) => (isOf(request, 'take-break') ? changeWrites(request, forgetBreak) : request.input),
    }),
    traffic: { ...limits, changeLimits: 0, takeBreak: 6 },
    fans: 6,
  },
  {
    name: 'promo-without-guard',
    breaks: 'A wallet with promotional coins pays with those that were bought.',
    sabotage: () => ({
      request: (request) => (isOf(request, 'grant-coins') ? changeWrites(request, leaveGuards) : request.input),
    }),
    traffic: { gift: 60, grant: 15, relay: 8, credit: 8 },
    fans: 6,
  },
  {
    name: 'lots-end-too-late',
    breaks: 'Promotional coins are good for longer than they were given for.',
    sabotage: () => ({ request: (request) => changeWrites(request, endLater) }),
    traffic: { gift: 40, grant: 15, redeemCode: 6, relay: 8, credit: 8, expireLots: 6 },
    fans: 6,
  },
  {
    name: 'budget-not-conditioned',
    breaks: 'An order takes its part of a campaign without asking whether that much is left.',
    sabotage: () => ({
      request: (request) => changeWrites(request, ({ sk }) => (sk === 'BUDGET' ? { ConditionExpression: '' } : {})),
    }),
    traffic: { recharge: 50, pay: 60 },
    fans: 40,
  },
  {
    name: 'stock-never-runs-out',
    breaks: 'Goods that are put on hold count as left all the same.',
    sabotage: () => ({
      request: (request) => changeWrites(request, (write) => (write.sk === 'STOCK' ? leaveOnShelf(write) : {})),
    }),
    traffic: { orderGoods: 60, goOnWithOrder: 8, changeStock: 5 },
  },
  {
    name: 'code-redeemed-twice',
    breaks: 'A code is marked as redeemed whether or not it was.',
    sabotage: () => ({
      request: (request) =>
        changeWrites(request, (write) =>
          write.sk === 'CODE' ? withoutCondition(write, 'attribute_not_exists(redeemed)') : {},
        ),
    }),
    traffic: { redeemCode: 60, redeemCodeAgain: 10 },
  },
  {
    name: 'reservation-without-version',
    breaks: 'What was set aside is written over whatever it has become since it was read.',
    sabotage: () => ({
      request: (request) =>
        changeWrites(request, (write) =>
          write.sk.startsWith('RESERVED#') ? withoutCondition(write, 'version = :before') : {},
        ),
    }),
    traffic: { promote: 20, goOnWithPromotion: 60 },
    fans: 6,
  },
  {
    name: 'score-counted-twice',
    breaks: 'What a leaderboard is told a second time is counted a second time.',
    sabotage: () => ({
      request: (request) =>
        changeWrites(request, ({ pk }) => (pk.startsWith('COUNTED#') ? { ConditionExpression: '' } : {})),
    }),
    traffic: gifts,
  },
  {
    name: 'reversal-not-on-the-board',
    breaks: 'Leaderboards keep what was given with coins whose payment went back.',
    sabotage: () => ({ request: keepReversed }),
    traffic: { ...gifts, recharge: 20, pay: 25, claimBack: 25, reverseGifts: 15 },
    fans: 3,
  },
];

function isOf({ invocation }: Request, name: string): boolean {
  return invocation.functionName === name;
}

function leaveGuards(write: WriteRequest): Partial<WriteRequest> {
  if (!isWallet(write) || write.UpdateExpression === undefined) return {};
  return { UpdateExpression: write.UpdateExpression.replace(', guards = :guards', '') };
}

function leaveOnShelf({ UpdateExpression = '' }: WriteRequest): Partial<WriteRequest> {
  return { UpdateExpression: UpdateExpression.replace('#left = #left - :quantity, ', '') };
}

type Rules = { own?: { limits: object; pending?: Record<string, { coins?: number }> }; coolOffUntil?: string };

function raiseAtOnce(write: WriteRequest): Partial<WriteRequest> {
  return changeRules(write, ({ own, ...rules }) => {
    const raised = Object.entries(own?.pending ?? {}).map(([name, { coins }]) => [name, coins ?? 1_000_000]);
    return { ...rules, ...(own && { own: { limits: { ...own.limits, ...Object.fromEntries(raised) } } }) };
  });
}

function forgetBreak(write: WriteRequest): Partial<WriteRequest> {
  return changeRules(write, ({ coolOffUntil: _, ...rules }) => rules);
}

function changeRules(write: WriteRequest, change: (rules: Rules) => Rules): Partial<WriteRequest> {
  const values = write.ExpressionAttributeValues;
  const rules = values?.[':specialRules'] as Rules | undefined;
  if (!isWallet(write) || !rules) return {};
  return { ExpressionAttributeValues: { ...values, ':specialRules': change(rules) } };
}

const monthMilliseconds = 30 * 86_400_000;

function endLater(write: WriteRequest): Partial<WriteRequest> {
  const values = write.ExpressionAttributeValues;
  const lots = values?.[':promo'];
  if (!isWallet(write) || !Array.isArray(lots)) return {};
  const later = lots.map((lot: { expiresAt: string }) => ({
    ...lot,
    expiresAt: new Date(Date.parse(lot.expiresAt) + monthMilliseconds).toISOString(),
  }));
  return { ExpressionAttributeValues: { ...values, ':promo': later } };
}

/** What would be taken off a score leaves it as it is. */
function keepReversed(request: Request): CommandInput {
  return changeWrites(request, ({ pk, ExpressionAttributeValues: values }) => {
    const isLess = pk.startsWith('SCORES#') && Number(values?.[':amount']) < 0;
    return isLess ? { ExpressionAttributeValues: { ...values, ':amount': 0 } } : {};
  });
}
