/** `npm run openapi`: writes the API document as it is read without a deployment. */
import { writeFileSync } from 'node:fs';
import { committedDocument, documentFile } from './openapi-file.ts';

writeFileSync(documentFile, committedDocument());
process.stdout.write(`Wrote ${documentFile}\n`);
