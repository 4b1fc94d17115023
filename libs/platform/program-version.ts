import description from '../../package.json' with { type: 'json' };

/** Put in by installer/build.ts; absent where the sources are run. */
declare const LIFEBOAT_BUILD: { commit: string; archiveFormat: number } | undefined;

/** The version of both programs; written into every manifest. */
export const PROGRAM_VERSION: string = description.version;

/** What `--version` prints: of an executable also the commit it was built from and the archive format it writes. */
export const VERSION_LINE: string =
  typeof LIFEBOAT_BUILD === 'undefined'
    ? PROGRAM_VERSION
    : `${PROGRAM_VERSION} (commit ${LIFEBOAT_BUILD.commit}, archive format ${LIFEBOAT_BUILD.archiveFormat})`;
