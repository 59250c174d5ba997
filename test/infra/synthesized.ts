import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { inject } from 'vitest';
import { readDeployment, type Stage } from '../../infra/config.ts';
import { flatten, type RawTemplate, readStacks, type Stacks } from '../../infra/local/nested-stacks.ts';
import { TributaryStack } from '../../infra/tributary-stack.ts';

export const projectDirectory = fileURLToPath(new URL('../..', import.meta.url));

export type Resource = {
  id: string;
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape of CloudFormation's properties is what the tests look into.
  properties: any;
  deletionPolicy: string | undefined;
};

export type Synthesized = {
  /** Those of the nested stacks are among them. */
  resources: Resource[];
  /** By name; the one that is deployed is `main`. */
  stacks: Record<string, StackSize>;
  outputs: Record<string, unknown>;
  ofType(type: string): Resource[];
};

/** What CloudFormation has limits for, and what kinds of resources a stack has. */
type StackSize = { resources: number; parameters: number; outputs: number; bytes: number; types: string[] };

const kept = new Map<string, Synthesized>();

/** The template of a stage, as `cdk synth` writes it; made once for all test files of a run. */
export function synthesized(stage: Stage['name'], context: Record<string, string> = {}): Synthesized {
  const key = createHash('sha256')
    .update(JSON.stringify([stage, context]))
    .digest('hex');
  const known = kept.get(key);
  if (known) return known;
  const made = describe(stacksOf(join(inject('runDirectory'), `${key}.json`), { ...context, stage }));
  kept.set(key, made);
  return made;
}

/** From the file that an earlier test file left; two that find none at the same time both make it. */
function stacksOf(file: string, context: Record<string, string>): Stacks {
  if (existsSync(file)) {
    const { main, nested } = JSON.parse(readFileSync(file, 'utf8'));
    return { main, nested: new Map(nested) };
  }
  const { main, nested } = synthesize(context);
  writeFileSync(`${file}.${process.pid}`, JSON.stringify({ main, nested: [...nested] }));
  renameSync(`${file}.${process.pid}`, file);
  return { main, nested };
}

function synthesize(context: Record<string, string>): Stacks {
  // Validation has a test of its own; here it would only take its seconds once more.
  process.env.CDK_VALIDATION = 'false';
  const outdir = mkdtempSync(join(inject('runDirectory'), 'synth-'));
  try {
    const cdk = JSON.parse(readFileSync(join(projectDirectory, 'cdk.json'), 'utf8'));
    const app = new App({ outdir, context: { ...cdk.context, ...context } });
    const stack = new TributaryStack(
      app,
      'Tributary',
      readDeployment((name) => context[name]),
    );
    return readStacks(outdir, app.synth().getStackByName(stack.stackName).id);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function describe({ main, nested }: Stacks): Synthesized {
  const resources = Object.entries(flatten({ main, nested }).Resources).map(([id, resource]) => ({
    id,
    type: resource.Type,
    properties: resource.Properties ?? {},
    deletionPolicy: resource.DeletionPolicy,
  }));
  return {
    resources,
    stacks: {
      main: sizeOf(main),
      ...Object.fromEntries([...nested].map(([id, template]) => [nameOf(id), sizeOf(template)])),
    },
    outputs: main.Outputs ?? {},
    ofType: (type) => resources.filter((resource) => resource.type === type),
  };
}

/** `Users` for `UsersNestedStackUsersNestedStackResource4F6A7B8C`. */
function nameOf(nestedStackId: string): string {
  return nestedStackId.replace(/NestedStack.*$/, '');
}

function sizeOf(template: RawTemplate): StackSize {
  return {
    resources: Object.keys(template.Resources).length,
    parameters: Object.keys(template.Parameters ?? {}).length,
    outputs: Object.keys(template.Outputs ?? {}).length,
    // The CDK writes templates with an indentation of one.
    bytes: JSON.stringify(template, null, 1).length,
    types: [...new Set(Object.values(template.Resources).map(({ Type }) => Type))],
  };
}

/** The logical id that a `Ref` or `Fn::GetAtt` points to. */
export function referenced(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('Ref' in value) return String(value.Ref);
  return 'Fn::GetAtt' in value ? String((value['Fn::GetAtt'] as unknown[])[0]) : undefined;
}

/** The product's own functions, by the file they are made from: `gifts/send-gift`. */
export function functionsOf({ ofType }: Synthesized): Map<string, Resource> {
  const own = ofType('AWS::Lambda::Function').flatMap((resource): [string, Resource][] => {
    const [, code] = /^Tributary (\S+) /.exec(String(resource.properties.Description ?? '')) ?? [];
    return code === undefined ? [] : [[code, resource]];
  });
  return new Map(own);
}

export type Statement = {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
};

/** What a role allows. */
export function statementsOfRole({ resources }: Synthesized, roleId: string | undefined): Statement[] {
  const role = resources.find(({ id }) => id === roleId);
  const policies: { PolicyDocument: { Statement: Statement[] } }[] = role?.properties.Policies ?? [];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}
