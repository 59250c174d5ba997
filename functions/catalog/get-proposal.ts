import { OperateCatalogEnvironment } from '../../shared/catalog/environments.ts';
import { findProposal } from '../../shared/catalog/find-proposals.ts';
import { getProposalRoute } from '../../shared/catalog/operation-routes.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const catalog = connectTable(readEnvironment(OperateCatalogEnvironment).CATALOG_TABLE);

export const handler = endpoint(getProposalRoute, async ({ parameters, now }) => {
  const proposal = await findProposal(catalog, { ...parameters, now });
  return isRefusal(proposal) ? proposal : { value: proposal };
});
