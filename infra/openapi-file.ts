import { fileURLToPath } from 'node:url';
import { apiDocument } from '../shared/api/api-document.ts';

/** Where the document is kept for those who read it before they deploy. */
export const documentFile = fileURLToPath(new URL('../docs/openapi.json', import.meta.url));

/** The document as that file holds it: a deployment's address is not known yet. */
export function committedDocument(): string {
  const server = {
    url: 'https://{apiId}.execute-api.{region}.amazonaws.com',
    description: 'The `ApiUrl` output of a deployment.',
    variables: { apiId: { default: 'abcde12345' }, region: { default: 'eu-west-1' } },
  };
  return `${JSON.stringify(apiDocument(server), undefined, 2)}\n`;
}
