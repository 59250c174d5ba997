import { OperateCatalogEnvironment } from '../../shared/catalog/environments.ts';
import { presentProposal } from '../../shared/catalog/find-proposals.ts';
import { proposeVersionRoute } from '../../shared/catalog/operation-routes.ts';
import { proposeVersion } from '../../shared/catalog/propose-version.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const catalog = connectTable(readEnvironment(OperateCatalogEnvironment).CATALOG_TABLE);

export const handler = endpoint(proposeVersionRoute, async ({ parameters, body, idempotencyKey, caller, now }) => {
  const command = { ...parameters, ...body, proposalId: idempotencyKey, caller, now };
  const proposed = await proposeVersion(catalog, command);
  if (isRefusal(proposed)) return proposed;
  return { value: await presentProposal(catalog, proposed.proposal, command), replayed: proposed.replayed };
});
