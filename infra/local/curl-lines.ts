import { newId } from '../../shared/identifiers.ts';
import type { LocalCloud } from './cloud.ts';
import type { Print } from './progress.ts';

/**
 * Prints lines that can be pasted into another terminal, in order or again. Each POST has its own key, so pasting a line
 * twice shows the replay.
 */
export function printCurlLines({ apiUrl, tokens, simulators }: LocalCloud, print: Print): void {
  const key = () => `-H 'idempotency-key: ${newId(new Date())}'`;
  const write = (method: string, path: string, body: object, more = '') =>
    `curl -sw '\\n' -X ${method} $API${path} -H "authorization: Bearer $WRITE" -H 'content-type: application/json'${more && ` ${more}`} -d '${JSON.stringify(body)}'`;
  const read = (path: string) => `curl -sw '\\n' "$API${path}" -H "authorization: Bearer $READ"`;
  const adult = { region: 'US', birthDate: '1995-04-12' };
  const order = { userId: 'eva', packageId: 'us-app-1000', channel: 'app', provider: 'stripe' };
  const gift = {
    senderId: 'eva',
    creatorId: 'dan-live',
    gift: 'rose',
    quantity: 5,
    unitPrice: 1,
    context: { type: 'live', id: 'live-2' },
  };
  const lines = [
    `export API=${apiUrl} STRIPE=${simulators.stripe}`,
    `export READ=${tokens.read}`,
    `export WRITE=${tokens.write}`,
    write('PUT', '/v1/users/eva', adult),
    write('PUT', '/v1/users/dan', adult),
    write('PUT', '/v1/creators/dan-live', { ownerUserId: 'dan', region: 'US', giftsEnabled: true }),
    read('/v1/catalog/packages?region=US&channel=app'),
    `INTENT=$(${write('POST', '/v1/recharges', order, key())} | sed 's/.*"paymentIntentId":"\\([^"]*\\)".*/\\1/')`,
    `curl -sw '\\n' -X POST $STRIPE/_control/payment_intents/$INTENT/pay`,
    read('/v1/users/eva/wallet'),
    write('POST', '/v1/gifts', gift, key()),
    read('/v1/users/eva/entries'),
    read('/v1/creators/dan-live/earnings'),
  ];
  print('Try it: paste these into another terminal');
  print('');
  for (const line of lines) print(line);
  print('');
}
