import type { CatalogVersion, GiftDefinition, Rates } from '../catalog/schemas.ts';
import { type RegionsOn, regionsOn } from '../catalog/switches.ts';
import { timeOfId } from '../identifiers.ts';
import { type Coins, coins, largestAmount, type MilliDiamonds, milliDiamonds, scale } from '../money/units.ts';
import { type Refusal, refuse } from '../refusals.ts';
import type { GiftVersions } from '../store/items/wallet.ts';
import type { Recipient } from './recipients.ts';
import type { GiftBody } from './schemas.ts';

export type SendGift = GiftBody & {
  /** The idempotency key: a UUIDv7. */
  giftId: string;
};

/** What a gift costs its sender and is worth to its creator. */
export type Quote = {
  /** Unit price times quantity. */
  price: Coins;
  milliDiamonds: MilliDiamonds;
  /** Where the gift may be sent from; everywhere when absent. */
  regions: string[] | undefined;
  /** Where gifts can be sent from at all. */
  switchedOn: RegionsOn;
  versions: GiftVersions;
};

/** The versions in force, and the creator. */
export type QuoteFacts = {
  gifts: CatalogVersion<'gifts'>;
  rates: CatalogVersion<'rates'>;
  switches: CatalogVersion<'switches'>;
  recipient: Recipient | undefined;
  now: Date;
};

/**
 * What catalogue and recipient say about a gift, without a look at the wallet. Refusals in this order: `gift_not_found`,
 * `gift_unavailable`, `price_changed`, `malformed_request` (too many, or a combo of later), `creator_not_found`, `self_gift`, `recipient_not_eligible`.
 */
export function quoteGift(command: SendGift, facts: QuoteFacts): Quote | Refusal {
  const { gifts, rates, switches } = facts;
  const definition = gifts.value.gifts.find(({ code }) => code === command.gift);
  if (!definition)
    return refuse('gift_not_found', `The catalogue has no gift ${command.gift}: list them with GET /v1/catalog/gifts.`);
  const refusal =
    refuseUnavailable(definition, command, facts.now) ??
    refusePrice(definition, command) ??
    refuseQuantity(command, gifts.value.largestQuantity) ??
    refuseCombo(command) ??
    refuseRecipient(command, facts.recipient);
  if (refusal) return refusal;
  const price = coins(command.unitPrice * command.quantity);
  const milliDiamonds = diamondsFor(price, rates.value);
  if (milliDiamonds > largestAmount)
    return refuse('malformed_request', 'The gift is larger than any single movement may be.');
  return {
    price,
    milliDiamonds,
    regions: definition.regions,
    switchedOn: regionsOn(switches.value, 'gifts'),
    versions: { gifts: gifts.version, rates: rates.version },
  };
}

/** Coins to milli-diamonds at a rate; a fraction of a milli-diamond, which the default rate never leaves, stays with the platform. */
function diamondsFor(price: Coins, { coinsPerDiamond }: Rates): MilliDiamonds {
  return milliDiamonds(scale(price, { numerator: 1000, denominator: coinsPerDiamond, rounding: 'down' }));
}

function refuseUnavailable(definition: GiftDefinition, command: SendGift, now: Date): Refusal | undefined {
  const at = now.toISOString();
  const facts = { gift: definition.code };
  if (!definition.enabled) return refuse('gift_unavailable', `The gift ${definition.code} is switched off.`, facts);
  if ((definition.from && at < definition.from) || (definition.until && at >= definition.until))
    return refuse('gift_unavailable', `The gift ${definition.code} is out of season.`, facts);
  if (!definition.surfaces.includes(command.context.type))
    return refuse(
      'gift_unavailable',
      `The gift ${definition.code} cannot be sent on a ${command.context.type}.`,
      facts,
    );
  return undefined;
}

function refusePrice({ code, price }: GiftDefinition, { unitPrice }: SendGift): Refusal | undefined {
  if ('coins' in price) {
    if (unitPrice === price.coins) return undefined;
    return refuse(
      'price_changed',
      `The gift ${code} costs ${price.coins} coins, not ${unitPrice}: show the new price and ask again.`,
      { gift: code, unitPrice, price: price.coins },
    );
  }
  if (unitPrice >= price.minimum && unitPrice <= price.maximum) return undefined;
  return refuse(
    'price_changed',
    `The amount of a ${code} must be between ${price.minimum} and ${price.maximum} coins.`,
    { gift: code, unitPrice, minimum: price.minimum, maximum: price.maximum },
  );
}

function refuseQuantity({ quantity, unitPrice }: SendGift, largestQuantity: number): Refusal | undefined {
  if (quantity <= largestQuantity && quantity * unitPrice <= largestAmount) return undefined;
  return refuse('malformed_request', `The body's quantity must be at most ${largestQuantity}.`, { largestQuantity });
}

/** Within the millisecond keys of one device are in no certain order. */
function refuseCombo({ giftId, comboId }: SendGift): Refusal | undefined {
  if (comboId === undefined || timeOfId(comboId) <= timeOfId(giftId)) return undefined;
  return refuse(
    'malformed_request',
    "The body's comboId must be the key of the streak's first gift, not of a later one.",
  );
}

function refuseRecipient({ creatorId, senderId }: SendGift, recipient: Recipient | undefined): Refusal | undefined {
  if (!recipient) return refuse('creator_not_found', `There is no creator ${creatorId}.`, { creatorId });
  if (recipient.ownerUserId === senderId) return refuse('self_gift', 'Nobody can send a gift to themselves.');
  if (!recipient.giftsEnabled)
    return refuse('recipient_not_eligible', `The creator ${creatorId} does not receive gifts.`, { creatorId });
  return undefined;
}
