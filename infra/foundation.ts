import type { AlarmTopic } from './alarm-topic.ts';
import type { FunctionBundles } from './bundle.ts';
import type { Stage } from './config.ts';
import type { Ledger } from './ledger.ts';
import type { PublicApi } from './public-api.ts';
import type { Schedules } from './schedules.ts';

/** What every function is built with. */
export type Ground = { stage: Stage; bundles: FunctionBundles; alarmTopic: AlarmTopic };

/** What every capability is built on. */
export type Foundation = Ground & { ledger: Ledger; api: PublicApi; schedules: Schedules };
