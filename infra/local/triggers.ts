import * as z from 'zod/mini';
import type { LocalFunctions } from './functions.ts';
import type { Resolve } from './intrinsics.ts';
import { resourcesOfType, type Template, type TemplateResource } from './template.ts';

const triggerSchema = z.object({ HandlerArn: z.string() });

/**
 * Runs the functions that a deployment runs once (`aws-cdk-lib/triggers`), each after those it depends on. A deployment
 * stops at a trigger that fails, and so does the start of the local cloud.
 */
export async function runTriggers(input: {
  template: Template;
  resolve: Resolve;
  functions: LocalFunctions;
  progress: (line: string) => void;
}): Promise<void> {
  for (const resource of inDependencyOrder(resourcesOfType(input.template, 'Custom::Trigger'))) {
    input.progress(`running ${resource.path}`);
    const { HandlerArn } = triggerSchema.parse(input.resolve(resource.properties));
    const result = await input.functions.byArn(HandlerArn).invoke({});
    if (!result.ok) throw new Error(`${resource.path} failed: ${result.error.errorType}: ${result.error.errorMessage}`);
  }
}

function inDependencyOrder(triggers: TemplateResource[]): TemplateResource[] {
  const ordered: TemplateResource[] = [];
  const visit = (trigger: TemplateResource) => {
    if (ordered.includes(trigger)) return;
    for (const other of triggers) {
      if (other !== trigger && trigger.dependsOn.includes(other.logicalId)) visit(other);
    }
    ordered.push(trigger);
  };
  // CloudFormation refuses a template whose dependencies go round in a circle, so this ends.
  for (const trigger of triggers) visit(trigger);
  return ordered;
}
