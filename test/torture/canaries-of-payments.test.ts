import './quiet.ts';
import { paymentCanaries } from './canaries/canaries.ts';
import { catchCanaries } from './catch-canaries.ts';

catchCanaries(paymentCanaries);
