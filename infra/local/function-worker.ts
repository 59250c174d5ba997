/**
 * Runs one Lambda function's bundle in a thread of its own, with the environment that the thread was started with.
 * Invocations come and go as messages; several may be under way at once.
 */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

export interface InvokeMessage {
  id: string;
  /** JSON, as Lambda would receive it. */
  event: string;
  deadlineMs: number;
}

export interface LambdaError {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

export type ResultMessage = { id: string } & ({ payload: string | undefined } | { error: LambdaError });

export interface FunctionWorkerData {
  bundleFile: string;
  exportName: string;
  functionName: string;
  functionArn: string;
  memoryMegabytes: number;
}

type Handler = (event: unknown, context: unknown) => unknown;

const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread.');
const data = workerData as FunctionWorkerData;
const handler = loadHandler();

port.on('message', async (message: InvokeMessage) => {
  port.postMessage(await invoke(message));
});

function loadHandler(): Handler | LambdaError {
  try {
    const module = createRequire(data.bundleFile)(data.bundleFile) as Record<string, unknown>;
    const exported = module[data.exportName];
    if (typeof exported === 'function') return exported as Handler;
    return { errorType: 'Runtime.HandlerNotFound', errorMessage: `${data.bundleFile} exports no ${data.exportName}.` };
  } catch (error) {
    return describe(error, 'Runtime.ImportModuleError');
  }
}

async function invoke(message: InvokeMessage): Promise<ResultMessage> {
  if (typeof handler !== 'function') return { id: message.id, error: handler };
  try {
    const result = await handler(JSON.parse(message.event), contextOf(message));
    return { id: message.id, payload: JSON.stringify(result) };
  } catch (error) {
    return { id: message.id, error: describe(error, 'Error') };
  }
}

function contextOf({ id, deadlineMs }: InvokeMessage) {
  return {
    awsRequestId: id,
    callbackWaitsForEmptyEventLoop: true,
    functionName: data.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: data.functionArn,
    logGroupName: `/aws/lambda/${data.functionName}`,
    logStreamName: 'local',
    memoryLimitInMB: String(data.memoryMegabytes),
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

function describe(error: unknown, fallbackType: string): LambdaError {
  if (!(error instanceof Error)) return { errorType: fallbackType, errorMessage: String(error) };
  const trace = error.stack?.split('\n') ?? [];
  return { errorType: error.name || fallbackType, errorMessage: error.message, trace };
}
