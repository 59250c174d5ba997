import { parseArgs } from 'node:util';
import { StartError } from './ports.ts';

export interface CommandLine {
  port: number;
  dataDirectory?: string;
  demo: boolean;
}

const defaultPort = 4000;
const usage = 'npm start [-- --data DIR] [--no-demo], with the port in PORT';

/** Reads what `npm start` was given; what it does not understand is an error that says so in one sentence. */
export function parseCommandLine(args: string[], environment: NodeJS.ProcessEnv): CommandLine {
  const port = parsePort(environment.PORT);
  try {
    const { values } = parseArgs({
      args,
      options: { data: { type: 'string' }, 'no-demo': { type: 'boolean', default: false } },
    });
    if (values.data === '') throw new Error('--data needs a folder');
    return { port, demo: !values['no-demo'], ...(values.data !== undefined && { dataDirectory: values.data }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new StartError(`${reason}. Use: ${usage}.`);
  }
}

function parsePort(text: string | undefined): number {
  if (text === undefined || text === '') return defaultPort;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new StartError(`PORT=${text} is no port: choose a number from 1 to 65535, or 0 for any free one.`);
}
