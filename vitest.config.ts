import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes minutes comes first, so that no core is idle at the end; by the size of its files it would come last. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { torture = [], others = [] } = Object.groupBy(await super.sort(files), ({ moduleId }) =>
      moduleId.includes('/test/torture/') ? 'torture' : 'others',
    );
    return [...torture, ...others];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/dynamodb.ts', 'test/support/run-directory.ts'],
    // What the functions log and count is for operators; a test that looks at it turns it on again.
    env: { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' },
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Two cores, one of which the emulator uses: more workers would only make each test slower.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
