# Enabled at the first installation; an administrator's own word holds from then on, also over removal.
enable_unit() {
	deb-systemd-helper unmask "$1" >/dev/null || true
	if deb-systemd-helper --quiet was-enabled "$1"; then
		deb-systemd-helper enable "$1" >/dev/null || true
	else
		deb-systemd-helper update-state "$1" >/dev/null || true
	fi
	reload_units
}

forget_unit() {
	reload_units
	# Not there any more when the machine itself is taken down to nothing.
	command -v deb-systemd-helper >/dev/null || return 0
	case "$2" in
	remove) deb-systemd-helper mask "$1" >/dev/null || true ;;
	purge)
		deb-systemd-helper purge "$1" >/dev/null || true
		deb-systemd-helper unmask "$1" >/dev/null || true
		;;
	esac
}

# In a chroot or a container nothing runs that could be told.
reload_units() {
	if [ -d /run/systemd/system ]; then systemctl --system daemon-reload >/dev/null || true; fi
}
