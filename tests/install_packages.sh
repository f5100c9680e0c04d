#!/usr/bin/env bash
# Installs the named Debian packages that are missing, without questions. Not root: prints the one line to run, status 2.
set -euo pipefail
read -r -a missing <<<"$("$(dirname "$0")/missing_packages.sh" "$@")" || true
[ "${#missing[@]}" -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
	echo "apt-get install -y --no-install-recommends ${missing[*]}"
	exit 2
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}"
