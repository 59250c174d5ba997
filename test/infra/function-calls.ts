import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import * as accountKeys from '../../shared/store/account-keys.ts';
import * as boardKeys from '../../shared/store/board-keys.ts';
import * as campaignKeys from '../../shared/store/campaign-keys.ts';
import type { Key } from '../../shared/store/keys.ts';
import * as commonKeys from '../../shared/store/keys.ts';
import * as levelKeys from '../../shared/store/level-keys.ts';
import * as payoutKeys from '../../shared/store/payout-keys.ts';
import * as rewardKeys from '../../shared/store/reward-keys.ts';
import * as ruleKeys from '../../shared/store/rule-keys.ts';
import * as shopKeys from '../../shared/store/shop-keys.ts';
import * as visibilityKeys from '../../shared/store/visibility-keys.ts';

/** Every function that makes a key, by its name, and the modules that they are in. */
const keys: Record<string, unknown> = {
  ...accountKeys,
  ...boardKeys,
  ...campaignKeys,
  ...commonKeys,
  ...levelKeys,
  ...payoutKeys,
  ...rewardKeys,
  ...ruleKeys,
  ...shopKeys,
  ...visibilityKeys,
};
const areas = [
  'account-keys',
  'board-keys',
  'campaign-keys',
  'level-keys',
  'payout-keys',
  'reward-keys',
  'rule-keys',
  'shop-keys',
  'visibility-keys',
];
const keyModules = ['keys', ...areas].map((name) => `shared/store/${name}.ts`);

const projectDirectory = fileURLToPath(new URL('../..', import.meta.url));

/** What the code of one function can ask of AWS. */
export type Calls = {
  /** IAM actions on the ledger, its `due` index, the leaderboards, whose items have keys of other names, and the catalogue. */
  ledger: Set<string>;
  catalog: Set<string>;
  /** What the partition keys that it builds start with. */
  partitions: Set<string>;
  /** Kinds of due items that it lists. */
  dueKinds: Set<string>;
  /** Other services' actions. */
  others: Set<string>;
};

export function functionNames(): string[] {
  return globSync('*/*.ts', { cwd: join(projectDirectory, 'functions') })
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/**
 * Bundles a function's own sources, without packages and with everything that it cannot reach left out, and reads from
 * the code that is left which commands it sends and which keys it builds.
 */
export function callsOf(functionName: string): Calls {
  const files = reachableFiles(functionName);
  const calls: Calls = {
    ledger: new Set(),
    catalog: new Set(),
    partitions: new Set(),
    dueKinds: new Set(),
    others: new Set(),
  };
  // What has no name of the ledger's table reads and writes the catalogue, by whichever code.
  const only = [...files.values()].some((code) => code.includes('LEDGER_TABLE')) ? undefined : calls.catalog;
  for (const [path, code] of files) {
    const table = only ?? (path.startsWith('shared/catalog/') ? calls.catalog : calls.ledger);
    for (const [, command = ''] of code.matchAll(/new (\w+?)Command\d*\(/g)) {
      const action = actionsOfCommands[command];
      if (action === undefined) throw new Error(`${path} sends ${command}, of which the test knows no action.`);
      if (action.startsWith('dynamodb:')) table.add(action);
      else if (action !== 'transaction') calls.others.add(action);
    }
    if (keyModules.includes(path)) readKeys(code, calls.partitions);
    else for (const [, kind = ''] of code.matchAll(listsDue)) calls.dueKinds.add(kind);
  }
  if (onlyQueriesIndex(files)) calls.ledger.delete('dynamodb:Query');
  if (hasTransactions(files)) for (const action of actionsOfWrites(files)) (only ?? calls.ledger).add(action);
  return calls;
}

const listsDue = /\b(?:dueBuckets\d*\(|dueKeys\d*\([\w.]+, \{ kind: )"([\w-]+)"/g;

const actionsOfCommands: Record<string, string> = {
  Get: 'dynamodb:GetItem',
  BatchGet: 'dynamodb:BatchGetItem',
  Query: 'dynamodb:Query',
  Scan: 'dynamodb:Scan',
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  TransactWrite: 'transaction',
  SendMessageBatch: 'sqs:SendMessage',
  ReceiveMessage: 'sqs:ReceiveMessage',
  DeleteMessageBatch: 'sqs:DeleteMessage',
  ChangeMessageVisibilityBatch: 'sqs:ChangeMessageVisibility',
  GetQueueAttributes: 'sqs:GetQueueAttributes',
  PutEvents: 'events:PutEvents',
  PutObject: 's3:PutObject',
  GetSecretValue: 'secretsmanager:GetSecretValue',
};

let bundles: Map<string, string> | undefined;

/** The bundles of all functions, by their names; esbuild makes them together in the time of a few. */
function allBundles(): Map<string, string> {
  const functionsDirectory = join(projectDirectory, 'functions');
  const { outputFiles } = buildSync({
    absWorkingDir: projectDirectory,
    entryPoints: globSync('*/*.ts', { cwd: functionsDirectory }).map((path) => join(functionsDirectory, path)),
    outbase: functionsDirectory,
    outdir: functionsDirectory,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    treeShaking: true,
    write: false,
  });
  return new Map(outputFiles.map(({ path, text }) => [relative(functionsDirectory, path).replace(/\.js$/, ''), text]));
}

/** The sources that esbuild keeps, by path, as far as each is reachable. */
function reachableFiles(functionName: string): Map<string, string> {
  bundles ??= allBundles();
  const bundle = bundles.get(functionName);
  if (bundle === undefined) throw new Error(`There is no functions/${functionName}.ts.`);
  const parts = bundle.split(/^\/\/ ((?:shared|functions)\/\S+\.ts)$/m);
  const files = new Map<string, string>();
  for (let index = 1; index < parts.length; index += 2) files.set(parts[index] ?? '', parts[index + 1] ?? '');
  return files;
}

function readKeys(code: string, partitions: Set<string>): void {
  for (const [, prefix = ''] of code.matchAll(/pk: [`"]([A-Z]+)#/g)) partitions.add(prefix);
  if (/\$\{walletKeyPrefix\}/.test(code)) partitions.add('WALLET');
  if (/\$\{creatorKeyPrefix\}/.test(code)) partitions.add('CREATOR');
}

/** Whether every query of the ledger names the index; it then needs no permission to query the table itself. */
function onlyQueriesIndex(files: Map<string, string>): boolean {
  const code = [...files]
    .filter(([path]) => path !== 'shared/store/read.ts')
    .map(([, text]) => text)
    .join('');
  const queries = [...code.matchAll(/\bquery(Page|All|UpTo)\d*\(/g)].length;
  const indexed = [...code.matchAll(/\bIndexName: /g)].length;
  return queries === indexed;
}

function hasTransactions(files: Map<string, string>): boolean {
  return [...files.values()].some((code) => code.includes('new TransactWriteCommand'));
}

const writesOfTransactions = {
  put: 'PutItem',
  update: 'UpdateItem',
  remove: 'DeleteItem',
  check: 'ConditionCheckItem',
};

/** A write of a transaction is an object with one of these keys (see shared/store/write.ts). */
function actionsOfWrites(files: Map<string, string>): string[] {
  const code = [...files].filter(([path]) => path !== 'shared/store/write.ts').map(([, text]) => text);
  return Object.entries(writesOfTransactions)
    .filter(([key]) => code.some((text) => new RegExp(`\\b${key}: `).test(text)))
    .map(([, action]) => `dynamodb:${action}`);
}

/** One thing that code does to items whose keys one function of shared/store/keys.ts makes. */
export type ItemAccess = { action: string; partition: string };

/**
 * The accesses that the code shows in one place: a key next to the read or write that it is for. What it takes from
 * elsewhere, as a sweep does with the keys that an index gave it, does not show.
 */
export function accessesOf(functionName: string): ItemAccess[] {
  const accesses: ItemAccess[] = [];
  for (const [path, code] of reachableFiles(functionName)) {
    if (keyModules.includes(path)) continue;
    for (const { 1: keyFunction = '', index } of code.matchAll(/\b(\w+Key)\d*(?=\(|\))/g)) {
      const partition = partitionOf(keyFunction);
      const action = actionBefore(code.slice(Math.max(0, index - 120), index));
      if (partition !== undefined && action !== undefined) accesses.push({ action: `dynamodb:${action}`, partition });
    }
  }
  return accesses;
}

/** What is done with a key, by the text that leads up to it. */
function actionBefore(before: string): string | undefined {
  if (/\bItem: \{ \.\.\.$/.test(before)) return 'PutItem';
  if (/\breadItem\d*\([^()]*$/.test(before)) return 'GetItem';
  if (/\breadItems\d*\([^()]*(\([^()]*)?$/.test(before)) return 'BatchGetItem';
  if (!/\bKey: $/.test(before)) return undefined;
  if (/\bremove: \{\s+Key: $/.test(before)) return 'DeleteItem';
  return /\bcheck: \{\s+Key: $/.test(before) ? 'ConditionCheckItem' : 'UpdateItem';
}

/** Answers anything that is asked of it with itself, and is a text when it must be. */
const anything: unknown = new Proxy(() => anything, {
  get: (_target, property) => (property === Symbol.toPrimitive ? () => '0' : anything),
});

function partitionOf(keyFunction: string): string | undefined {
  const make = keys[keyFunction];
  if (typeof make !== 'function') return undefined;
  const [partition] = (make as (subject: unknown) => Key)(anything).pk.split('#');
  return partition;
}
