/** The ways to pay, and how often each is chosen, relative to the others. */
export const usualWays = { stripe: 40, session: 14, paypal: 20, apple: 20, google: 22 };

export type Way = keyof typeof usualWays;
export type Ways = Record<Way, number>;

export const stripeAlone: Ways = { stripe: 1, session: 0, paypal: 0, apple: 0, google: 0 };
