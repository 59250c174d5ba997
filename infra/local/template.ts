import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { flatten, readStacks } from './nested-stacks.ts';

/** One resource as CloudFormation would see it; its properties still hold intrinsic functions. */
export interface TemplateResource {
  logicalId: string;
  type: string;
  properties: Record<string, unknown>;
  dependsOn: string[];
  /** Where the construct stands in the tree, without the stack and the `Resource` at its end: `Gifts/SendGift`. */
  path: string;
}

export interface Template {
  stackName: string;
  resources: TemplateResource[];
  /** Defaults of the template's parameters. */
  parameters: Record<string, unknown>;
  /** The folder of a bundled asset, by the key under which a deployment would put it in S3. */
  assetDirectories: Map<string, string>;
}

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      displayName: z.optional(z.string()),
      properties: z.optional(z.looseObject({ stackName: z.optional(z.string()) })),
    }),
  ),
});

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.optional(z.string()), packaging: z.optional(z.string()) }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** Reads the one stack of a cloud assembly (the `cdk.out` folder that a synthesis writes), with those nested in it. */
export function readTemplate(assemblyDirectory: string): Template {
  const manifest = manifestSchema.parse(readJson(join(assemblyDirectory, 'manifest.json')));
  const stacks = Object.entries(manifest.artifacts).filter(
    ([, artifact]) => artifact.type === 'aws:cloudformation:stack',
  );
  const [stack, another] = stacks;
  if (stack === undefined || another !== undefined) {
    throw new Error(`The local cloud runs an app of exactly one stack; this one has ${stacks.length}.`);
  }
  const [artifactId, { properties }] = stack;
  const template = flatten(readStacks(assemblyDirectory, artifactId));
  const stackName = properties?.stackName ?? artifactId;
  return {
    stackName,
    parameters: Object.fromEntries(
      Object.entries(template.Parameters ?? {}).map(([name, parameter]) => [name, parameter.Default]),
    ),
    resources: Object.entries(template.Resources).map(([logicalId, resource]) => ({
      logicalId,
      type: resource.Type,
      properties: resource.Properties ?? {},
      dependsOn: [resource.DependsOn ?? []].flat(),
      path: shortPath(resource.Metadata?.['aws:cdk:path'], logicalId),
    })),
    assetDirectories: readAssets(assemblyDirectory, join(assemblyDirectory, `${artifactId}.assets.json`)),
  };
}

/** The resources of one type, in the order of the template. */
export function resourcesOfType(template: Template, type: string): TemplateResource[] {
  return template.resources.filter((resource) => resource.type === type);
}

function readAssets(assemblyDirectory: string, file: string): Map<string, string> {
  const directories = new Map<string, string>();
  for (const asset of Object.values(assetsSchema.parse(readJson(file)).files)) {
    if (asset.source.packaging !== 'zip' || asset.source.path === undefined) continue;
    for (const destination of Object.values(asset.destinations)) {
      directories.set(destination.objectKey, join(assemblyDirectory, asset.source.path));
    }
  }
  return directories;
}

function shortPath(path: string | undefined, logicalId: string): string {
  if (path === undefined) return logicalId;
  return path
    .split('/')
    .slice(1)
    .join('/')
    .replace(/\/(Resource|Default)$/, '');
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
