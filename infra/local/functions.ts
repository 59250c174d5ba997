import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { createFunction, type InvocationResult, type LocalFunction } from './function.ts';
import { functionEnvironment, type LocalEndpoints } from './function-environment.ts';
import type { Resolve } from './intrinsics.ts';
import { arn, physicalNameOf } from './resource-values.ts';
import { resourcesOfType, type Template, type TemplateResource } from './template.ts';

export interface LocalFunctions {
  /** The function of an ARN (with or without a version or alias). It is an error when it can't run locally. */
  byArn(arn: string): LocalFunction;
  /** The function of a logical id, a physical name, a construct path (`Gifts/SendGift`) or a construct id (`SendGift`). */
  byName(name: string): LocalFunction;
  close(): Promise<void>;
}

export interface FunctionsOptions {
  template: Template;
  resolve: Resolve;
  endpoints: LocalEndpoints;
  environment: Record<string, string>;
  onLogLine: (functionPath: string, line: string) => void;
}

export type { InvocationResult, LocalFunction };

/** Lambda's own defaults stand where the template says nothing. */
const propertiesSchema = z.object({
  Code: z.looseObject({ S3Key: z.optional(z.string()) }),
  Environment: z.optional(z.object({ Variables: z.optional(z.record(z.string(), z.coerce.string())) })),
  Handler: z.optional(z.string()),
  LoggingConfig: z.optional(
    z.object({ ApplicationLogLevel: z.optional(z.string()), LogFormat: z.optional(z.string()) }),
  ),
  MemorySize: z._default(z.coerce.number(), 128),
  Runtime: z.optional(z.string()),
  Timeout: z._default(z.coerce.number(), 3),
});

/** The template's functions, each of which gets ready when something first asks for it. */
export function createFunctions(options: FunctionsOptions): LocalFunctions {
  const resources = resourcesOfType(options.template, 'AWS::Lambda::Function');
  const running = new Map<string, LocalFunction>();

  function get(resource: TemplateResource): LocalFunction {
    const known = running.get(resource.logicalId);
    if (known !== undefined) return known;
    const created = createFromTemplate(resource, options);
    running.set(resource.logicalId, created);
    return created;
  }

  return {
    byArn(functionArn) {
      const name = functionArn.split(':')[6];
      const resource = resources.find((candidate) => physicalNameOf(options.template, candidate) === name);
      if (resource === undefined) throw new Error(`The template declares no function ${functionArn}.`);
      return get(resource);
    },
    byName(name) {
      return get(findByName(options.template, resources, name));
    },
    async close() {
      await Promise.all([...running.values()].map((lambda) => lambda.close()));
    },
  };
}

function createFromTemplate(resource: TemplateResource, options: FunctionsOptions): LocalFunction {
  const { Code, Environment, Handler, LoggingConfig, MemorySize, Runtime, Timeout } = propertiesSchema.parse(
    // A role or a network belongs to AWS alone and is not resolved.
    options.resolve(pick(resource.properties, Object.keys(propertiesSchema.shape))),
  );
  const directory = options.template.assetDirectories.get(Code.S3Key ?? '');
  if (directory === undefined || Handler === undefined || Runtime?.startsWith('nodejs') !== true) {
    throw new Error(`${resource.path} can't run locally: only Node.js functions with a bundled asset can.`);
  }
  const name = physicalNameOf(options.template, resource);
  return createFunction({
    name,
    arn: arn('lambda', `function:${name}`),
    ...findBundle(directory, Handler),
    timeoutSeconds: Timeout,
    memoryMegabytes: MemorySize,
    environment: functionEnvironment({
      functionName: name,
      memoryMegabytes: MemorySize,
      logging: { format: LoggingConfig?.LogFormat ?? 'Text', level: LoggingConfig?.ApplicationLogLevel },
      variables: Environment?.Variables ?? {},
      endpoints: options.endpoints,
      extra: options.environment,
    }),
    onLogLine: (line) => options.onLogLine(constructOf(resource), line),
  });
}

function findBundle(directory: string, handler: string): { bundleFile: string; exportName: string } {
  const dot = handler.lastIndexOf('.');
  const base = join(directory, handler.slice(0, dot));
  const bundleFile = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find((file) => existsSync(file));
  if (bundleFile === undefined) throw new Error(`The bundle in ${directory} has no file for the handler ${handler}.`);
  return { bundleFile, exportName: handler.slice(dot + 1) };
}

function findByName(template: Template, resources: TemplateResource[], name: string): TemplateResource {
  const exact = resources.filter((resource) =>
    [resource.logicalId, constructOf(resource), physicalNameOf(template, resource)].includes(name),
  );
  const found = exact.length > 0 ? exact : resources.filter((resource) => constructOf(resource).endsWith(`/${name}`));
  const [resource, another] = found;
  if (resource === undefined || another !== undefined) {
    const known = resources.map(constructOf).join(', ');
    throw new Error(
      `${found.length === 0 ? 'No function is' : 'Several functions are'} called ${name}. The template has: ${known}.`,
    );
  }
  return resource;
}

/** The construct that the function belongs to: it is its only child called `Function`, or is the function itself. */
function constructOf({ path }: TemplateResource): string {
  return path.replace(/\/Function$/, '');
}

function pick(properties: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));
}
