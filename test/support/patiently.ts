import { isTransient } from '../../shared/store/contention.ts';

/** As a client does: that somebody met too many others is no answer, and whoever asked comes again under the same key. */
export async function patiently<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
  for (;;)
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
}
