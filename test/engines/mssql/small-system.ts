import { quoteName } from '#sources/mssql/quote-name.ts';
import type { TestMssql } from './start-mssql.ts';

/** Apostrophe, space, both brackets, a letter of more than one byte, one beyond the BMP. */
export const AWKWARD = "O'Brien [x] größe 🚪";
export const SET = ['AC', AWKWARD];

/** Two databases with objects and users, a login that users stand for and one that owns a database. */
export async function makeSmallSystem(
  server: TestMssql,
  { bytes = 200_000 }: { bytes?: number } = {},
): Promise<void> {
  await server.sql([
    "CREATE LOGIN [app] WITH PASSWORD = 'app', SID = 0x11111111111111111111111111111111, CHECK_POLICY = OFF",
    "CREATE LOGIN [boss's] WITH PASSWORD = 'boss', SID = 0x22222222222222222222222222222222, CHECK_POLICY = OFF",
    "ALTER SERVER ROLE [sysadmin] ADD MEMBER [boss's]",
  ]);
  for (const name of SET) {
    await server.sql(`CREATE DATABASE ${quoteName(name)}`);
    await server.sql(
      [
        'CREATE TABLE dbo.door (id INT NOT NULL PRIMARY KEY, name NVARCHAR(40) NULL)',
        "INSERT INTO dbo.door VALUES (1, N'Tür 1'), (2, N'it''s open')",
        'CREATE VIEW dbo.first_door AS SELECT id FROM dbo.door',
        'CREATE PROCEDURE dbo.tidy AS SELECT 1',
        'CREATE USER [app] FOR LOGIN [app]',
      ],
      name,
    );
    if (bytes > 0) server.grow(name, bytes);
  }
  await server.sql([
    `ALTER AUTHORIZATION ON DATABASE::[AC] TO [boss's]`,
    'ALTER DATABASE [AC] SET RECOVERY SIMPLE',
    'ALTER DATABASE [AC] SET TRUSTWORTHY ON',
    'ALTER DATABASE [AC] SET AUTO_UPDATE_STATISTICS_ASYNC ON',
  ]);
}

/** What an accident, or half a year, does to it. */
export async function changeSmallSystem(server: TestMssql): Promise<void> {
  for (const name of SET) {
    await server.sql(
      [
        'DELETE FROM dbo.door WHERE id = 1',
        "INSERT INTO dbo.door VALUES (3, N'new')",
        'CREATE TABLE dbo.precious (id INT)',
        'INSERT INTO dbo.precious VALUES (7)',
      ],
      name,
    );
  }
  await server.sql([
    'ALTER AUTHORIZATION ON DATABASE::[AC] TO [sa]',
    'ALTER DATABASE [AC] SET RECOVERY FULL',
    'ALTER DATABASE [AC] SET COMPATIBILITY_LEVEL = 140',
    `ALTER DATABASE ${quoteName(AWKWARD)} SET AUTO_UPDATE_STATISTICS_ASYNC ON`,
  ]);
}
