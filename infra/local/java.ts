import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StartError } from './ports.ts';

/** DynamoDB Local 1.25 itself runs on Java 8; 17 is the oldest release that the supported distributions still ship. */
const oldestMajorVersion = 17;

const howToGetJava =
  "Tributary's local cloud needs Java 17 or newer for DynamoDB Local: " +
  'install a JRE (Debian: apt-get install openjdk-17-jre-headless) and run npm start again.';

const run = promisify(execFile);

/** Finds a Java that is new enough and answers the path of its executable. JAVA_HOME goes before PATH, as in Java's own tools. */
export async function findJava(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const candidates = environment.JAVA_HOME ? [join(environment.JAVA_HOME, 'bin', 'java'), 'java'] : ['java'];
  const found: number[] = [];
  for (const executable of candidates) {
    const version = await majorVersionOf(executable, environment);
    if (version === undefined) continue;
    if (version >= oldestMajorVersion) return executable;
    found.push(version);
  }
  throw new StartError(found.length === 0 ? howToGetJava : `${howToGetJava} (Java ${found[0]} was found.)`);
}

async function majorVersionOf(executable: string, environment: NodeJS.ProcessEnv): Promise<number | undefined> {
  try {
    // `java -version` writes to stderr. Its first quoted word is the version: "17.0.15", or "1.8.0_402" before Java 9.
    const { stderr } = await run(executable, ['-version'], { env: environment, timeout: 20_000 });
    const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(stderr) ?? [];
    return Number(first === '1' ? second : first) || undefined;
  } catch {
    // No such executable, or one that can't run, is the same as no Java: the caller names the remedy.
    return undefined;
  }
}
