import { describe, expect, it } from 'vitest';
import { functionsOf, synthesized } from './synthesized.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const limits = { resources: 500, parameters: 200, bytes: 1_048_576 };

/** A function behind a route: itself, its role, its log, the route, the integration and the permission. */
const resourcesOfFunction = 6;

const template = synthesized('prod');
const { main, alarms } = template.stacks;

describe('The stacks', () => {
  it('have room for fifteen more functions in the main one, and for their alarms in the nested one', () => {
    expect(main.resources + 15 * resourcesOfFunction).toBeLessThanOrEqual(limits.resources);
    expect(alarms.resources + 15).toBeLessThanOrEqual(limits.resources);
    // The name of what an alarm watches is a parameter.
    expect(alarms.parameters + 15).toBeLessThanOrEqual(limits.parameters);
  });

  it('are smaller than a template may be, with as many functions more', () => {
    const functions = functionsOf(template).size;
    for (const { bytes } of [main, alarms]) expect(bytes * (1 + 15 / functions)).toBeLessThan(limits.bytes);
  });

  it('keep in the nested one nothing but alarms: whatever runs or keeps something is in the main one', () => {
    expect(alarms.types).toEqual(['AWS::CloudWatch::Alarm']);
    expect(main.types).not.toContain('AWS::CloudWatch::Alarm');
  });
});
