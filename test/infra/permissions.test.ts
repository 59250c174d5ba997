import { describe, expect, it } from 'vitest';
import { accessesOf, callsOf } from './function-calls.ts';
import {
  functionsOf,
  type Resource,
  referenced,
  type Statement,
  statementsOfRole,
  synthesized,
} from './synthesized.ts';

const template = synthesized('prod');
const functions = functionsOf(template);
const ledgerId = idOfTable((table) => table.properties.StreamSpecification !== undefined);
const boardsId = idOfTable((table) => table.properties.TimeToLiveSpecification !== undefined);
const catalogId = idOfTable(({ id, properties }) => properties.StreamSpecification === undefined && id !== boardsId);

describe('What each function may do', () => {
  it.each([...functions])('%s may do to the tables what its code asks for, and nothing else', (name, resource) => {
    const granted = statementsOf(resource);
    const calls = callsOf(name);
    expect(
      sorted([...actionsOn(granted, ledgerId, 'dynamodb:'), ...actionsOn(granted, boardsId, 'dynamodb:')]),
    ).toEqual(sorted([...calls.ledger, ...streamActions(name)]));
    expect(sorted(actionsOn(granted, catalogId, 'dynamodb:'))).toEqual(sorted(calls.catalog));
  });

  it.each([...functions])('%s reaches only the items whose keys its code builds', (name, resource) => {
    const onItems = statementsOf(resource).filter(({ Resource, Action }) => isItems(Resource) && !isWhole(Action));
    for (const { Condition } of onItems) expect(Object.keys(Condition ?? {})).toEqual(['ForAllValues:StringLike']);
    const keys = onItems.flatMap(({ Condition }) => leadingKeys(Condition));
    const { partitions } = callsOf(name);
    expect(sorted(keys)).toEqual(sorted([...partitions].map((partition) => `${partition}#*`)));
  });

  it.each([...functions])('%s may do to each kind of item what its code does to that kind', (name, resource) => {
    const granted = statementsOf(resource)
      .filter(({ Resource }) => isItems(Resource))
      .flatMap(({ Action, Condition }) =>
        [Action].flat().flatMap((action) => leadingKeys(Condition).map((keys) => `${action} ${keys}`)),
      );
    const needed = accessesOf(name).map(({ action, partition }) => `${action} ${partition}#*`);
    expect(granted).toEqual(expect.arrayContaining(needed));
  });

  it('lets a version be written by the seed, by whoever decides on a proposal and by who withdraws, and by nobody else', () => {
    const writers = (keys: string) =>
      [...functions].flatMap(([name, resource]) => {
        const writes = statementsOf(resource).filter(
          ({ Resource, Action, Condition }) =>
            referenced(Resource) === catalogId &&
            leadingKeys(Condition).includes(keys) &&
            [Action].flat().some((action) => /Put|Update|Delete/.test(action)),
        );
        return writes.length > 0 ? [name] : [];
      });
    expect(writers('CATALOG#*').toSorted()).toEqual([
      'catalog/decide-proposal',
      'catalog/seed-catalog',
      'catalog/withdraw-version',
    ]);
    expect(writers('PROPOSAL#*').toSorted()).toEqual(['catalog/decide-proposal', 'catalog/propose-version']);
    const onCatalog = [...functions].flatMap(([, resource]) =>
      statementsOf(resource).filter(({ Resource }) => referenced(Resource) === catalogId),
    );
    expect(onCatalog.filter(({ Condition }) => leadingKeys(Condition).length === 0)).toEqual([]);
  });

  it.each([...functions])('%s lists only the due items that its code asks for', (name, resource) => {
    const onIndex = statementsOf(resource).filter(
      // The index of scores is the leaderboards', whose readers list what is in it and nothing else.
      ({ Resource }) => JSON.stringify(Resource).includes('/index/') && !JSON.stringify(Resource).includes('/byCoins"'),
    );
    expect(
      onIndex.every(
        ({ Action, Resource }) => Action === 'dynamodb:Query' && JSON.stringify(Resource).includes('/index/due"'),
      ),
    ).toBe(true);
    const kinds = [...callsOf(name).dueKinds].map((kind) => `${kind}#*`);
    expect(sorted(onIndex.flatMap(({ Condition }) => leadingKeys(Condition)))).toEqual(sorted(kinds));
  });

  it.each([...functions])(
    '%s sends messages and reads secrets as its code does, by the variables it has',
    (name, resource) => {
      const variables = resource.properties.Environment.Variables as Record<string, unknown>;
      const named = (suffix: string) => Object.keys(variables).filter((variable) => variable.endsWith(suffix));
      const targets = (action: string) =>
        statementsOf(resource)
          .filter(({ Action }) => Action === action)
          .flatMap(({ Resource }) => (Array.isArray(Resource) ? Resource : [Resource]))
          .map(referenced);
      const { others } = callsOf(name);
      for (const [action, suffix] of [
        ['sqs:SendMessage', '_QUEUE_URL'],
        ['secretsmanager:GetSecretValue', '_SECRET_ID'],
      ] as const) {
        expect(sorted(targets(action)), action).toEqual(
          sorted(named(suffix).map((variable) => referenced(variables[variable]))),
        );
        expect(targets(action).length > 0, action).toBe(others.has(action));
      }
    },
  );
});

describe('What has to do with events', () => {
  const allowing = (action: string) =>
    [...functions]
      .filter(([, resource]) => statementsOf(resource).some(({ Action }) => [Action].flat().includes(action)))
      .map(([name]) => name);

  it('is put on the bus by the announcer alone, and on no other bus', () => {
    expect(allowing('events:PutEvents')).toEqual(['events/announce-changes']);
    const announcer = functions.get('events/announce-changes');
    const [statement] = announcer ? statementsOf(announcer).filter(({ Action }) => Action === 'events:PutEvents') : [];
    expect(referenced(statement?.Resource)).toBe(template.ofType('AWS::Events::EventBus')[0]?.id);
  });

  it('is held back in its queue, or taken out of the dead letters, by none but those whose code does so', () => {
    const workers = template
      .ofType('AWS::Lambda::EventSourceMapping')
      .map(({ properties }) => referenced(properties.FunctionName));
    const ours = [...functions.keys()].filter((name) => name.startsWith('events/'));
    const calls = new Map(ours.map((name) => [name, callsOf(name).others]));
    for (const action of ['sqs:ChangeMessageVisibility', 'sqs:ReceiveMessage', 'sqs:DeleteMessage']) {
      const asked = ours.filter((name) => calls.get(name)?.has(action));
      // Lambda receives and deletes in the name of a queue's worker.
      const granted = allowing(action).filter(
        (name) => asked.includes(name) || !workers.includes(functions.get(name)?.id),
      );
      expect(granted, action).toEqual(asked);
    }
  });
});

describe('The roles', () => {
  const roles = template.ofType('AWS::IAM::Role');

  it('allow no action by a wildcard, and no resource by one that is not explained here', () => {
    for (const { id } of roles) {
      for (const { Effect, Action, Resource } of statementsOfRole(template, id)) {
        expect(`${Effect} ${JSON.stringify(Action)}`, id).not.toContain('*');
        // Objects of a bucket are under a prefix.
        const isObjects = Action === 's3:PutObject' && /payout-runs\/\*"/.test(JSON.stringify(Resource));
        if (!isExplained(id) && !isObjects) expect(JSON.stringify(Resource), id).not.toContain('*');
      }
    }
  });

  it('carry all that they allow, so that none is used before it is complete', () => {
    expect(template.ofType('AWS::IAM::Policy')).toEqual([]);
    expect(template.ofType('AWS::IAM::ManagedPolicy')).toEqual([]);
  });

  it('use no managed policy of AWS, which grants on everything, but where the CDK attaches one itself', () => {
    const withManaged = roles.filter(({ properties }) => properties.ManagedPolicyArns !== undefined);
    expect(withManaged.filter(({ id }) => !isExplained(id))).toEqual([]);
  });

  it('stay below what IAM takes for one role', () => {
    for (const { id, properties } of roles) expect(JSON.stringify(properties.Policies).length, id).toBeLessThan(10_240);
  });
});

/**
 * The CDK's own provider that runs the seed at a deployment: it invokes versions of that one function, whose numbers are
 * not known beforehand, and has Lambda's basic policy for its log.
 */
function isExplained(id: string): boolean {
  return id.includes('AWSCDKTriggerCustomResourceProvider');
}

/** Whether it is the ledger or the leaderboards, whose keys have different names. */
function isItems(resource: Statement['Resource']): boolean {
  return [ledgerId, boardsId].includes(referenced(resource) ?? '');
}

function statementsOf(lambda: Resource): Statement[] {
  return statementsOfRole(template, referenced(lambda.properties.Role));
}

function actionsOn(statements: Statement[], tableId: string, prefix: string): string[] {
  return statements
    .filter(({ Resource }) => referenced(Resource) === tableId)
    .flatMap(({ Action }) => Action)
    .filter((action) => action.startsWith(prefix));
}

/** A scan and the reading of a stream have no key that could narrow them. */
function isWhole(action: string | string[]): boolean {
  return [action].flat().every((name) => name === 'dynamodb:Scan' || streamReading.includes(name));
}

const streamReading = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
];

/** Lambda reads the stream in the name of the function. */
function streamActions(name: string): string[] {
  return ['earnings/relay-gifts', 'events/announce-changes'].includes(name) ? streamReading : [];
}

function leadingKeys(condition: Statement['Condition']): string[] {
  return [condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? []].flat() as string[];
}

function idOfTable(matches: (table: Resource) => boolean): string {
  const [table, another] = template.ofType('AWS::DynamoDB::Table').filter(matches);
  if (!table || another)
    throw new Error(
      'The template must have the ledger, with its stream, the leaderboards, which are forgotten, and the catalogue.',
    );
  return table.id;
}

function sorted(values: Iterable<string | undefined>): (string | undefined)[] {
  return [...new Set(values)].sort();
}
