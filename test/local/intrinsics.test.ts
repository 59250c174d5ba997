import { describe, expect, it } from 'vitest';
import { createResolver } from '../../infra/local/intrinsics.ts';

const resolve = createResolver({
  stackName: 'Shop',
  parameters: { Version: '7' },
  valuesOf: (logicalId) =>
    logicalId === 'Queue' ? { ref: 'http://queue', attributes: { Arn: 'arn:queue' } } : undefined,
});

describe('an intrinsic function of CloudFormation', () => {
  it.each([
    ['Ref of a resource', { Ref: 'Queue' }, 'http://queue'],
    ['Ref of a parameter', { Ref: 'Version' }, '7'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::StackName' }, 'Shop'],
    ['Fn::GetAtt', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Queue.Arn' }, 'arn:queue'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Version' }, 'c']] }, 'a-7-c'],
    [
      'Fn::Split and Fn::Select',
      { 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] },
      'queue',
    ],
    [
      'Fn::Sub',
      { 'Fn::Sub': [`\${AWS::Region} \${Queue.Arn} \${own} \${!kept}`, { own: { Ref: 'Version' } }] },
      `us-east-1 arn:queue 7 \${kept}`,
    ],
  ])('stands for its value: %s', (_name, value, expected) => {
    expect(resolve({ deep: [value] })).toEqual({ deep: [expected] });
  });

  it('that stands for no value leaves its property out', () => {
    expect(resolve({ kept: 1, gone: { Ref: 'AWS::NoValue' }, list: [{ Ref: 'AWS::NoValue' }] })).toEqual({
      kept: 1,
      list: [],
    });
  });

  it.each([
    [{ Ref: 'Missing' }, 'Missing'],
    [{ 'Fn::GetAtt': ['Queue', 'Colour'] }, 'the attribute Colour of Queue'],
    [{ 'Fn::ImportValue': 'x' }, 'Fn::ImportValue'],
  ])('that can have no value is an error: %j', (value, message) => {
    expect(() => resolve(value)).toThrow(message);
  });
});
