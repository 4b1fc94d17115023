import fsp from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** From now on no file gets a second name, as on FAT and on some network drives. */
export function noHardLinks(): Disposable & { fired(): number } {
  const { link } = fsp;
  let fired = 0;
  fsp.link = async () => {
    fired += 1;
    throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' });
  };
  syncBuiltinESMExports();
  return {
    fired: () => fired,
    [Symbol.dispose]() {
      fsp.link = link;
      syncBuiltinESMExports();
    },
  };
}
