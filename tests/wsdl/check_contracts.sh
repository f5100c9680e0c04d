#!/bin/bash
# Loads every contract of wsdl/ into wsimport, gSOAP, zeep, php-soap and npm soap, calls a stand-in server with the code they make,
# and fails on any warning that docs/CLIENTS.md does not list. Also holds wsdl/, services.csv, samples/requests and
# portal/soap.xsl to each other.
#
# Usage: tests/wsdl/check_contracts.sh
# npm soap is taken from tests/clients/npm/node_modules or $NODE_PATH; where neither has it, npm fetches it into a scratch folder.
set -u
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
HERE=$ROOT/tests/wsdl
TABLE=$ROOT/vash/codelists/services.csv
WORK=$(mktemp -d)
RESULTS=$WORK/results
STUB_PID=
NPM_SOAP=1.6.1

cleanup() {
	[ -z "$STUB_PID" ] || kill "$STUB_PID" 2>/dev/null
	rm -rf "$WORK"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# Foreign programs see no environment of ours: another python or java on PATH, proxies, JAVA_TOOL_OPTIONS.
clean() { env -i PATH=/usr/bin:/bin HOME="$WORK" LANG=C.UTF-8 "$@"; }

say() { printf '%s\n' "$*" | tee -a "$RESULTS"; }

# verdict NAME STATUS REASON_FILE: one result line; the reason is shown on failure only
verdict() {
	if [ "$2" -eq 0 ] && [ ! -s "$3" ]; then
		say "ok - $1"
	else
		say "not ok - $1"
		sed 's/^/    /' "$3" | head -40
	fi
}

# relay TOOL OUTPUT ERRORS STATUS: passes on the result lines of a client; silence, noise on stderr or a bad exit is a failure too
relay() {
	tee -a "$RESULTS" <"$2"
	if ! grep -q '^ok - ' "$2" || [ -s "$3" ] || [ "$4" -ne 0 ]; then
		say "not ok - $1 ended well and silently"
		sed 's/^/    /' "$3" | head -40
	fi
}

check_schemas() {
	local file name
	for file in "$ROOT"/wsdl/*.xsd; do
		name=$(basename "$file")
		# An empty schema-valid document does not exist for every schema: what counts is that the schema itself compiles.
		printf '<none/>' | xmllint --nonet --noout --schema "$file" - 2>&1 |
			grep -v -e 'No matching global declaration' -e '^- fails to validate$' >"$WORK/why"
		verdict "xmllint $name" 0 "$WORK/why"
	done
	for file in "$ROOT"/wsdl/*.wsdl; do
		xmllint --nonet --noout "$file" >"$WORK/why" 2>&1
		verdict "xmllint $(basename "$file")" $? "$WORK/why"
	done
	for file in "$HERE"/payloads/*.xml; do
		name=$(basename "$file" .xml)
		xmllint --nonet --noout --schema "$ROOT/wsdl/$name.xsd" "$file" >"$WORK/out" 2>&1
		verdict "xmllint payloads/$name.xml" $? /dev/null
	done
	/usr/bin/python3 "$HERE/contracts.py" "$ROOT" >"$WORK/out" 2>"$WORK/err"
	relay contract "$WORK/out" "$WORK/err" $?
}

start_stub() {
	/usr/bin/python3 "$HERE/stub_server.py" "$ROOT" "$WORK/port" &
	STUB_PID=$!
	for _ in $(seq 100); do
		[ -s "$WORK/port" ] && break
		sleep 0.1
	done
	BASE=http://127.0.0.1:$(cat "$WORK/port") || exit 2
}

# Known: wsimport leaves out the SOAP 1.2 port, which it calls non-standard, and says so.
JAVA_KNOWN='^parsing WSDL|^Generating code|^$|^\[WARNING\] Ignoring SOAP port "[A-Za-z0-9]*Soap12": it uses non-standard SOAP 1\.2 binding\.$|^You must specify the "-extension" option|^  line [0-9]* of file:'

check_jaxws() {
	local file status classpath=/usr/share/java/jaxws-rt.jar
	mkdir -p "$WORK/java/src" "$WORK/java/classes"
	for file in "$ROOT"/wsdl/*.wsdl; do
		clean wsimport -Xnocompile -keep -s "$WORK/java/src" "$file" >"$WORK/out" 2>&1
		status=$?
		grep -v -E "$JAVA_KNOWN" "$WORK/out" >"$WORK/why"
		verdict "wsimport $(basename "$file")" $status "$WORK/why"
	done
	find "$WORK/java/src" -name '*.java' >"$WORK/java/files"
	clean javac -nowarn -cp $classpath -d "$WORK/java/classes" "@$WORK/java/files" "$HERE/clients/Client.java" >"$WORK/why" 2>&1
	verdict "wsimport all.wsdl compile in one project" $? "$WORK/why"
	clean java -cp "$classpath:$WORK/java/classes" Client "$BASE" >"$WORK/out" 2>"$WORK/all"
	status=$?
	grep -v -E 'javax\.xml\.soap\.(FactoryFinder find$|MetaFactory)' "$WORK/all" >"$WORK/err"
	relay jaxws "$WORK/out" "$WORK/err" $status
}

# Known: the two bindings of a file become one gSOAP service; C knows no type inheritance.
GSOAP_KNOWN='^Warning: ignoring type inheritance by default for C|^Warning: 2 service bindings found, but collected as one service'

# Known, with -1 only: the option overrides the SOAP 1.2 namespaces, which is what it is for.
SOAPCPP2_KNOWN='^soap12\.h\([0-9]*\): \*WARNING\*: option -1 or -2 overrides SOAP-(ENV|ENC) namespace|^Compilation successful \(2 warnings\)'

# soap_code DIRECTORY HEADER [OPTION]: soapcpp2 without unknown warnings; leaves them in $WORK/why
soap_code() {
	(cd "$1" && clean soapcpp2 -c -x ${3:+"$3"} -I/usr/share/gsoap:/usr/share/gsoap/import "$2") >"$WORK/out" 2>&1 ||
		echo "soapcpp2 failed" >>"$WORK/why"
	grep -i -E 'warning|error' "$WORK/out" | grep -v -E "$SOAPCPP2_KNOWN" >>"$WORK/why"
}

# dispatched FILE OPERATION ELEMENT: how often the server's dispatcher looks for the element, and that the first is our operation
dispatched() {
	awk -v tag=":$3\"))" -v want="__$2(soap);" '
		/SOAP_FMAC6 soap_serve_request/ { inside = 1 }
		inside && index($0, tag) { n++; getline; if (n == 1 && index($0, want) == 0) wrong = 1 }
		inside && /^}/ { inside = 0 }
		END { print wrong ? "wrong" : n + 0 }' "$1"
}

check_gsoap_file() { # WSDL OPERATION ELEMENT
	local dir=$WORK/gsoap/$1 name=$1 operation=$2 element=$3
	mkdir -p "$dir/server"
	: >"$WORK/why"
	clean wsdl2h -c -t "$ROOT/wsdl/typemap.dat" -o "$dir/a.h" "$ROOT/wsdl/$name" >"$WORK/out" 2>&1 || echo "wsdl2h failed" >>"$WORK/why"
	grep -i -E 'warning|error' "$WORK/out" | grep -v -E "$GSOAP_KNOWN" >>"$WORK/why"
	verdict "wsdl2h $name" 0 "$WORK/why"
	: >"$WORK/why"
	soap_code "$dir" a.h
	grep -q "soap_call___[a-z]*__$operation(" "$dir/soapStub.h" || echo "no client call $operation" >>"$WORK/why"
	case $element in
	GetOdprtiPostopkZaDSRequest | PreveriPraviceRequest) ;;
	PostopekRequest) grep -q 'struct xsd__base64Binary vsebina;' "$dir/soapStub.h" || echo "vsebina is not base64" >>"$WORK/why" ;;
	*) grep -q 'struct xsd__base64Binary zip;' "$dir/soapStub.h" || echo "zip is not base64" >>"$WORK/why" ;;
	esac
	verdict "soapcpp2 $name client" 0 "$WORK/why"

	# A server leaves out the 1.2 twin, as wsdl/README.md says; then the operation must be reached by exactly one test.
	: >"$WORK/why"
	cp "$ROOT"/wsdl/*.xsd "$dir/server"
	sed '/<wsdl:binding name=".*Soap12Binding"/,/<\/wsdl:binding>/d; /<wsdl:port name=".*Soap12"/,/<\/wsdl:port>/d' \
		"$ROOT/wsdl/$name" >"$dir/server/$name"
	(cd "$dir/server" && clean wsdl2h -c -W -t "$ROOT/wsdl/typemap.dat" -o a.h "$name") >"$WORK/out" 2>&1 || echo "wsdl2h failed" >>"$WORK/why"
	soap_code "$dir/server" a.h
	[ "$(dispatched "$dir/server/soapServer.c" "$operation" "$element")" = 1 ] || echo "operation $operation is not reachable" >>"$WORK/why"
	verdict "soapcpp2 $name server" 0 "$WORK/why"
}

# check_gsoap_calls [-1]: as generated a gSOAP client speaks SOAP 1.2; soapcpp2 -1 makes it speak 1.1
check_gsoap_calls() {
	local dir=$WORK/gsoap/calls$1
	mkdir -p "$dir"
	: >"$WORK/why"
	(cd "$dir" && clean wsdl2h -c -W -t "$ROOT/wsdl/typemap.dat" -o a.h "$ROOT"/wsdl/{ezk-1008,ezk-1101,ezk-1103,eins-1203,vash-registration}.wsdl) >"$WORK/out" 2>&1
	soap_code "$dir" a.h "$1"
	mv "$dir"/Op1ZaImetnikeGov*.nsmap "$dir/all.nsmap"
	# shellcheck disable=SC2046  # pkg-config prints several words
	gcc -std=c17 -D_GNU_SOURCE -O0 -w -I"$dir" $(pkg-config --cflags gsoap) -o "$dir/client" \
		"$HERE/clients/client.c" "$dir/soapC.c" "$dir/soapClient.c" $(pkg-config --libs gsoap) >>"$WORK/why" 2>&1
	verdict "soapcpp2 $1 five contracts in one program" $? "$WORK/why"
	"$dir/client" "$BASE" >"$WORK/out" 2>"$WORK/err"
	relay gsoap "$WORK/out" "$WORK/err" $?
}

check_gsoap() {
	local wsdl operation element
	while IFS=, read -r _ _ _ wsdl operation _ element _; do
		check_gsoap_file "$wsdl" "$operation" "$element"
	done < <(tail -n +2 "$TABLE")
	check_gsoap_calls ''
	check_gsoap_calls -1
}

# script_client TOOL COMMAND...: a client that loads and calls everything itself
script_client() {
	local tool=$1
	shift
	clean "$@" "$BASE" "$TABLE" >"$WORK/out" 2>"$WORK/err"
	relay "$tool" "$WORK/out" "$WORK/err" $?
}

node_modules() {
	local dir
	for dir in "$ROOT/tests/clients/npm/node_modules" "${NODE_PATH:-}"; do
		if [ -n "$dir" ] && [ -d "$dir/soap" ]; then
			echo "$dir"
			return
		fi
	done
	mkdir -p "$WORK/npm" && (cd "$WORK/npm" && npm install --silent --no-fund --no-audit --prefix . "soap@$NPM_SOAP") >"$WORK/why" 2>&1
	echo "$WORK/npm/node_modules"
}

# Which SOAP versions reached the stub: a client told to speak 1.2 that quietly stayed with 1.1 would otherwise pass.
check_versions() {
	echo 'JAX-WS text/xml' >"$WORK/want"
	printf '%s application/soap+xml\n%s text/xml\n' PHP-SOAP PHP-SOAP Zeep Zeep gSOAP gSOAP node-soap node-soap >>"$WORK/want"
	/usr/bin/python3 -c 'import sys, urllib.request as u; sys.stdout.buffer.write(u.urlopen(sys.argv[1]).read())' "$BASE/seen" |
		LC_ALL=C sort | LC_ALL=C comm -3 - <(LC_ALL=C sort "$WORK/want") >"$WORK/why" 2>&1
	verdict "stub saw every client in every version it speaks" 0 "$WORK/why"
}

main() {
	check_schemas
	start_stub
	check_jaxws
	check_gsoap
	script_client zeep /usr/bin/python3 "$HERE/clients/zeep_client.py"
	script_client php php -d display_errors=stderr "$HERE/clients/client.php"
	script_client node NODE_PATH="$(node_modules)" node "$HERE/clients/client.js"

	check_versions

	local passed failed
	passed=$(grep -c '^ok - ' "$RESULTS")
	failed=$(grep -c '^not ok - ' "$RESULTS")
	echo "$passed passed, $failed failed, 0 skipped"
	[ "$failed" -eq 0 ]
}

main
