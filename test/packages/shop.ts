import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import type { DebianChroot } from './debian-chroot.ts';

/** A product as it is met in the field: a space and parentheses in its path, a key that is root's alone. */
export const SHOP = '/srv/Shop (x64)';
/** On another file system than the rest. */
export const USB = '/mnt/usb';

const DATABASE = `${SHOP}/data/shop.db`;

/** Installs the product with its MariaDB databases and a SQLite database in WAL mode that nobody has open. */
export async function installShop(debian: DebianChroot): Promise<void> {
  await debian.sh('adduser --system --quiet --group --no-create-home shop');
  const at = (name: string): string => debian.outside(`${SHOP}/${name}`);
  for (const name of ['data', 'cert', 'images/Käfer (1)']) await mkdir(at(name), { recursive: true });
  await writeFile(at('VERSION'), '4.2.0\n');
  await writeFile(at('cert/server.key'), 'a key of root\n', { mode: 0o600 });
  await writeFile(at('images/film.bin'), randomBytes(2_000_000));
  await writeFile(at('images/Käfer (1)/zwölf.txt'), 'text\n'.repeat(5000));
  fillSqlite(debian.outside(DATABASE));
  await debian.sh(`
    chown -R shop:shop '${SHOP}/data' '${SHOP}/images'
    chmod 2770 '${SHOP}/data'; chmod 0660 '${DATABASE}'; chmod 0700 '${SHOP}/cert'
    install -d -o lifeboat -g lifeboat -m 0700 ${USB}/archives`);
  await debian.sh(`mariadb <<'END'
    CREATE DATABASE ac;
    CREATE TABLE ac.person (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(80), photo BLOB);
    INSERT INTO ac.person SELECT seq, CONCAT('Müller ', seq), UNHEX(MD5(seq)) FROM ac.seq_1_to_5000;
    CREATE USER lifeboat@localhost IDENTIFIED VIA unix_socket;
    GRANT RELOAD, BINLOG ADMIN ON *.* TO lifeboat@localhost;
    GRANT SELECT ON mysql.* TO lifeboat@localhost;
    GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON ac.* TO lifeboat@localhost;
END`);
}

/** Its sysbackup.conf, as the vendor of the product ships it. */
export const PROFILE = `; The profile of the shop: this comment stays.
[system]
name = Shop
root = "${SHOP}"
version_file = VERSION

[mariadb main]
socket = /run/mysqld/mysqld.sock
user = lifeboat
databases = ac

[sqlite shop]
path = data/shop.db
required = yes

[file key]
path = cert/server.key
required = yes

[folder images]
path = images

[backup]
path = /var/backups/lifeboat
automation = off
nice = 5
`;

/** What a restore has to bring back: rows, bytes, owners, modes, times. */
export async function shopState(debian: DebianChroot): Promise<unknown> {
  using database = new DatabaseSync(debian.outside(DATABASE));
  return {
    sales: database.prepare('SELECT count(*) AS count, sum(id) AS sum FROM sale').get(),
    mode: database.prepare('PRAGMA journal_mode').get(),
    persons: await debian.sh("mariadb -N -e 'CHECKSUM TABLE ac.person; SELECT count(*) FROM ac.person'"),
    files: await debian.sh(
      `cd '${SHOP}' && find cert images -type f ! -name '.lifeboat-old-*' -printf '%m %u:%g %Ts ' -exec sha256sum '{}' ';' | sort`,
    ),
  };
}

/** What a failed disk and a hasty hand leave behind. */
export async function damageShop(debian: DebianChroot): Promise<void> {
  await debian.sh(`
    mariadb -e 'DROP TABLE ac.person'
    rm '${SHOP}/cert/server.key'
    rm -r '${SHOP}/images/Käfer (1)'
    echo none > '${SHOP}/images/film.bin'
    head -c 8192 /dev/urandom > '${DATABASE}'`);
}

function fillSqlite(path: string): void {
  using database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE sale (id INTEGER PRIMARY KEY, what TEXT); BEGIN');
  const insert = database.prepare('INSERT INTO sale VALUES (?, ?)');
  for (let id = 1; id <= 2000; id += 1) insert.run(id, `Käse ${id}`);
  database.exec('COMMIT');
}
