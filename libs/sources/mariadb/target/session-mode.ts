/**
 * The sql_mode between statements that need one of their own. Without NO_AUTO_CREATE_USER a GRANT to an account that is
 * gone would make it, without a password.
 */
export const SESSION_MODE = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_AUTO_CREATE_USER';
