import {
  buyThousand,
  diamondsOf,
  putProfile,
  registerCreator,
  registerFan,
  type Stage,
  sendGift,
  until,
  withdrawAll,
} from './steps.ts';

/**
 * Ana buys 3 × 1,000 coins and sends Cy a Rose, a Luxury Car and a tip; Cy is credited 1,400 diamonds and withdraws them.
 * @throws Error when any step does not come out as it should.
 */
export async function playMoneyLoop(stage: Stage): Promise<void> {
  const { api, print } = stage;
  for (const userId of ['ana', 'cyril']) await registerFan(stage, userId);
  await registerCreator(stage, { creatorId: 'cy', ownerUserId: 'cyril' });
  await putProfile(api, 'cy', { method: 'paypal', destination: { type: 'email', value: 'cy@example.com' } });
  print('  Ana opens a wallet; Cyril registers as the creator Cy');
  for (let bought = 1; bought <= 3; bought++) await buyThousand(stage, 'ana', 'stripe');
  print('  Ana buys 3 × 1,000 coins at 12.99 USD through Stripe');
  const coins = await sendGifts(stage);
  print(`  Ana sends a Rose (1), a Luxury Car (2,699) and a tip (100), and has ${coins} coins left`);
  await until('Cy is credited', async () => (await diamondsOf(stage, 'cy')).available === '1400');
  print('  Cy is credited 1,400 diamonds');
  print(`  Cy withdraws them through PayPal: ${await withdrawAll(api, 'cy')}`);
  print(`  The event bus tells other systems: ${await payoutOnBus(stage)}`);
}

type OnBus = { detail: { type: string; data: { creatorId?: string; diamonds?: string } } };

/** Waits until Cy's payout is on the bus; the event in a few words. */
async function payoutOnBus({ cloud }: Stage): Promise<string> {
  let told: OnBus['detail'] | undefined;
  await until('the payout is on the bus', async () => {
    const { events } = (await (await fetch(`${cloud.eventBridgeUrl}/events`)).json()) as { events: OnBus[] };
    told = events.find(({ detail: { type, data } }) => type === 'payout.paid' && data.creatorId === 'cy')?.detail;
    return told !== undefined;
  });
  return `${told?.type}, ${told?.data.diamonds} diamonds of ${told?.data.creatorId}`;
}

async function sendGifts(stage: Stage): Promise<number> {
  const gifts = [
    { gift: 'rose', unitPrice: 1 },
    { gift: 'luxury_car', unitPrice: 2699 },
    { gift: 'tip', unitPrice: 100 },
  ];
  let coins = 0;
  for (const gift of gifts) coins = await sendGift(stage, { senderId: 'ana', creatorId: 'cy', ...gift });
  return coins;
}
