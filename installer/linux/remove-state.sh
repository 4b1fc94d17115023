# Whatever it is called and wherever it came from: a folder with an archive in it stays.
remove_without_archives() {
	[ -e "$1" ] || return 0
	if find "$1" -xdev -iname '*.zip' -print -quit | grep -q .; then
		echo "$1 holds archives and stays" >&2
		return 0
	fi
	rm -rf --one-file-system "$1"
}

# Conf, journal and state are those of both packages: the one that is purged last takes them along. Archives are
# never removed, and neither is the user that they belong to.
remove_state() {
	case "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null || true)" in
	'' | not-installed) ;;
	*) return 0 ;;
	esac
	remove_without_archives /etc/lifeboat
	remove_without_archives /var/log/lifeboat
	remove_without_archives /var/lib/lifeboat
	rmdir /var/backups/lifeboat 2>/dev/null || true
}
