import type { TestMariadb } from '../engines/mariadb/start-mariadb.ts';

export const BENCH_DATABASE = 'bench';

const MIB = 2 ** 20;
const SMALL_TABLES = 200;

/** What a table holds of the whole, and about how many bytes a row has as text in the archive. */
const SHARES = {
  events: { share: 0.45, row: 251 },
  texts: { share: 0.15, row: 1_560 },
  pictures: { share: 0.2, row: 20_900 },
  readings: { share: 0.15, row: 53 },
  small: { share: 0.05, row: 108 },
};

/**
 * About so many MiB of rows of a door system: an event log with three secondary indexes, texts, pictures
 * that no program can compress, short rows of numbers, and 200 small tables.
 */
export async function fillMariadb(server: TestMariadb, mebibytes: number): Promise<void> {
  const rowsOf = ({ share, row }: { share: number; row: number }) =>
    Math.ceil((mebibytes * MIB * share) / row);
  await server.sql(`CREATE DATABASE ${BENCH_DATABASE} CHARACTER SET utf8mb4`);
  const statements = [
    ...events(rowsOf(SHARES.events)),
    ...texts(rowsOf(SHARES.texts)),
    ...pictures(rowsOf(SHARES.pictures)),
    ...readings(rowsOf(SHARES.readings)),
    ...smallTables(Math.ceil(rowsOf(SHARES.small) / SMALL_TABLES)),
  ];
  for (const statement of statements) await server.sql(statement, BENCH_DATABASE);
}

function events(rows: number): string[] {
  return [
    `CREATE TABLE events (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, at DATETIME(6) NOT NULL, user_id INT NOT NULL,
      door_id INT NOT NULL, code SMALLINT UNSIGNED NOT NULL, temperature FLOAT, name VARCHAR(60) NOT NULL, note TEXT,
      card VARBINARY(32), KEY by_time (at), KEY by_user (user_id, at), KEY by_name (name, door_id))`,
    `INSERT INTO events SELECT seq, '2020-01-01' + INTERVAL seq * 37 SECOND, seq * 7919 % 50000, seq % 900, seq % 300,
      36 + (seq % 40) / 10, CONCAT('Müller ', MD5(seq % 50000)), CONCAT('Zutritt gewährt: ', MD5(seq), SHA1(seq), MD5(seq + 1)),
      UNHEX(SHA1(seq)) FROM seq_1_to_${rows}`,
  ];
}

function texts(rows: number): string[] {
  return [
    'CREATE TABLE texts (id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(200) NOT NULL, body MEDIUMTEXT, KEY by_title (title))',
    `INSERT INTO texts SELECT seq, CONCAT('Bericht ', seq, ' über Tür ', seq % 900), CONCAT_WS(' ', ${Array.from(
      { length: 12 },
      (_, i) =>
        `'Die Tür an der Nordseite wurde von', MD5(seq * 12 + ${i}), 'um', seq % 24, 'Uhr geöffnet;\\nder Alarm blieb\\taus.'`,
    ).join(', ')}) FROM seq_1_to_${rows}`,
  ];
}

function pictures(rows: number): string[] {
  const picture = `CONCAT(${Array.from({ length: 20 }, () => 'RANDOM_BYTES(1024)').join(', ')})`;
  return [
    'CREATE TABLE pictures (id INT PRIMARY KEY, taken DATETIME NOT NULL, picture MEDIUMBLOB)',
    `INSERT INTO pictures SELECT seq, '2026-01-01' + INTERVAL seq MINUTE, ${picture} FROM seq_1_to_${rows}`,
  ];
}

function readings(rows: number): string[] {
  return [
    'CREATE TABLE readings (id INT PRIMARY KEY, sensor INT NOT NULL, value DOUBLE, price DECIMAL(12,3), day DATE, state TINYINT)',
    `INSERT INTO readings SELECT seq, seq * 7919 % 1000003, seq / 7, seq / 1000, '2020-01-01' + INTERVAL seq % 3000 DAY, seq % 5
      FROM seq_1_to_${rows}`,
  ];
}

function smallTables(rows: number): string[] {
  return Array.from({ length: SMALL_TABLES }, (_, i) => `setting_${i + 1}`).flatMap((name) => [
    `CREATE TABLE ${name} (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(80) NOT NULL UNIQUE, value TEXT, changed DATETIME NOT NULL)`,
    `INSERT INTO ${name} SELECT seq, CONCAT('key ', MD5(seq)), SHA1(seq), '2026-01-01' + INTERVAL seq SECOND FROM seq_1_to_${rows}`,
  ]);
}
