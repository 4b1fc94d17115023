const ARCHIVE = '/backups/shop-20260401T214500Z-12.zip';

/** What `lifeboat-restore COMMAND --help` and the manual page show below the options. */
export const COMMAND_EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  inspect: [`lifeboat-restore inspect ${ARCHIVE}`, `lifeboat-restore --json inspect ${ARCHIVE}`],
  verify: [`lifeboat-restore verify ${ARCHIVE}`],
  plan: [
    `lifeboat-restore plan ${ARCHIVE}`,
    `lifeboat-restore plan ${ARCHIVE} --only sqlite/shop folder/images`,
  ],
  apply: [
    `lifeboat-restore apply ${ARCHIVE} --yes`,
    `lifeboat-restore apply ${ARCHIVE} --yes --only folder/images`,
    `lifeboat-restore apply ${ARCHIVE} --yes --trust-archive Shop --agree-other-machine --installed-version 4.2.0`,
  ],
  recover: ['lifeboat-restore recover', 'lifeboat-restore recover --show'],
  undo: ['lifeboat-restore undo', 'lifeboat-restore undo tovxt26e3604'],
  forget: ['lifeboat-restore forget tovxt26e3604', 'lifeboat-restore forget --expired'],
  kept: ['lifeboat-restore kept', 'lifeboat-restore --json kept'],
  extract: [
    `lifeboat-restore extract ${ARCHIVE}`,
    `lifeboat-restore extract ${ARCHIVE} --into /tmp/shop --only folder/images`,
  ],
};
