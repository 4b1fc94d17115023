import fc from 'fast-check';

/**
 * Properties are tried with the same values in every run, so that a red `npm test` means a change and not luck.
 * `RANDOM_SEED=1 npm test` looks for new ones.
 */
if (process.env['RANDOM_SEED'] === undefined) fc.configureGlobal({ seed: 20261121 });
