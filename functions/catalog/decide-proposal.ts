import { OperateCatalogEnvironment } from '../../shared/catalog/environments.ts';
import { presentProposal } from '../../shared/catalog/find-proposals.ts';
import { decideProposalRoute } from '../../shared/catalog/operation-routes.ts';
import { decideProposal } from '../../shared/catalog/publish-proposal.ts';
import { readEnvironment } from '../../shared/environment.ts';
import { endpoint } from '../../shared/http/endpoint.ts';
import { isRefusal } from '../../shared/refusals.ts';
import { connectTable } from '../../shared/store/table.ts';

const catalog = connectTable(readEnvironment(OperateCatalogEnvironment).CATALOG_TABLE);

export const handler = endpoint(decideProposalRoute, async ({ parameters, body, caller, now }) => {
  const proposal = await decideProposal(catalog, { ...parameters, ...body, caller, now });
  return isRefusal(proposal) ? proposal : { value: await presentProposal(catalog, proposal, { ...parameters, now }) };
});
