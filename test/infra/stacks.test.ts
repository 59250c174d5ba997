import { describe, expect, it } from 'vitest';
import { functionsOf, synthesized } from './synthesized.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const limits = { resources: 500, parameters: 200, outputs: 200, bytes: 1_048_576 };

/** A function behind a route: itself, its role, its log, the route, the integration, the permission and its alarm. */
const resourcesOfFunction = 7;

const template = synthesized('prod');
const stacks = Object.entries(template.stacks);

describe('The stacks', () => {
  it.each(stacks)('have room for fifteen more functions in %s', (_name, { resources, parameters, outputs }) => {
    expect(resources + 15 * resourcesOfFunction).toBeLessThanOrEqual(limits.resources);
    // The name of what an alarm in another stack watches is a parameter there.
    expect(parameters + 15).toBeLessThanOrEqual(limits.parameters);
    expect(outputs + 15).toBeLessThanOrEqual(limits.outputs);
  });

  it('are smaller than a template may be, with as many functions more', () => {
    const functions = functionsOf(template).size;
    for (const [, { bytes }] of stacks) expect(bytes * (1 + 15 / functions)).toBeLessThan(limits.bytes);
  });

  it('keep what must not be lost in the main one', () => {
    const lasting = ['DynamoDB::Table', 'S3::Bucket', 'SQS::Queue', 'SecretsManager::Secret', 'Cognito::UserPool'];
    const keeping = stacks.filter(([, { types }]) => lasting.some((type) => types.includes(`AWS::${type}`)));
    expect(keeping.map(([name]) => name)).toEqual(['main']);
  });
});
