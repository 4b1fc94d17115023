/** Server roles and their principal ids. */
export const SERVER_ROLES: Record<string, number> = {
  public: 2,
  sysadmin: 3,
  securityadmin: 4,
  serveradmin: 5,
  setupadmin: 6,
  processadmin: 7,
  diskadmin: 8,
  dbcreator: 9,
  bulkadmin: 10,
};

/** Roles that every database has, and their principal ids. */
export const DATABASE_ROLES: Record<string, number> = {
  public: 0,
  db_owner: 16384,
  db_accessadmin: 16385,
  db_securityadmin: 16386,
  db_ddladmin: 16387,
  db_backupoperator: 16389,
  db_datareader: 16390,
  db_datawriter: 16391,
  db_denydatareader: 16392,
  db_denydatawriter: 16393,
};
