#!/usr/bin/env bash
# The lint suite: one case a rule.
set -u
cd "$(dirname "$0")/../.." || exit 2
here=tests/lint
failed=0

case_of() { # NAME COMMAND…: silent success, output on failure
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		echo "ok - lint: $name"
	else
		printf 'not ok - lint: %s\n%s\n' "$name" "$out"
		failed=1
	fi
}

headers_compile_alone() {
	local h status=0
	for h in $(git ls-files --cached --others --exclude-standard '*.h' | grep -vE '^(samples|tests)/'); do
		gcc -std=c17 -D_GNU_SOURCE -I. -include base/banned.h $(pkg-config --cflags libxml-2.0) -Wall -Wextra -Werror \
			-Wno-format-truncation -fsyntax-only -x c "$h" || { echo "$h"; status=1; }
	done
	return "$status"
}

sources_are_formatted() {
	git ls-files --cached --others --exclude-standard '*.c' '*.h' | xargs clang-format --dry-run -Werror
}

shell_is_clean() {
	local files
	files=$(git ls-files --cached --others --exclude-standard '*.sh' '.ci/run')
	# shellcheck disable=SC2086
	shellcheck -x -e SC1091,SC2046,SC2317 $files
}

nothing_generated_in_git() {
	! git ls-files --cached --others --exclude-standard | grep -E '\.(pem|key|p12|pfx|crt|o|so|a|sqlite|db|zip|pdf)$'
}

errors_page_is_current() {
	diff <(build/vashgate errors) docs/ERRORS.md
}

manual_names_every_setting() {
	local missing
	missing=$(comm -23 <(sed -nE 's/^\tX\((\w+),.*/\1/p' gateway/engine/settings.h | sort) \
		<(sed -nE 's/^\.B (\w+)$/\1/p' docs/man/vashgate.conf.5 | sort))
	echo "$missing"
	[ -z "$missing" ]
}

# systemd hands the sockets over by their order
socket_unit_has_the_listeners() {
	diff <(sed -nE 's/^ListenStream=.*:([0-9]+)$/\1/p' samples/systemd/vashgate.socket) \
		<(sed -nE '/^listeners/,/^\);/s/.*[ {]port = ([0-9]+);.*/\1/p' samples/config/vashgate.conf)
}

python_compiles() {
	local files
	files=$(git ls-files --cached --others --exclude-standard '*.py')
	# shellcheck disable=SC2086
	/usr/bin/python3 -W error -c 'import sys; [compile(open(f, encoding="utf-8").read(), f, "exec") for f in sys.argv[1:]]' $files
}

case_of "folders include only what DESIGN allows" /usr/bin/python3 $here/layers.py
case_of "functions are at most 60 lines, files 700" /usr/bin/python3 $here/lengths.py
case_of "every header compiles alone" headers_compile_alone
case_of "sources are as make format leaves them" sources_are_formatted
case_of "shell scripts are clean" shell_is_clean
case_of "nothing generated, no key and no binary is in git" nothing_generated_in_git
case_of "docs/ERRORS.md is what the program says" errors_page_is_current
case_of "vashgate.conf(5) names every setting" manual_names_every_setting
case_of "the socket unit opens the listeners of the example configuration" socket_unit_has_the_listeners
case_of "python files compile" python_compiles
exit $failed
