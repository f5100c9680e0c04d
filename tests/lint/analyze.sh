#!/usr/bin/env bash
# analyze.sh "CFLAGS" FILE…: gcc -fanalyzer, cppcheck and clang-tidy over our sources; any finding is a failure.
set -u
read -r -a cflags <<<"$1"
shift
failed=0
flags=(-std=c17 -D_GNU_SOURCE -I. -include base/banned.h "${cflags[@]}")

verdict() { # NAME OUTPUT-FILE
	if [ -s "$2" ]; then
		echo "not ok - analyze: $1"
		head -n 60 "$2"
		failed=1
	else
		echo "ok - analyze: $1"
	fi
}

out=$(mktemp)
trap 'rm -f "$out"' EXIT
printf '%s\n' "$@" | xargs -P2 -I{} gcc "${flags[@]}" -O2 -fanalyzer -Wno-analyzer-fd-leak -fsyntax-only {} >"$out" 2>&1
verdict "gcc -fanalyzer" "$out"
# scope cleanup is unknown to cppcheck: leaks are judged by LeakSanitizer and the torture tests; NULL is a pointer here (POSIX)
cppcheck --quiet --std=c11 --enable=warning,portability --inline-suppr --suppress=memleak --suppress=resourceLeak --suppress=missingInclude \
	--suppress=varFuncNullUB --suppress=autoVariables --suppress=autovarInvalidDeallocation --suppress=uninitvar -D_GNU_SOURCE -I. "$@" >"$out" 2>&1
verdict "cppcheck" "$out"
printf '%s\n' "$@" | xargs -P2 -I{} clang-tidy --quiet {} --warnings-as-errors='*' \
	--checks='-*,clang-analyzer-*,bugprone-*,cert-*,-clang-analyzer-unix.Malloc,-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling,-clang-analyzer-valist.Uninitialized,-bugprone-easily-swappable-parameters,-bugprone-reserved-identifier,-cert-dcl37-c,-cert-dcl51-cpp,-cert-err33-c,-bugprone-narrowing-conversions,-bugprone-macro-parentheses,-bugprone-assignment-in-if-condition,-cert-err34-c' \
	-- "${flags[@]}" -w 2>/dev/null | grep -E 'warning:|error:' >"$out"
verdict "clang-tidy" "$out"
exit $failed
