import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The torture run is one file and takes half as long as all others together: begun last, it would leave a core idle. */
class TortureFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isTorture = ({ moduleId }: TestSpecification) => moduleId.includes('/test/torture/');
    return [...sorted.filter(isTorture), ...sorted.filter((file) => !isTorture(file))];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/dynamodb.ts'],
    // What the functions log and count is for operators; a test that looks at it turns it on again.
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' },
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Two cores, one of which the emulator uses: more workers would only make each test slower.
    maxWorkers: 2,
    sequence: { sequencer: TortureFirst },
  },
});
