import { ProviderOutcomeUnknown } from '../../../shared/providers/provider-outcome-unknown.ts';
import type { Canary } from './canary.ts';
import { changeWrites, isEvent, isPayout, isShard, type WriteRequest, withoutCondition } from './rewrite.ts';
import type { CommandInput, Request } from './sabotage.ts';

/** Enough gifts for creators to withdraw, and much happening to payouts. */
const withdrawals = {
  gift: 40,
  giftAgain: 3,
  relay: 12,
  credit: 14,
  payout: 20,
  payoutAgain: 4,
  approve: 10,
  submit: 16,
  movePayout: 22,
  sweepPayouts: 4,
  disturbProviders: 5,
  look: 2,
};

export const payoutCanaries: Canary[] = [
  {
    name: 'hold-on-one-shard-only',
    breaks: 'A payout that takes from several balances takes from one only.',
    sabotage: () => ({ request: takeFromHome }),
    // With so many gifts at once, one creator's are spread over several balances.
    traffic: withdrawals,
    fans: 24,
    creators: 1,
  },
  {
    name: 'hold-without-conditions',
    breaks: 'Diamonds are held without asking whether they are still there.',
    sabotage: () => ({
      request: (request) =>
        request.invocation.functionName === 'request-payout'
          ? changeWrites(request, (write) =>
              isShard(write) || write.sk === 'PROFILE' ? { ConditionExpression: '' } : {},
            )
          : request.input,
    }),
    traffic: withdrawals,
    creators: 3,
  },
  {
    name: 'release-twice-on-return',
    breaks: 'Money that came back gives the diamonds back as often as the news comes.',
    sabotage: () => ({
      request: (request) =>
        request.invocation.functionName === 'receive-paypal-event'
          ? changeWrites(request, (write) => {
              if (isEvent(write)) return withoutCondition(write, 'attribute_not_exists');
              if (write.sk === 'PROFILE') return withoutCondition(write, '#version = :version');
              return isPayout(write) ? withoutCondition(write, '#state IN') : {};
            })
          : request.input,
    }),
    traffic: withdrawals,
    creators: 3,
  },
  {
    name: 'unknown-outcome-taken-for-a-refusal',
    breaks: 'A payout whose sending got no answer counts as not sent.',
    sabotage: () => ({
      payPal: (payouts) => ({
        ...payouts,
        async createPayoutBatch(batch) {
          try {
            return await payouts.createPayoutBatch(batch);
          } catch (error) {
            if (!(error instanceof ProviderOutcomeUnknown)) throw error;
            return { kind: 'refused', code: 'NO_ANSWER', message: error.message, retryable: false, positions: [] };
          }
        },
      }),
    }),
    traffic: { ...withdrawals, disturbProviders: 14 },
    creators: 3,
  },
  {
    name: 'payout-under-a-new-reference',
    breaks: 'Each attempt to send a batch names another id, so that PayPal cannot tell that it is the same.',
    sabotage: () => {
      let attempts = 0;
      return {
        payPal: (payouts) => ({
          ...payouts,
          createPayoutBatch: (batch) =>
            payouts.createPayoutBatch({ ...batch, senderBatchId: `${batch.senderBatchId}-${attempts++}` }),
        }),
      };
    },
    traffic: withdrawals,
    creators: 3,
  },
  {
    name: 'payout-in-a-second-batch',
    breaks: 'A payout goes in another batch while the one that it is in may have been sent.',
    sabotage: () => ({
      answer: forgetBatches,
      request: (request) => (sends(request) ? changeWrites(request, joinAnyBatch) : request.input),
    }),
    traffic: { ...withdrawals, disturbProviders: 10 },
    creators: 3,
  },
  {
    name: 'transfer-under-a-new-key',
    breaks: 'Each attempt to pay a bank makes a transfer under another key, without looking for an earlier one.',
    // The first answer about each payout is lost, as it would be sooner or later.
    sabotage: () => {
      const answered = new Set<string>();
      return {
        stripeConnect: (connect, forgetKeys) => ({
          ...connect,
          transfersFor: async () => [],
          async send(wanted) {
            await forgetKeys();
            const answer = await connect.send(wanted);
            if (answered.has(wanted.payoutId)) return answer;
            answered.add(wanted.payoutId);
            throw new ProviderOutcomeUnknown('Stripe gave no answer.');
          },
        }),
      };
    },
    traffic: { ...withdrawals, gift: 60, payout: 30 },
    creators: 2,
  },
  {
    name: 'bank-return-without-reversal',
    breaks: 'What a bank sends back gives the diamonds back while the transfer stays where it is.',
    sabotage: () => ({ stripeConnect: (connect) => ({ ...connect, reverse: async () => undefined }) }),
    traffic: { ...withdrawals, movePayout: 30 },
    creators: 2,
  },
];

function sends({ invocation }: Request): boolean {
  return ['submit-payout', 'sweep-payouts'].includes(invocation.functionName);
}

function joinAnyBatch(write: WriteRequest): Partial<WriteRequest> {
  const joins = isPayout(write) && write.UpdateExpression?.includes('#batchId = ');
  return joins ? withoutCondition(write, '#state IN') : {};
}

/** Payouts whose outcome is not known look as if nobody had begun to send them. */
async function forgetBatches(request: Request, send: () => Promise<CommandInput>): Promise<CommandInput> {
  const answer = await send();
  if (request.command !== 'BatchGetItemCommand' || !sends(request)) return answer;
  const responses = Object.entries(answer.Responses as Record<string, CommandInput[]>).map(([table, items]) => [
    table,
    items.map((item) => (item.sk === 'PAYOUT' && item.state === 'submitting' ? { ...item, state: 'requested' } : item)),
  ]);
  return { ...answer, Responses: Object.fromEntries(responses) };
}

/** Leaves out all balances but the home balance, where the held diamonds are counted. */
function takeFromHome({ command, input, invocation }: Request): CommandInput {
  const holds = ['request-payout', 'work-payout-run'].includes(invocation.functionName);
  if (command !== 'TransactWriteItemsCommand' || !holds) return input;
  const items = input.TransactItems as { Update?: { Key: { pk: string; sk: string } } }[];
  return { ...input, TransactItems: items.filter(({ Update }) => !Update || !isOtherShard(Update.Key)) };
}

function isOtherShard({ pk, sk }: { pk: string; sk: string }): boolean {
  return pk.startsWith('CREATOR#') && sk === 'HEAD' && !pk.endsWith('#00');
}
