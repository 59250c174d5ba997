import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { FunctionWorkerData, InvokeMessage, LambdaError, ResultMessage } from './function-worker.ts';

export type InvocationResult = { ok: true; payload: unknown } | { ok: false; error: LambdaError };

export interface LocalFunction {
  name: string;
  arn: string;
  timeoutSeconds: number;
  invoke(event: unknown): Promise<InvocationResult>;
  close(): Promise<void>;
}

export interface FunctionDefinition {
  name: string;
  arn: string;
  bundleFile: string;
  exportName: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  environment: Record<string, string>;
  /** Receives each line that the function writes on stdout or stderr. */
  onLogLine: (line: string) => void;
}

interface Environment {
  worker: Worker;
  pending: Map<string, (result: InvocationResult) => void>;
  /** Takes no further invocation; ends when those under way have been answered. */
  retired: boolean;
}

/**
 * One Lambda function in one worker thread, which starts at the first invocation like a cold start. A worker that
 * crashes or lets an invocation time out is replaced for the next invocation, as Lambda replaces an environment.
 */
export function createFunction(definition: FunctionDefinition): LocalFunction {
  let current: Environment | undefined;
  const environments = new Set<Environment>();
  let isClosing = false;

  function environment(): Environment {
    if (current === undefined || current.retired) {
      const started = startEnvironment(definition, () => environments.delete(started));
      environments.add(started);
      current = started;
    }
    return current;
  }

  async function invoke(event: unknown): Promise<InvocationResult> {
    const chosen = environment();
    const message: InvokeMessage = {
      id: randomUUID(),
      event: JSON.stringify(event),
      deadlineMs: Date.now() + definition.timeoutSeconds * 1_000,
    };
    return await new Promise((resolve) => {
      const timer = setTimeout(() => {
        chosen.retired = true;
        settle(timedOut(definition.timeoutSeconds));
      }, definition.timeoutSeconds * 1_000);
      const settle = (result: InvocationResult) => {
        clearTimeout(timer);
        if (!chosen.pending.delete(message.id)) return;
        // Lambda writes the error of an invocation to the function's log, too. Whoever closes a function ends what it does.
        if (!result.ok && !isClosing) definition.onLogLine(`ERROR Invoke Error ${JSON.stringify(result.error)}`);
        resolve(result);
        if (chosen.retired && chosen.pending.size === 0) void chosen.worker.terminate();
      };
      chosen.pending.set(message.id, settle);
      chosen.worker.postMessage(message);
    });
  }

  return {
    name: definition.name,
    arn: definition.arn,
    timeoutSeconds: definition.timeoutSeconds,
    invoke,
    async close() {
      isClosing = true;
      await Promise.all([...environments].map(({ worker }) => worker.terminate()));
    },
  };
}

function startEnvironment(definition: FunctionDefinition, onExit: () => void): Environment {
  const data: FunctionWorkerData = {
    bundleFile: definition.bundleFile,
    exportName: definition.exportName,
    functionName: definition.name,
    functionArn: definition.arn,
    memoryMegabytes: definition.memoryMegabytes,
  };
  const worker = new Worker(new URL('./function-worker.ts', import.meta.url), {
    env: definition.environment,
    execArgv: ['--enable-source-maps'],
    name: definition.name,
    resourceLimits: { maxOldGenerationSizeMb: definition.memoryMegabytes },
    stderr: true,
    stdout: true,
    workerData: data,
  });
  for (const stream of [worker.stdout, worker.stderr]) {
    createInterface({ input: stream }).on('line', definition.onLogLine);
  }
  const started: Environment = { worker, pending: new Map(), retired: false };
  let cause: LambdaError = { errorType: 'Runtime.ExitError', errorMessage: 'The function ended before it answered.' };
  worker.on('message', (message: ResultMessage) => started.pending.get(message.id)?.(resultOf(message)));
  worker.on('error', (error: Error) => {
    cause = { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
  });
  worker.on('exit', () => {
    started.retired = true;
    for (const settle of [...started.pending.values()]) settle({ ok: false, error: cause });
    onExit();
  });
  return started;
}

function resultOf(message: ResultMessage): InvocationResult {
  if ('error' in message) return { ok: false, error: message.error };
  return { ok: true, payload: message.payload === undefined ? null : JSON.parse(message.payload) };
}

function timedOut(timeoutSeconds: number): InvocationResult {
  return {
    ok: false,
    error: { errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${timeoutSeconds.toFixed(2)} seconds` },
  };
}
