/**
 * A system of two databases, `ac` and `ta`, beside a database `other` that is not in the set: one of each thing
 * that moving tables does not carry, and foreign keys over every border. Made for the tests of the switch-over.
 */
export const SMALL_SET = ['ac', 'ta'];

export function smallSystem(): string[] {
  return [
    "SET NAMES utf8mb4, time_zone = '+00:00', sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
    'CREATE DATABASE other',
    'CREATE DATABASE ac CHARACTER SET utf8mb4 COLLATE utf8mb4_german2_ci',
    'CREATE DATABASE ta CHARACTER SET latin1',
    'CREATE TABLE other.site (id INT PRIMARY KEY)',
    'INSERT INTO other.site VALUES (1), (2)',
    'USE ac',
    'CREATE SEQUENCE sq START WITH 100',
    `CREATE TABLE door (id INT NOT NULL DEFAULT NEXTVAL(ac.sq), name VARCHAR(40) NOT NULL DEFAULT 'Tür ß' COMMENT 'größe',
       site INT, PRIMARY KEY (id), KEY by_name (name), CONSTRAINT door_site FOREIGN KEY (site) REFERENCES other.site (id))`,
    "INSERT INTO door (name, site) VALUES ('Nord', 1), ('Süd', 2), ('Ost', NULL)",
    `CREATE TABLE user (id INT AUTO_INCREMENT PRIMARY KEY, door INT, boss INT, note TEXT,
       CONSTRAINT user_door FOREIGN KEY (door) REFERENCES door (id) ON DELETE CASCADE, FOREIGN KEY (boss) REFERENCES user (id))`,
    "INSERT INTO user VALUES (0, 100, NULL, 'id 0'), (5, 101, 0, NULL)",
    'CREATE TABLE audit (n INT AUTO_INCREMENT PRIMARY KEY, t VARCHAR(99)) WITH SYSTEM VERSIONING',
    "INSERT INTO audit (t) VALUES ('a'), ('b')",
    "UPDATE audit SET t = 'changed' WHERE n = 1",
    'CREATE TABLE ta.shift (id INT PRIMARY KEY, user INT, CONSTRAINT shift_user FOREIGN KEY (user) REFERENCES ac.user (id))',
    'INSERT INTO ta.shift VALUES (1, 5), (2, NULL)',
    'CREATE TABLE other.visit (id INT PRIMARY KEY, user INT, CONSTRAINT visit_user FOREIGN KEY (user) REFERENCES ac.user (id))',
    'INSERT INTO other.visit VALUES (1, 5), (2, 0)',
    "CREATE FUNCTION label(i INT) RETURNS VARCHAR(20) CHARACTER SET utf8mb4 DETERMINISTIC RETURN CONCAT('Nr. ', i, ' ß')",
    'CREATE PROCEDURE tidy() DELETE FROM audit WHERE n < 0',
    'CREATE VIEW z_doors AS SELECT id, name FROM door',
    'CREATE VIEW a_labels AS SELECT id, label(id) AS label FROM z_doors',
    'CREATE VIEW ta.over_both AS SELECT s.id, u.note FROM ta.shift s JOIN ac.user u ON u.id = s.user',
    "CREATE TRIGGER b_log BEFORE INSERT ON user FOR EACH ROW INSERT INTO audit (t) VALUES ('b; ß')",
    'CREATE TRIGGER a_log BEFORE INSERT ON user FOR EACH ROW FOLLOWS b_log SET NEW.note = NEW.note',
    'CREATE TRIGGER ta.t BEFORE DELETE ON ta.shift FOR EACH ROW SET @x = OLD.id',
    "CREATE EVENT hourly ON SCHEDULE EVERY 1 HOUR STARTS '2026-01-01 00:00:00' DO CALL tidy()",
    "CREATE USER app@localhost IDENTIFIED BY 'app'",
    'GRANT SELECT, INSERT, UPDATE ON ac.* TO app@localhost',
    'GRANT EXECUTE ON PROCEDURE ac.tidy TO app@localhost WITH GRANT OPTION',
    "CREATE USER viewer@'%' IDENTIFIED BY 'view'",
    "GRANT SELECT ON `t_`.* TO viewer@'%'",
  ];
}

/** Changes all of it, so that a restore has something to do, and one to be compared with. */
export function changeSmallSystem(): string[] {
  return [
    'SET NAMES utf8mb4',
    'SET foreign_key_checks = 0',
    'USE ac',
    "UPDATE door SET name = 'changed'",
    "INSERT INTO user (id, note) VALUES (77, 'since then')",
    'INSERT INTO other.visit VALUES (3, 77)',
    'CREATE TABLE since (id INT PRIMARY KEY)',
    'CREATE VIEW on_since AS SELECT * FROM since',
    'DROP VIEW a_labels',
    'CREATE TABLE a_labels (a_table INT)',
    'DROP TRIGGER a_log',
    'CREATE TRIGGER since_log AFTER INSERT ON since FOR EACH ROW SET @y = 1',
    'DROP PROCEDURE tidy',
    "CREATE PROCEDURE tidy() COMMENT 'since' SELECT 1",
    'GRANT EXECUTE ON PROCEDURE tidy TO app@localhost',
    'CREATE PROCEDURE since_then() SELECT 2',
    "GRANT EXECUTE ON PROCEDURE since_then TO viewer@'%'",
    'DROP EVENT hourly',
    "CREATE EVENT daily ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01 00:00:00' DO SET @z = 1",
    'CREATE TABLE gone (a INT)',
    'CREATE VIEW broken AS SELECT a FROM gone',
    'DROP TABLE gone',
    'ALTER DATABASE ac COLLATE utf8mb4_bin',
    'SELECT NEXTVAL(sq)',
  ];
}
