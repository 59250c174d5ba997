import { type Refusal, refuse } from '../refusals.ts';
import type { Switches } from './schemas.ts';

export type Switch = keyof Switches['default'];

/** What a new deployment starts with. Goods wait until somebody has looked into the law of a region. */
export const firstSwitches: Switches = {
  default: { recharges: true, gifts: true, payouts: true, goods: false, leaderboards: true },
  regions: {},
};

export function isOn(switches: Switches, what: Switch, region: string): boolean {
  return switches.regions[region]?.[what] ?? switches.default[what];
}

/** Where something is on: everywhere but in some regions, or in some alone. */
export type RegionsOn = { except: string[] } | { only: string[] };

export function regionsOn(switches: Switches, what: Switch): RegionsOn {
  const differing = Object.keys(switches.regions).filter(
    (region) => isOn(switches, what, region) !== switches.default[what],
  );
  return switches.default[what] ? { except: differing } : { only: differing };
}

export function includesRegion(on: RegionsOn, region: string): boolean {
  return 'only' in on ? on.only.includes(region) : !on.except.includes(region);
}

export function switchedOff(what: Switch, region: string): Refusal {
  return refuse('switched_off', `${what.charAt(0).toUpperCase()}${what.slice(1)} are switched off in ${region}.`, {
    region,
    switch: what,
  });
}
