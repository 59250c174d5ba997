import { localAccountId, localRegion } from './credentials.ts';
import type { ResourceValues } from './intrinsics.ts';
import type { Template, TemplateResource } from './template.ts';

/** What is known only once the local parts run. */
export interface RunningParts {
  apiUrl: string;
  sqsUrl: string;
}

/** The longest names that the services take. */
const longestName: Record<string, number> = {
  'AWS::Lambda::Function': 64,
  'AWS::S3::Bucket': 63,
  'AWS::SQS::Queue': 80,
};

/** The property in which the template may give a name itself. Other types get a name from AWS in any case. */
const nameProperties: Record<string, string> = {
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::SecretsManager::Secret': 'Name',
};

/** The physical name: the template's own, or one made of the stack's name and the logical id, as CloudFormation does. */
export function physicalNameOf(template: Template, resource: TemplateResource): string {
  const given = resource.properties[nameProperties[resource.type] ?? ''];
  if (typeof given === 'string') return given;
  const suffix = resource.properties.FifoQueue === true ? '.fifo' : '';
  // The logical id ends in the hash that makes it unique: when a name gets too long, its front is what can go.
  const name =
    `${template.stackName}-${resource.logicalId}`.slice(-(longestName[resource.type] ?? 255) + suffix.length) + suffix;
  // Names of buckets are parts of host names: in lower case, and not with a hyphen in front.
  return resource.type === 'AWS::S3::Bucket' ? name.toLowerCase().replace(/^-+/, '') : name;
}

/** What `Ref` and `Fn::GetAtt` answer for a resource, so far as it is known before the tables exist. */
export function valuesOfResource(template: Template, resource: TemplateResource, parts: RunningParts): ResourceValues {
  const name = physicalNameOf(template, resource);
  switch (resource.type) {
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable':
      return { ref: name, attributes: { Arn: arn('dynamodb', `table/${name}`) } };
    case 'AWS::S3::Bucket':
      return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}` } };
    case 'AWS::SQS::Queue':
      return queueValues(name, parts.sqsUrl);
    case 'AWS::Lambda::Function':
      return { ref: name, attributes: { Arn: arn('lambda', `function:${name}`) } };
    case 'AWS::Lambda::Version':
    case 'AWS::Lambda::Alias':
      return functionQualifierValues(template, resource);
    case 'AWS::SecretsManager::Secret':
      return {
        ref: arn('secretsmanager', `secret:${name}`),
        attributes: { Id: arn('secretsmanager', `secret:${name}`) },
      };
    case 'AWS::ApiGatewayV2::Api':
      return { ref: name, attributes: { ApiId: name, ApiEndpoint: parts.apiUrl } };
    case 'AWS::Cognito::UserPoolResourceServer':
      return { ref: String(resource.properties.Identifier), attributes: {} };
    default:
      return { ref: name, attributes: placeholders(name) };
  }
}

function queueValues(name: string, sqsUrl: string): ResourceValues {
  const url = `${sqsUrl}/${localAccountId}/${name}`;
  return { ref: url, attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: url } };
}

/** A version or an alias is the function itself: locally there is only what the sources say now. */
function functionQualifierValues(template: Template, resource: TemplateResource): ResourceValues {
  const reference = resource.properties.FunctionName as { Ref?: string } | undefined;
  const target = template.resources.find(({ logicalId }) => logicalId === reference?.Ref);
  if (target === undefined)
    throw new Error(`${resource.path} is a version or alias of a function outside the template.`);
  const qualifier = typeof resource.properties.Name === 'string' ? resource.properties.Name : '1';
  const functionArn = arn('lambda', `function:${physicalNameOf(template, target)}`);
  return {
    ref: `${functionArn}:${qualifier}`,
    attributes: { FunctionArn: functionArn, Version: '1', AliasArn: functionArn },
  };
}

/** Resources that exist only in AWS (roles, alarms, user pools …) answer recognisable names, which nothing local uses. */
function placeholders(name: string): Record<string, string> {
  return new Proxy({}, { get: (_target, attribute) => `local:${name}:${String(attribute)}` });
}

/** An ARN in the local region and account. */
export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${localRegion}:${localAccountId}:${resource}`;
}
