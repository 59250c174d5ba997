import * as z from 'zod/mini';
import { ClosureAnswer, ErasureAnswer, ExportAnswer } from '../accounts/schemas.ts';
import { CampaignsAnswer } from '../campaigns/schemas.ts';
import { Finding } from '../catalog/findings.ts';
import {
  CatalogAnswer,
  CatalogProposalAnswer,
  CatalogProposalOutline,
  CatalogProposalsAnswer,
  CatalogVersionAnswer,
  CatalogVersionOutline,
  CatalogVersionsAnswer,
} from '../catalog/operation-schemas.ts';
import { Cash, CreatorAnswer, CreatorLine, CreatorStatementAnswer, EarningsAnswer } from '../earnings/schemas.ts';
import {
  ClaimedRechargeEventData,
  GiftEventData,
  PaidRechargeEventData,
  PayoutEventData,
  ReversalEventData,
} from '../events/event-types.ts';
import { WebhookEndpointAnswer, WebhookEndpointsAnswer } from '../events/schemas.ts';
import { ComboAnswer, GiftAnswer, OneGiftAnswer } from '../gifts/schemas.ts';
import { ApprovalAnswer, ApprovalsAnswer, GuardianAnswer, GuardianRulesAnswer } from '../guardians/schemas.ts';
import { AppId, Region } from '../identifiers.ts';
import { CreatorLevelAnswer, UserLevelAnswer } from '../levels/schemas.ts';
import { currencies } from '../money/currency.ts';
import { diamondsPattern } from '../money/diamonds.ts';
import { ParkedEventAnswer, ParkedEventsAnswer } from '../operations/parked-event-routes.ts';
import { RefundEvidenceAnswer } from '../operations/refund-evidence-routes.ts';
import {
  AgeDoubtAnswer,
  GrantAnswer,
  RuleChangesAnswer,
  TierAnswer,
  WalletStatusAnswer,
} from '../operations/schemas.ts';
import { PayoutRunAnswer, PayoutRunsAnswer } from '../payout-runs/schemas.ts';
import {
  PayoutAnswer,
  PayoutHoldAnswer,
  PayoutHoldHistoryAnswer,
  PayoutProfileAnswer,
  PayoutReasonAnswer,
  PayoutsAnswer,
} from '../payouts/schemas.ts';
import { Checkout, RechargeAnswer, WebhookAnswer } from '../recharges/schemas.ts';
import { WithdrawalAnswer } from '../recharges/withdrawal-routes.ts';
import { ReconciliationsAnswer } from '../reconciliations/routes.ts';
import { ChallengesAnswer, EntryAnswer } from '../rewards/schemas.ts';
import {
  CodeBatchAnswer,
  CodeBatchesAnswer,
  EntitlementsAnswer,
  GoodsOrderAnswer,
  ItemsAnswer,
  PromotionAnswer,
  PurchaseAnswer,
  RedemptionAnswer,
  StockAnswer,
  StockChangeAnswer,
} from '../shop/schemas.ts';
import { EarningsSummaryAnswer, MonthlyStatementAnswer, TaxYearAnswer } from '../statements/schemas.ts';
import { Audit } from '../store/items/audit.ts';
import { GiftContext } from '../store/items/common.ts';
import { Reconciliation } from '../store/items/reconciliation.ts';
import { WalletRules } from '../store/items/wallet-rules.ts';
import { StatementAnswer, StatementLine, UserAnswer, WalletAnswer } from '../users/schemas.ts';

/** The names under which the document, and clients generated from it, know the schemas of the contracts. */
export const namedSchemas = {
  AppId,
  Region,
  Currency: z.enum(currencies),
  Cash,
  Diamonds: z.string().check(z.regex(diamondsPattern)),
  GiftContext,
  User: UserAnswer,
  Wallet: WalletAnswer,
  Closure: ClosureAnswer,
  Erasure: ErasureAnswer,
  UserExport: ExportAnswer,
  WalletStatement: StatementAnswer,
  GuardianLink: GuardianAnswer,
  GuardianRules: GuardianRulesAnswer,
  PurchaseApproval: ApprovalAnswer,
  PurchaseApprovalList: ApprovalsAnswer,
  WalletRules,
  RuleChangeList: RuleChangesAnswer,
  SpendingTier: TierAnswer,
  AgeDoubt: AgeDoubtAnswer,
  WalletStatementLine: StatementLine,
  Checkout,
  Recharge: RechargeAnswer,
  Withdrawal: WithdrawalAnswer,
  WebhookReceipt: WebhookAnswer,
  SentGift: GiftAnswer,
  Gift: OneGiftAnswer,
  Combo: ComboAnswer,
  UserLevel: UserLevelAnswer,
  CreatorLevel: CreatorLevelAnswer,
  ItemList: ItemsAnswer,
  Purchase: PurchaseAnswer,
  EntitlementList: EntitlementsAnswer,
  Promotion: PromotionAnswer,
  GoodsOrder: GoodsOrderAnswer,
  Redemption: RedemptionAnswer,
  Stock: StockAnswer,
  StockChange: StockChangeAnswer,
  CodeBatch: CodeBatchAnswer,
  CodeBatchList: CodeBatchesAnswer,
  ChallengeList: ChallengesAnswer,
  ChallengeEntry: EntryAnswer,
  CampaignBudgets: CampaignsAnswer,
  Creator: CreatorAnswer,
  Earnings: EarningsAnswer,
  CreatorStatement: CreatorStatementAnswer,
  CreatorStatementLine: CreatorLine,
  EarningsSummary: EarningsSummaryAnswer,
  MonthlyStatement: MonthlyStatementAnswer,
  TaxYear: TaxYearAnswer,
  PayoutProfile: PayoutProfileAnswer,
  Payout: PayoutAnswer,
  PayoutList: PayoutsAnswer,
  PayoutReason: PayoutReasonAnswer,
  PayoutHold: PayoutHoldAnswer,
  PayoutHoldHistory: PayoutHoldHistoryAnswer,
  PayoutRun: PayoutRunAnswer,
  PayoutRunList: PayoutRunsAnswer,
  WebhookEndpoint: WebhookEndpointAnswer,
  WebhookEndpointList: WebhookEndpointsAnswer,
  GiftEventData,
  PaidRechargeEventData,
  ClaimedRechargeEventData,
  PayoutEventData,
  ReversalEventData,
  WalletStatus: WalletStatusAnswer,
  Grant: GrantAnswer,
  ParkedEvent: ParkedEventAnswer,
  ParkedEventList: ParkedEventsAnswer,
  RefundEvidence: RefundEvidenceAnswer,
  Reconciliation,
  ReconciliationList: ReconciliationsAnswer,
  Audit,
  Catalog: CatalogAnswer,
  CatalogVersion: CatalogVersionAnswer,
  CatalogVersionOutline,
  CatalogVersionList: CatalogVersionsAnswer,
  CatalogProposal: CatalogProposalAnswer,
  CatalogProposalOutline,
  CatalogProposalList: CatalogProposalsAnswer,
  CatalogFinding: Finding,
} satisfies Record<string, z.ZodMiniType>;
