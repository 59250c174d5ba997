/** The region and account that every local resource seems to live in. The account is the one fauxqs puts into ARNs. */
export const localRegion = 'us-east-1';
export const localAccountId = '000000000000';

/** The emulators accept any key; these make sure that no key of the machine's user is ever sent. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** What an SDK client needs to talk to a local emulator. */
export function localClientConfig(endpoint: string) {
  return { endpoint, region: localRegion, credentials: localCredentials };
}
