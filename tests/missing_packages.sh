#!/usr/bin/env bash
# Prints those of the named Debian packages that are not installed.
for package in "$@"; do
	state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || state=absent
	[ "$state" = installed ] || printf '%s ' "$package"
done
# npm and node are taken as they are: Debian's own packages conflict with another Node.js
command -v node >/dev/null || printf 'nodejs '
command -v npm >/dev/null || printf 'npm '
