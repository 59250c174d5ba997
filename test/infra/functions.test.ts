import { describe, expect, it } from 'vitest';
import { readContracts, variablesOf } from './contracts.ts';
import { functionNames } from './function-calls.ts';
import { functionsOf, referenced, synthesized } from './synthesized.ts';

const [dev, staging, template] = [synthesized('dev'), synthesized('staging'), synthesized('prod')];
const functions = functionsOf(template);

describe('The functions of the template', () => {
  it('are those of the source tree, each once', () => {
    expect([...functions.keys()].sort()).toEqual(functionNames());
  });

  it('run Node 24 on arm64, log as JSON and say how long they may take', () => {
    for (const [name, { properties }] of functions) {
      expect(properties, name).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        LoggingConfig: { LogFormat: 'JSON' },
        MemorySize: expect.any(Number),
        Timeout: expect.any(Number),
      });
    }
  });

  it('have a role each that no other function has', () => {
    const roles = [...functions.values()].map(({ properties }) => referenced(properties.Role));
    expect(new Set(roles).size).toBe(functions.size);
    expect(roles).not.toContain(undefined);
  });

  it('have a log group each that forgets in time', () => {
    const retentions = new Map(
      template.ofType('AWS::Logs::LogGroup').map(({ id, properties }) => [id, properties.RetentionInDays]),
    );
    const groups = [...functions.values()].map(({ properties }) => referenced(properties.LoggingConfig.LogGroup) ?? '');
    expect(new Set(groups).size).toBe(functions.size);
    for (const group of groups) expect(retentions.get(group)).toBe(90);
  });

  it.each([...functions.keys()])('%s gets exactly the variables that it parses', async (name) => {
    const variables = Object.keys(functions.get(name)?.properties.Environment.Variables);
    expect(variables.sort()).toEqual([...(await variablesOf(name)), 'POWERTOOLS_SERVICE_NAME'].sort());
  });

  it('are each started by something: a route, a queue or stream, a schedule, or the deployment', async () => {
    const started = [
      ...template.ofType('AWS::ApiGatewayV2::Integration').map(({ properties }) => properties.IntegrationUri),
      ...template.ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties.FunctionName),
      ...template.ofType('AWS::Scheduler::Schedule').map(({ properties }) => properties.Target.Arn),
      ...template.ofType('AWS::Lambda::Version').map(({ properties }) => properties.FunctionName),
    ].map(referenced);
    expect(started.toSorted()).toEqual([...functions.values()].map(({ id }) => id).toSorted());
  });

  it('that answer requests end before the gateway gives up', async () => {
    const gatewaySeconds = 30;
    for (const { functionName } of await readContracts()) {
      expect(functions.get(functionName)?.properties.Timeout, functionName).toBeLessThan(gatewaySeconds);
    }
  });

  it('keep their numbers apart by stage', () => {
    const services = [dev, staging, template].map((stage) => [
      ...new Set(
        [...functionsOf(stage).values()].map(
          ({ properties }) => properties.Environment.Variables.POWERTOOLS_SERVICE_NAME,
        ),
      ),
    ]);
    expect(services).toEqual([['tributary-dev'], ['tributary-staging'], ['tributary-prod']]);
  });
});
