import './quiet.ts';
import { moneyOutCanaries } from './canaries/canaries.ts';
import { spendingCanaries } from './canaries/spending-canaries.ts';
import { catchCanaries } from './catch-canaries.ts';

catchCanaries([...spendingCanaries, ...moneyOutCanaries]);
