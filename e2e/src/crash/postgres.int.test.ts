import { describeCrashRuns } from './crash-run.ts';

describeCrashRuns('postgres');
