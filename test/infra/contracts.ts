import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Route } from '../../shared/http/route.ts';
import { projectDirectory } from './synthesized.ts';

export type Contract = { route: Route /** The function that answers it: `gifts/send-gift`. */; functionName: string };

/** Every route contract of the product, with the function whose source names it. */
export async function readContracts(): Promise<Contract[]> {
  const files = globSync('shared/*/{routes,*-routes}.ts', { cwd: projectDirectory });
  const modules = await Promise.all(
    files.map((file) => import(join(projectDirectory, file)) as Promise<Record<string, Route>>),
  );
  return modules
    .flatMap((module) => Object.entries(module))
    .filter(([name]) => name.endsWith('Route'))
    .map(([name, route]) => ({ route, functionName: functionThatAnswers(name, route) }));
}

const sources = new Map(
  globSync('functions/*/*.ts', { cwd: projectDirectory }).map((file) => [
    file.slice('functions/'.length, -'.ts'.length),
    readFileSync(join(projectDirectory, file), 'utf8'),
  ]),
);

function functionThatAnswers(routeName: string, { operationId }: Route): string {
  const users = [...sources].filter(([, source]) =>
    new RegExp(`\\b(endpoint|webhook)\\(\\s*(${routeName}\\b|'${operationId}')`).test(source),
  );
  const [user, another] = users;
  if (!user || another) throw new Error(`${routeName} must be answered by one function; it is by ${users.length}.`);
  return user[0];
}

/** The variables that a function parses, by the schema that its source names; none when it parses none. */
export async function variablesOf(functionName: string): Promise<string[]> {
  const source = sources.get(functionName) ?? '';
  const [, schemaName] = /readEnvironment\((\w+)\)/.exec(source) ?? [];
  if (schemaName === undefined) return [];
  const [, area] =
    new RegExp(`import {[^}]*\\b${schemaName}\\b[^}]*} from '../../shared/([\\w-]+)/environments.ts'`).exec(source) ??
    [];
  if (area === undefined) throw new Error(`${functionName} must import ${schemaName} from an environments.ts.`);
  const module = await import(join(projectDirectory, 'shared', area, 'environments.ts'));
  return Object.keys(module[schemaName].shape);
}
