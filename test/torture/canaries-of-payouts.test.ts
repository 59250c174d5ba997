import './quiet.ts';
import { moneyOutCanaries } from './canaries/canaries.ts';
import { catchCanaries } from './catch-canaries.ts';

catchCanaries(moneyOutCanaries);
