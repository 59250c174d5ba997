import type { SimulatorReply, SimulatorRoute } from './simulator-server.ts';
import {
  type Form,
  found,
  invalid,
  type MakeRoute,
  pageOf,
  type StripeCall,
  stringsOf,
  stripeError,
} from './stripe-calls.ts';
import type { ConnectBooks } from './stripe-connect-books.ts';
import type { ConnectedAccount } from './stripe-connect-records.ts';

/** What a control lets Stripe answer to the next requests for a payout to a bank. */
export type BankRefusal = { status: number; type: string; code?: string | undefined; count: number };

const transferParameters = ['amount', 'currency', 'description', 'destination', 'expand', 'metadata', 'transfer_group'];
const reversalParameters = ['amount', 'description', 'expand', 'metadata'];
const payoutParameters = ['amount', 'currency', 'description', 'expand', 'metadata', 'method', 'statement_descriptor'];

/** The part of Stripe Connect that is simulated: money from the platform to connected accounts and from there to banks. */
export function connectRoutes(
  route: MakeRoute,
  { books, nextRefusal }: { books: ConnectBooks; nextRefusal: () => BankRefusal | undefined },
): SimulatorRoute[] {
  const transfers = '/v1/transfers';
  const payouts = '/v1/payouts';
  const ofAccount = (handle: (account: ConnectedAccount, call: StripeCall) => SimulatorReply) => (call: StripeCall) => {
    const account = books.accounts.get(call.account ?? '');
    return account ? handle(account, call) : foreignAccount(call.account);
  };
  return [
    route('GET', '/v1/balance', ({ account }) => balance(account ? books.balanceOf(account) : books.platformBalance())),
    route('GET', '/v1/accounts/:id', ({ params: { id = '' } }) => {
      const account = books.accounts.get(id);
      return account ? { status: 200, body: account } : foreignAccount(id);
    }),
    route('POST', transfers, ({ form }) => createTransfer(books, form)),
    route('GET', transfers, ({ query }) => listTransfers(books, query)),
    route('GET', `${transfers}/:id`, ({ params: { id = '' } }) => found(books.transfer(id), 'transfer', id)),
    route('POST', `${transfers}/:id/reversals`, ({ params: { id = '' }, form }) => reverse(books, id, form)),
    route(
      'POST',
      payouts,
      ofAccount((account, { form }) => createPayout({ books, account, refusal: nextRefusal() }, form)),
    ),
    route(
      'GET',
      payouts,
      ofAccount(({ id }, { query }) => listPayouts(books, id, query)),
    ),
    route(
      'GET',
      `${payouts}/:id`,
      ofAccount((account, { params: { id = '' } }) => {
        const stored = books.payout(id);
        return found(stored?.account === account.id ? stored.payout : undefined, 'payout', id);
      }),
    ),
  ];
}

function createTransfer(books: ConnectBooks, form: Form): SimulatorReply {
  const order = readOrder(form, transferParameters);
  if ('refused' in order) return order.refused;
  const { destination, transfer_group: group } = form;
  const account = books.accounts.get(String(destination));
  if (!account) return missing('destination', `No such destination: '${String(destination)}'`);
  if (account.capabilities.transfers !== 'active') {
    const message =
      'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments';
    return invalid(message, { code: 'insufficient_capabilities_for_transfer' });
  }
  if (order.amount > books.platformBalance())
    return invalid('You have insufficient available funds in your Stripe account.', { code: 'balance_insufficient' });
  const transferGroup = typeof group === 'string' ? group : null;
  return { status: 200, body: books.send({ ...order, destination: account.id, transfer_group: transferGroup }) };
}

function listTransfers(books: ConnectBooks, query: URLSearchParams): SimulatorReply {
  const [group, destination] = [query.get('transfer_group'), query.get('destination')];
  const wanted = books
    .transfers()
    .filter((transfer) => group === null || transfer.transfer_group === group)
    .filter((transfer) => destination === null || transfer.destination === destination);
  return pageOf('/v1/transfers', wanted.toReversed(), query);
}

function reverse(books: ConnectBooks, id: string, form: Form): SimulatorReply {
  const transfer = books.transfer(id);
  if (!transfer) return found(undefined, 'transfer', id);
  const order = readOrder({ amount: String(transfer.amount), currency: transfer.currency, ...form }, [
    ...reversalParameters,
    'currency',
  ]);
  if ('refused' in order) return order.refused;
  const { amount, metadata } = order;
  if (amount > transfer.amount - transfer.amount_reversed)
    return invalid(`Transfer ${id} is already fully reversed or has not so much left.`);
  const reversal = books.reverse(id, { amount, metadata });
  if (reversal) return { status: 200, body: reversal };
  const message = 'The connected account has not enough available balance to reverse this transfer.';
  return invalid(message, { code: 'balance_insufficient' });
}

type Paying = { books: ConnectBooks; account: ConnectedAccount; refusal: BankRefusal | undefined };

function createPayout({ books, account, refusal }: Paying, form: Form): SimulatorReply {
  const order = readOrder(form, payoutParameters);
  if ('refused' in order) return order.refused;
  if (refusal) {
    const { status, type, code } = refusal;
    return stripeError(status, { type, message: 'The payout was refused.', ...(code !== undefined && { code }) });
  }
  if (!account.payouts_enabled) {
    const message = 'Payouts have been disabled on this account.';
    return invalid(message, { code: 'payouts_not_allowed' });
  }
  if (order.amount > books.balanceOf(account.id))
    return invalid('You have insufficient funds in your Stripe account.', { code: 'balance_insufficient' });
  return { status: 200, body: books.payOut(account.id, order) };
}

function listPayouts(books: ConnectBooks, account: string, query: URLSearchParams): SimulatorReply {
  const from = Number(query.get('created[gte]') ?? 0);
  const status = query.get('status');
  const wanted = books
    .payoutsOf(account)
    .map(({ payout }) => payout)
    .filter((payout) => payout.created >= from && (status === null || payout.status === status));
  return pageOf('/v1/payouts', wanted.toReversed(), query);
}

type Order = { amount: number; currency: string; metadata: Record<string, string> };

function readOrder(form: Form, known: string[]): Order | { refused: SimulatorReply } {
  const unknown = Object.keys(form).find((name) => !known.includes(name));
  const { amount, currency, metadata } = form;
  if (unknown !== undefined) {
    const message = `Received unknown parameter: ${unknown}`;
    return { refused: invalid(message, { param: unknown, code: 'parameter_unknown' }) };
  }
  if (typeof amount !== 'string' || !/^[1-9]\d{0,11}$/.test(amount)) {
    const message = `Invalid positive integer: ${String(amount)}`;
    return { refused: invalid(message, { param: 'amount', code: 'parameter_invalid_integer' }) };
  }
  if (typeof currency !== 'string' || !/^[a-z]{3}$/.test(currency)) {
    const message = `Invalid currency: ${String(currency)}.`;
    return { refused: invalid(message, { param: 'currency', code: 'parameter_missing' }) };
  }
  return { amount: Number(amount), currency, metadata: typeof metadata === 'object' ? stringsOf(metadata) : {} };
}

function balance(available: number): SimulatorReply {
  const amounts = [{ amount: available, currency: 'usd', source_types: { card: available } }];
  return { status: 200, body: { object: 'balance', available: amounts, livemode: false, pending: [] } };
}

function missing(param: string, message: string): SimulatorReply {
  return stripeError(400, { type: 'invalid_request_error', code: 'resource_missing', param, message });
}

function foreignAccount(account: string | undefined): SimulatorReply {
  const message = `The provided key does not have access to account '${account}' (or that account does not exist).`;
  return stripeError(403, { type: 'invalid_request_error', code: 'account_invalid', message });
}
