/**
 * Words of T-SQL that name nothing unless they are quoted: an alias that happens to be one is an error on a real
 * server, so it is one here. Left out are those that are also functions.
 */
export const RESERVED: ReadonlySet<string> = new Set(
  `add all alter and any as asc authorization backup begin between break browse bulk by cascade case check
  checkpoint close clustered collate column commit compute constraint contains containstable continue create cross
  current cursor database dbcc deallocate declare default delete deny desc disk distinct distributed double drop
  dump else end errlvl escape except exec execute exists exit external fetch file fillfactor for foreign freetext
  freetexttable from full function goto grant group having holdlock identity identity_insert identitycol if in
  index inner insert intersect into is join key kill like lineno load merge national nocheck nonclustered not null
  of off offsets on open opendatasource openquery openrowset openxml option or order outer over percent pivot plan
  precision primary print proc procedure public raiserror read readtext reconfigure references replication restore
  restrict return revert revoke rollback rowcount rowguidcol rule save schema select set setuser shutdown some
  statistics table tablesample textsize then to top tran transaction trigger truncate tsequal union unique unpivot
  update updatetext use values varying view waitfor when where while with writetext`.split(/\s+/),
);
