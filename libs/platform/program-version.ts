import description from '../../package.json' with { type: 'json' };

/** The version of both programs; written into every manifest. */
export const PROGRAM_VERSION: string = description.version;
