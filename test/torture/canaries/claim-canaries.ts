import type { Canary } from './canary.ts';
import { changeWrites, isEvent, isWallet, type WriteRequest, withoutCondition } from './rewrite.ts';
import type { CommandInput, Request } from './sabotage.ts';

/** Much going back, of coins that were spent meanwhile. */
const claims = {
  ...{ recharge: 20, pay: 25, claimBack: 25, moveClaim: 15 },
  ...{ gift: 30, relay: 10, credit: 12, reverseGifts: 15, disturbProviders: 6 },
};

export const claimCanaries: Canary[] = [
  {
    name: 'claims-without-versions',
    breaks: 'What goes back is taken from whatever the order and the wallet have become since they were read.',
    sabotage: () => ({
      request: (request) =>
        changeWrites(request, (write) => {
          const isClaim = write.sk === 'ORDER' && String(write.UpdateExpression).includes('#claims');
          if (isClaim || isWallet(write)) return withoutCondition(write, 'version = :version');
          return isEvent(write) ? withoutCondition(write, 'attribute_not_exists') : {};
        }),
    }),
    traffic: claims,
    fans: 3,
  },
  {
    name: 'refund-twice-by-a-second-event',
    breaks: 'A refund of which another kind of event told before is taken for one more.',
    sabotage: () => ({ answer: forgetNames }),
    traffic: { ...claims, disturbProviders: 0 },
    fans: 3,
  },
  {
    name: 'thaw-without-entry',
    breaks: 'The coins of a dispute that was won are free again, and no entry says so.',
    sabotage: () => ({ request: thawSilently }),
    traffic: { ...claims, moveClaim: 30 },
    fans: 8,
  },
  {
    name: 'claim-before-its-payment-forgotten',
    breaks: 'What was reported of money that goes back before the payment itself is lost when the payment is credited.',
    sabotage: () => ({ request: (request) => changeWrites(request, forgetClaims) }),
    traffic: { ...claims, disturbProviders: 12 },
    ways: { stripe: 2, session: 2, apple: 1 },
    fans: 4,
  },
  {
    name: 'first-in-last-out',
    breaks: 'The coins that were bought first count as those that are left.',
    sabotage: () => ({
      request: ({ command, input }) =>
        command === 'QueryCommand' && isOfPurchases(input) ? { ...input, ScanIndexForward: true } : input,
    }),
    traffic: claims,
    fans: 3,
  },
  {
    name: 'reversal-step-without-version',
    breaks: 'A step of a reversal is taken from whatever the reversal and its gift have become since they were read.',
    sabotage: () => ({
      request: (request) =>
        changeWrites(request, (write) => {
          if (write.sk === 'REVERSAL') return withoutCondition(write, 'version = :version');
          return write.sk === 'GIFT' ? { ConditionExpression: '' } : {};
        }),
    }),
    traffic: { ...claims, reverseGifts: 60 },
    fans: 3,
  },
];

/** An event that comes after the first one of a refund finds the refunds that are known under other names than its own. */
async function forgetNames({ command, input, invocation }: Request, send: () => Promise<CommandInput>) {
  const output = await send();
  const { body = '' } = (invocation.event ?? {}) as { body?: string };
  const isSecond = /"type": *"refund.updated"/.test(body);
  const item = output.Item as { claims?: Record<string, unknown> } | undefined;
  if (command !== 'GetItemCommand' || keyOf(input).sk !== 'ORDER' || !isSecond || !item?.claims) return output;
  const claims = Object.fromEntries(Object.entries(item.claims).map(([name, claim]) => [`${name}-known`, claim]));
  return { ...output, Item: { ...item, claims } };
}

function thawSilently({ input }: Request): CommandInput {
  const items = (input.TransactItems ?? []) as { Put?: { Item: { sk: string } } }[];
  const isThaw = ({ Put }: (typeof items)[number]) => /^ENTRY#.*#thaw/.test(Put?.Item.sk ?? '');
  return items.some(isThaw) ? { ...input, TransactItems: items.filter((item) => !isThaw(item)) } : input;
}

/** What waits for a payment is kept empty, and what an order knew before it was paid goes with its payment. */
function forgetClaims({ sk, Item, UpdateExpression = '' }: WriteRequest) {
  if (sk === 'CLAIMS' && Item) return { Item: { ...Item, claims: {}, refundedMinor: 0 } };
  if (sk !== 'ORDER' || !UpdateExpression.includes(':paidAt')) return {};
  return { UpdateExpression: UpdateExpression.replace('REMOVE', 'REMOVE claims, refundedMinor,') };
}

function isOfPurchases({ ExpressionAttributeValues: values }: CommandInput): boolean {
  return Object.values((values ?? {}) as Record<string, unknown>).includes('PURCHASE#');
}

function keyOf({ Key }: CommandInput): { pk?: string; sk?: string } {
  return (Key ?? {}) as { pk?: string; sk?: string };
}
