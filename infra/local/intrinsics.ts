import { localAccountId, localRegion } from './credentials.ts';

/** What a resource answers to `Ref` and, by attribute name, to `Fn::GetAtt`. */
export interface ResourceValues {
  ref: string;
  attributes: Record<string, string>;
}

export interface ResolverInput {
  stackName: string;
  parameters: Record<string, unknown>;
  /** Values of the resources; each id of the template must have some. */
  valuesOf(logicalId: string): ResourceValues | undefined;
}

export type Resolve = (value: unknown) => unknown;

type Intrinsic = (argument: unknown, resolve: Resolve, input: ResolverInput) => unknown;

/** Makes a function that replaces CloudFormation's intrinsic functions in a value by what they stand for locally. */
export function createResolver(input: ResolverInput): Resolve {
  const resolve: Resolve = (value) => {
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== undefined);
    if (!isRecord(value)) return value;
    const [key, ...others] = Object.keys(value);
    if (key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
      const intrinsic = intrinsics[key];
      if (intrinsic === undefined) throw new Error(`The local cloud does not know CloudFormation's ${key}.`);
      return intrinsic(value[key], resolve, input);
    }
    const resolved = Object.entries(value).map(([name, item]) => [name, resolve(item)] as const);
    return Object.fromEntries(resolved.filter(([, item]) => item !== undefined));
  };
  return resolve;
}

const intrinsics: Record<string, Intrinsic> = {
  Ref: (name, _resolve, input) => refer(asString(name), input),
  'Fn::GetAtt': (argument, _resolve, input) => {
    const [logicalId, attribute] = Array.isArray(argument) ? argument : splitOnce(asString(argument), '.');
    return attributeOf(asString(logicalId), asString(attribute), input);
  },
  'Fn::Join': (argument, resolve) => {
    const [separator, items] = asList(argument);
    return asList(resolve(items)).map(String).join(asString(separator));
  },
  'Fn::Select': (argument, resolve) => {
    const [index, items] = asList(argument);
    return asList(resolve(items))[Number(resolve(index))];
  },
  'Fn::Split': (argument, resolve) => {
    const [separator, text] = asList(argument);
    return asString(resolve(text)).split(asString(separator));
  },
  'Fn::Sub': (argument, resolve, input) => {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    return substitute(asString(text), asRecord(resolve(variables)), input);
  },
};

const pseudoParameters: Record<string, (input: ResolverInput) => unknown> = {
  'AWS::AccountId': () => localAccountId,
  'AWS::NoValue': () => undefined,
  'AWS::Partition': () => 'aws',
  'AWS::Region': () => localRegion,
  'AWS::StackId': ({ stackName }) => `arn:aws:cloudformation:${localRegion}:${localAccountId}:stack/${stackName}/local`,
  'AWS::StackName': ({ stackName }) => stackName,
  'AWS::URLSuffix': () => 'amazonaws.com',
};

function refer(name: string, input: ResolverInput): unknown {
  const pseudoParameter = pseudoParameters[name];
  if (pseudoParameter !== undefined) return pseudoParameter(input);
  if (name in input.parameters) return input.parameters[name];
  const values = input.valuesOf(name);
  if (values === undefined) throw new Error(`The template refers to ${name}, which it does not declare.`);
  return values.ref;
}

function attributeOf(logicalId: string, attribute: string, input: ResolverInput): string {
  const value = input.valuesOf(logicalId)?.attributes[attribute];
  if (value === undefined)
    throw new Error(`The local cloud has no value for the attribute ${attribute} of ${logicalId}.`);
  return value;
}

function substitute(text: string, variables: Record<string, unknown>, input: ResolverInput): string {
  return text.replace(/\$\{([^}]+)\}/g, (_match, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (name in variables) return String(variables[name]);
    if (!name.includes('.')) return String(refer(name, input));
    const [logicalId, attribute] = splitOnce(name, '.');
    return attributeOf(logicalId, attribute, input);
  });
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function asRecord(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw new Error(`The template has ${JSON.stringify(value)} where an object belongs.`);
  return value;
}

function asList(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new Error(`The template has ${JSON.stringify(value)} where a list belongs.`);
  return value;
}

function asString(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`The template has ${JSON.stringify(value)} where a text belongs.`);
  return value;
}
