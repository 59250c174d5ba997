import manifest from '../../package.json' with { type: 'json' };

/** Of the software that runs. */
export const { version } = manifest;
