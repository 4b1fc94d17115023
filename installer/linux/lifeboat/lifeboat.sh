#!/bin/sh
# What root says here is done as the service would do it: by its user, with its rights. So "lifeboat check" tells
# what the service meets, and no file is left behind that the service cannot use.
program=/usr/lib/lifeboat/lifeboat
if [ "$(id -u)" -eq 0 ]; then
	exec setpriv --reuid=lifeboat --regid=lifeboat --init-groups \
		--inh-caps=-all,+dac_read_search --ambient-caps=-all,+dac_read_search \
		--bounding-set=-all,+dac_read_search --no-new-privs "$program" "$@"
fi
exec "$program" "$@"
