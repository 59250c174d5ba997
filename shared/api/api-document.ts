import { eventWebhooks } from '../events/event-webhooks.ts';
import { type OpenApiDocument, openApiDocument } from '../http/openapi/document.ts';
import type { JsonObject } from '../http/openapi/schema-book.ts';
import { routesByCapability } from '../routes.ts';
import { namedSchemas } from './named-schemas.ts';
import { version } from './version.ts';
import { words } from './words/words.ts';

type Capability = keyof typeof routesByCapability;

const purposes: Record<Capability, string> = {
  users: 'Fans and their wallets: registration, balance, statement, limits.',
  accounts: 'The end of an account: closing it, erasing a person, and the export of what is kept.',
  guardians: 'Parents and others who look after what somebody spends: consent, rules, views, approvals.',
  catalog: 'What is sold and sent where: coin packages, gifts and what else coins buy.',
  recharges: 'Coins for money.',
  gifts: 'Gifts for coins: in a live, on a video, in a comment.',
  shop: 'What coins buy besides gifts: content, promotions, goods; and codes to redeem.',
  campaigns: 'What is left of the budgets of campaigns and challenges.',
  rewards: 'Promotional coins for challenges, and for ads that were watched.',
  earnings: 'Diamonds for gifts: creators, what they have, and where it came from.',
  statements: 'What creators earned and were paid: by the day, by the month and by the year.',
  payouts: 'Money for diamonds: payout profiles, payouts, runs and approvals.',
  leaderboards: 'Who gave most in a live, and to a creator in a week.',
  levels: 'How far somebody has come by all that they ever gave, or earned.',
  events: 'What has happened, told to other systems: webhook endpoints and what they get.',
  operations: 'What operators do: freeze, grant, audit.',
  api: 'The API itself.',
};

const introduction = [
  'The coin, gift and payout back end of a live or short-video app. Fans buy coins, coins become gifts, gifts become ' +
    'diamonds, diamonds become cash.',
  '**Units.** Coins are integers. Diamonds are decimal strings with up to three decimals (`"1349.5"`). Money is an ' +
    'integer in the minor unit of its currency, with its ISO 4217 code (`{"amount": 1299, "currency": "USD"}`). Times ' +
    'are RFC 3339 in UTC.',
  '**Idempotency.** A `POST` that creates something takes an `Idempotency-Key`, a UUIDv7 that becomes the id of what it ' +
    'creates. A request that once succeeded keeps its answer for ever, whatever has changed since; a repetition answers ' +
    '200 with `Idempotency-Replayed: true`. A `PUT` is idempotent by itself.',
  '**Errors.** `application/problem+json` (RFC 9457) with a stable `code`. Nothing is stored by a refusal. Unknown ' +
    'fields of a request are refused.',
].join('\n\n');

/** The API as it is deployed behind one address. */
export function apiDocument(server: JsonObject): OpenApiDocument {
  return openApiDocument({
    info: {
      title: 'Tributary',
      version,
      summary: 'Coins, gifts and creator payouts.',
      description: introduction,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [server],
    capabilities: Object.fromEntries(
      Object.entries(routesByCapability).map(([capability, routes]) => [
        capability,
        { description: purposes[capability as Capability], routes },
      ]),
    ),
    webhooks: { capability: 'events', byType: eventWebhooks },
    vocabulary: { schemas: namedSchemas, words },
  });
}
