import type { Connection } from '../../connection.ts';
import type { LoginObject } from '../../format.ts';
import { quoteName } from '../../quote-name.ts';
import { serverNumber } from '../../server-number.ts';
import type { Patience } from './patience.ts';

/** 15007, 15010, 911: no such database; 15033: no such language. */
const NOT_HERE = new Set([911, 15007, 15010, 15033]);

/** Default database and language of logins that were made: possible only once the databases have their names. */
export async function setLoginDefaults(
  connection: Connection,
  parts: {
    logins: readonly LoginObject[];
    note: (text: string) => void;
    patience: Patience;
  },
): Promise<void> {
  for (const { name, defaultDatabase = 'master', defaultLanguage } of parts.logins) {
    const wanted = [
      ...(defaultDatabase === 'master' ? [] : [`DEFAULT_DATABASE = ${quoteName(defaultDatabase)}`]),
      ...(defaultLanguage === undefined ? [] : [`DEFAULT_LANGUAGE = ${quoteName(defaultLanguage)}`]),
    ];
    for (const setting of wanted) {
      try {
        await connection.ask(`ALTER LOGIN ${quoteName(name)} WITH ${setting}`, parts.patience.signal);
      } catch (error) {
        if (!NOT_HERE.has(serverNumber(error) ?? 0)) throw error;
        parts.note(`login ${name} could not be given ${setting}: the server does not have it`);
      }
    }
  }
}
