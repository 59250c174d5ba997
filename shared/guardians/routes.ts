import { PageQuery } from '../http/page.ts';
import { defineRoute } from '../http/route.ts';
import { getWalletRoute, listWalletEntriesRoute } from '../users/routes.ts';
import { StatementAnswer, WalletAnswer } from '../users/schemas.ts';
import {
  ApprovalAnswer,
  ApprovalBody,
  ApprovalPath,
  ApprovalsAnswer,
  GuardianAnswer,
  GuardianBody,
  GuardianPath,
  GuardianRulesAnswer,
  GuardianRulesBody,
} from './schemas.ts';

const link = { userId: 'ana', guardianId: 'gia' };
const rechargeId = '0199e5a0-0000-7000-8000-000000000001';
const bodyRefusals = ['malformed_request', 'user_not_found', 'body_too_large', 'unsupported_media_type'] as const;

export const agreeOnGuardianRoute = defineRoute({
  operationId: 'agreeOnGuardian',
  method: 'PUT',
  path: '/v1/users/{userId}/guardians/{guardianId}',
  scope: 'economy/write',
  summary: 'Say for a user or a guardian whether they agree to their link',
  description:
    'The link is active once both have agreed, whoever was first, and ends when either does not any more. One that began with ' +
    'a minor ends when the user comes of age. The app authenticates people: it says in whose name it asks. The purchases of a minor ' +
    'need approval until the guardian says something else.',
  parameters: GuardianPath,
  body: GuardianBody,
  status: 200,
  answer: GuardianAnswer,
  refusals: [...bodyRefusals, 'guardian_not_eligible', 'state_conflict', 'account_closed'],
  examples: {
    parameters: link,
    body: { by: 'guardian', agrees: true },
    answer: { ...link, state: 'active', since: '2026-11-21T10:00:00.000Z', endsWhenAdult: true },
  },
});

export const setGuardianRulesRoute = defineRoute({
  operationId: 'setGuardianRules',
  method: 'PUT',
  path: '/v1/users/{userId}/guardians/{guardianId}/rules',
  scope: 'economy/write',
  summary: 'Set what a guardian allows',
  description:
    'Replaces what the guardian said before, at once: how purchases go and what may be spent. Of the limits of the guardian and ' +
    'of the user, the stricter count.',
  parameters: GuardianPath,
  body: GuardianRulesBody,
  status: 200,
  answer: GuardianRulesAnswer,
  refusals: [...bodyRefusals, 'not_guardian', 'account_closed'],
  examples: {
    parameters: link,
    body: { purchases: 'approval', limits: { day: 200 } },
    answer: { ...link, purchases: 'approval', limits: { day: 200 } },
  },
});

export const getWardWalletRoute = defineRoute({
  operationId: 'getWardWallet',
  method: 'GET',
  path: '/v1/users/{userId}/guardians/{guardianId}/wallet',
  scope: 'economy/read',
  summary: 'Read a wallet as its guardian',
  parameters: GuardianPath,
  status: 200,
  answer: WalletAnswer,
  refusals: ['malformed_request', 'user_not_found', 'not_guardian'],
  examples: { parameters: link, answer: getWalletRoute.examples?.answer },
});

export const listWardEntriesRoute = defineRoute({
  operationId: 'listWardEntries',
  method: 'GET',
  path: '/v1/users/{userId}/guardians/{guardianId}/entries',
  scope: 'economy/read',
  summary: "Read a wallet's statement as its guardian, newest first",
  parameters: GuardianPath,
  query: PageQuery,
  status: 200,
  answer: StatementAnswer,
  refusals: ['malformed_request', 'user_not_found', 'not_guardian'],
  examples: { parameters: link, query: { limit: '25' }, answer: listWalletEntriesRoute.examples?.answer },
});

const approval = {
  rechargeId,
  ...link,
  state: 'pending',
  packageId: 'us-app-1000',
  channel: 'app',
  coins: 1000,
  bonusCoins: 0,
  price: { amount: 1299, currency: 'USD' },
  requestedAt: '2026-11-21T10:00:00.000Z',
  expiresAt: '2026-11-22T10:00:00.000Z',
} as const;

export const listApprovalsRoute = defineRoute({
  operationId: 'listPurchaseApprovals',
  method: 'GET',
  path: '/v1/users/{userId}/guardians/{guardianId}/approvals',
  scope: 'economy/read',
  summary: 'List the purchases that a guardian was asked about',
  description: 'The latest fifty, the latest first.',
  parameters: GuardianPath,
  status: 200,
  answer: ApprovalsAnswer,
  refusals: ['malformed_request', 'user_not_found', 'not_guardian'],
  examples: { parameters: link, answer: { approvals: [approval] } },
});

export const decideApprovalRoute = defineRoute({
  operationId: 'decidePurchaseApproval',
  method: 'PUT',
  path: '/v1/users/{userId}/guardians/{guardianId}/approvals/{rechargeId}',
  scope: 'economy/write',
  summary: 'Approve or decline a purchase',
  description:
    'An approval is for one purchase at one price, and for a limited time: the app repeats the recharge under the same ' +
    'Idempotency-Key.',
  parameters: ApprovalPath,
  body: ApprovalBody,
  status: 200,
  answer: ApprovalAnswer,
  refusals: [...bodyRefusals, 'not_guardian', 'approval_not_found', 'state_conflict'],
  examples: {
    parameters: { ...link, rechargeId },
    body: { decision: 'approve' },
    answer: { ...approval, state: 'approved' },
  },
});
