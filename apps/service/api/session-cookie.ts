/** The cookie that names a session; a prefix that browsers take over TLS alone would keep it from plain HTTP at home. */
export const SESSION_COOKIE = 'lifeboat_session';
