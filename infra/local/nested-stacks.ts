import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

const RawResource = z.looseObject({
  Type: z.string(),
  Properties: z.optional(z.record(z.string(), z.unknown())),
  DependsOn: z.optional(z.union([z.string(), z.array(z.string())])),
  DeletionPolicy: z.optional(z.string()),
  Metadata: z.optional(z.looseObject({ 'aws:cdk:path': z.optional(z.string()) })),
});
type RawResource = z.infer<typeof RawResource>;

const RawTemplate = z.looseObject({
  Parameters: z.optional(z.record(z.string(), z.looseObject({ Default: z.optional(z.unknown()) }))),
  Resources: z.record(z.string(), RawResource),
  Outputs: z.optional(z.record(z.string(), z.looseObject({ Value: z.unknown() }))),
});
export type RawTemplate = z.infer<typeof RawTemplate>;

/** The templates of a cloud assembly: the one that is deployed, and those nested in it by the ids of their resources there. */
export type Stacks = { main: RawTemplate; nested: Map<string, RawTemplate> };

const Assets = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.optional(z.string()) }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** Reads the stack of an assembly with those nested in it; their files are assets that the main template names by their keys. */
export function readStacks(assemblyDirectory: string, artifactId: string): Stacks {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(assemblyDirectory, file), 'utf8'));
  const main = z.parse(RawTemplate, read(`${artifactId}.template.json`));
  const assets = Object.values(z.parse(Assets, read(`${artifactId}.assets.json`)).files);
  const nested = Object.entries(main.Resources).flatMap(([id, resource]): [string, RawTemplate][] => {
    if (resource.Type !== 'AWS::CloudFormation::Stack') return [];
    const url = JSON.stringify(resource.Properties?.TemplateURL);
    const asset = assets.find(({ destinations }) =>
      Object.values(destinations).some(({ objectKey }) => url.includes(objectKey)),
    );
    if (asset?.source.path === undefined) throw new Error(`The assembly has no template for the nested stack ${id}.`);
    return [[id, z.parse(RawTemplate, read(asset.source.path))]];
  });
  return { main, nested: new Map(nested) };
}

/**
 * One template of all resources, as if nothing were nested: ids of nested resources begin with that of their stack, what a
 * nested stack is given stands where its parameters did, and what it puts out where the others referred to it.
 */
export function flatten({ main, nested }: Stacks): RawTemplate {
  const scopes = new Map([...nested].map(([id, template]) => [id, nestedScope(id, template)]));
  const inMain: Scope = {
    ref: (name) => ({ Ref: name }),
    attribute(id, name) {
      const scope = scopes.get(id);
      if (!scope) return { 'Fn::GetAtt': [id, name] };
      const output = nested.get(id)?.Outputs?.[name.replace('Outputs.', '')];
      if (!output) throw new Error(`The nested stack ${id} has no ${name}.`);
      return rewrite(output.Value, scope);
    },
    idsFor: (id) =>
      Object.keys(nested.get(id)?.Resources ?? { [id]: true }).map((own) => (nested.has(id) ? id + own : own)),
  };
  const ofMain = Object.entries(main.Resources).filter(([id]) => !nested.has(id));
  const ofNested = [...nested].flatMap(([stack, template]) =>
    Object.entries(template.Resources).map(([id, resource]) => [
      stack + id,
      rewriteResource(resource, scopes.get(stack) ?? inMain),
    ]),
  );
  const rewritten = ofMain.map(([id, resource]) => [id, rewriteResource(resource, inMain)]);
  return { ...main, Resources: Object.fromEntries([...rewritten, ...ofNested]) };

  function nestedScope(stack: string, { Resources, Parameters = {} }: RawTemplate): Scope {
    const given = (main.Resources[stack]?.Properties?.Parameters ?? {}) as Record<string, unknown>;
    return {
      ref(name) {
        if (name in Parameters) return rewrite(given[name], inMain);
        return { Ref: name in Resources ? stack + name : name };
      },
      attribute: (id, name) => ({ 'Fn::GetAtt': [stack + id, name] }),
      idsFor: (id) => [stack + id],
    };
  }
}

/** What names mean in one template. */
type Scope = {
  ref(name: string): unknown;
  attribute(id: string, name: string): unknown;
  /** The flat ids of what a resource depends on. */
  idsFor(id: string): string[];
};

function rewriteResource(resource: RawResource, scope: Scope): RawResource {
  const { Properties, DependsOn } = resource;
  return {
    ...resource,
    ...(Properties && { Properties: rewrite(Properties, scope) as Record<string, unknown> }),
    ...(DependsOn !== undefined && { DependsOn: [DependsOn].flat().flatMap(scope.idsFor) }),
  };
}

function rewrite(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, scope));
  if (typeof value !== 'object' || value === null) return value;
  if ('Ref' in value) return scope.ref(String(value.Ref));
  if ('Fn::GetAtt' in value) {
    const [id, name] = [value['Fn::GetAtt']]
      .flat()
      .join('.')
      .split(/\.(.*)/s);
    return scope.attribute(String(id), String(name));
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewrite(item, scope)]));
}
