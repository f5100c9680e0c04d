# vashgate - `make help` lists the targets. SAN=asan|tsan builds into its own tree.
MAKEFLAGS += --no-print-directory
# V=1 shows the commands
Q := $(if $(V),,@)
SHELL := /bin/bash
PYTHON := /usr/bin/python3
CC := gcc
SAN ?=
BUILD := build$(if $(SAN),/$(SAN))
GEN := build/gen

PACKAGES := fonts-dejavu-core gcc make pkg-config gsoap libgsoap-dev libxml2-dev libxml2-utils libssl-dev openssl libsqlite3-dev sqlite3 \
	libxmlsec1-dev libseccomp-dev libcurl4-openssl-dev libconfig-dev libjansson-dev libcmocka-dev libzip-dev libcairo2-dev libpango1.0-dev libxslt1-dev curl unzip python3 \
	python3-cryptography python3-lxml python3-requests python3-zeep php-cli php-soap php-curl php-xml jaxws default-jdk-headless \
	clang libclang-rt-14-dev clang-tidy clang-format cppcheck universal-ctags shellcheck poppler-utils nginx-light chromium

LIBS_PC := libxml-2.0 openssl sqlite3 libcurl libconfig jansson libzip xmlsec1-openssl libseccomp
PC_CFLAGS := $(shell pkg-config --cflags $(LIBS_PC) 2>/dev/null)
PC_LIBS := $(shell pkg-config --libs $(LIBS_PC) 2>/dev/null) -pthread
# what portal/ alone compiles against; their headers are not held to our warnings
PORTAL_PC := libxslt pangocairo
PORTAL_CFLAGS := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PORTAL_PC) 2>/dev/null))
PC_LIBS += $(shell pkg-config --libs $(PORTAL_PC) 2>/dev/null)
GSOAP_CFLAGS := $(shell pkg-config --cflags gsoapssl 2>/dev/null)
GSOAP_LIBS := $(shell pkg-config --libs gsoapssl 2>/dev/null)

# truncation by snprintf is how bounded copies for people are made here
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes -Wmissing-prototypes -Wnull-dereference \
	-Wno-format-truncation -Wvla -Wformat=2 -Wcast-qual -Wswitch-enum -Wundef -Walloca -Wduplicated-cond -Wlogical-op
HARDEN := -fstack-protector-strong -fPIE
SANFLAGS_asan := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
SANFLAGS_tsan := -fsanitize=thread -fno-omit-frame-pointer
SANFLAGS := $(SANFLAGS_$(SAN))
FORTIFY := $(if $(SAN),,-D_FORTIFY_SOURCE=2)
BASE_CFLAGS := -std=c17 -D_GNU_SOURCE -O2 -g -MMD -MP -I. $(HARDEN) $(FORTIFY) $(SANFLAGS) $(EXTRA_CFLAGS)
CFLAGS := $(BASE_CFLAGS) $(WARNINGS) -include base/banned.h $(PC_CFLAGS)
LDFLAGS := -pie -Wl,--as-needed -Wl,-z,relro,-z,now $(SANFLAGS)

LIB_SOURCES := $(sort $(filter-out gateway/cli/main.c,$(wildcard base/*.c vash/*.c certs/*.c store/*.c portal/*.c gateway/engine/*.c gateway/call/*.c \
	gateway/cases/*.c gateway/mail/*.c gateway/trust/*.c gateway/registers/*.c gateway/web/*.c gateway/soap/[!s]*.c gateway/cli/*.c)))
SOAP_SOURCES := $(wildcard gateway/soap/soap_*.c)
OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/%.o) $(SOAP_SOURCES:%.c=$(BUILD)/%.o) $(BUILD)/gen/schema.o $(BUILD)/gen/services_csv.o $(BUILD)/gen/codelists_csv.o \
	$(BUILD)/gen/portal_assets.o $(BUILD)/gen/soap/soapC.o $(BUILD)/gen/soap/soapServer.o
LIBRARY := $(BUILD)/libvashgate.a
SCHEMA := $(sort $(wildcard store/schema/[0-9]*.sql))
HISTORY_TABLES := subject address membership web_service block application decision internal_client codelist codelist_version trusted_list

.PHONY: all deps demo run test check e2e bench lint analyze check-asan check-tsan fuzz fuzz-replay torture sabotage soak \
	test-corpus coverage format install help gen pki sim docs clean
.DEFAULT_GOAL := all

all: $(BUILD)/vashgate ## build the gateway: build/vashgate

$(BUILD)/vashgate: $(BUILD)/gateway/cli/main.o $(LIBRARY)
	$(Q)echo "CC   $@"; $(CC) $(LDFLAGS) -o $@ $^ $(GSOAP_LIBS) $(PC_LIBS)

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)echo "CC   $@"; $(CC) $(CFLAGS) -c -o $@ $<

$(BUILD)/portal/%.o: CFLAGS += $(PORTAL_CFLAGS)

# gSOAP's headers do not survive base/banned.h; what sees them is named soap_*.c
$(SOAP_SOURCES:%.c=$(BUILD)/%.o): $(BUILD)/%.o: %.c $(GEN)/soap/soapC.c
	@mkdir -p $(@D)
	$(Q)echo "CC   $@"; $(CC) $(BASE_CFLAGS) $(filter-out -Wundef,$(WARNINGS)) $(PC_CFLAGS) $(GSOAP_CFLAGS) -isystem $(GEN) -isystem $(GEN)/soap -c -o $@ $<

$(BUILD)/gen/%.o: $(GEN)/%.c
	@mkdir -p $(@D)
	$(Q)echo "CC   $@"; $(CC) $(BASE_CFLAGS) -w $(GSOAP_CFLAGS) -I$(GEN) -I$(GEN)/soap -c -o $@ $<

# ---- generated sources ----
TO_C_STRING := sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/'

$(GEN)/schema.c: $(SCHEMA) store/schema/history.awk
	@mkdir -p $(@D)
	@{ echo 'const char *const schema_migrations[] = {'; \
	for f in $(SCHEMA); do $(TO_C_STRING) $$f; echo ','; done; \
	echo '};'; echo 'const int schema_migration_count = $(words $(SCHEMA));'; echo 'const char *const schema_history ='; \
	awk -v tables="$(HISTORY_TABLES)" -f store/schema/history.awk $(SCHEMA) | $(TO_C_STRING); echo ';'; } > $@

CODELISTS := positions legal_forms schemes groups group_positions mailbox_types mailboxes deliveries statuses reasons mechanisms \
	issuers procedures administrators
$(GEN)/codelists_csv.c: $(CODELISTS:%=vash/codelists/%.csv)
	@mkdir -p $(@D)
	@{ echo '#include "vash/codelists_csv.h"'; echo 'const char *const vash_codelists_csv[VASH_LISTS] = {'; \
	for l in $(CODELISTS); do echo "[VASH_LIST_$$(echo $$l | tr a-z A-Z)] ="; $(TO_C_STRING) vash/codelists/$$l.csv; echo ','; done; \
	echo '};'; } > $@

$(GEN)/services_csv.c: vash/codelists/services.csv
	@mkdir -p $(@D)
	@{ echo 'const char vash_services_csv[] ='; $(TO_C_STRING) $<; echo ';'; } > $@

$(GEN)/portal_assets.c: portal/page.xsl portal/soap.xsl portal/style.css portal/favicon.svg
	@mkdir -p $(@D)
	@{ echo '#include "portal/assets.h"'; \
	for f in $^; do echo "const char portal_$$(basename $$f | tr . _)[] ="; $(TO_C_STRING) $$f; echo ';'; done; } > $@

# SOAP 1.2 twins make unreachable operations in soapcpp2: gSOAP tells the versions apart by itself (wsdl/README.md)
OWN_WSDL := vash.wsdl vash-registration.wsdl
$(GEN)/soap/soapC.c: $(OWN_WSDL:%=wsdl/%) $(wildcard wsdl/*.xsd) wsdl/typemap.dat
	@mkdir -p $(@D)
	@for w in $(OWN_WSDL); do sed '/<wsdl:binding name=".*Soap12Binding"/,/<\/wsdl:binding>/d; /<wsdl:port name=".*Soap12"/,/<\/wsdl:port>/d' \
		wsdl/$$w > $(GEN)/soap/$$w; done
	@cp wsdl/*.xsd $(GEN)/soap/
	$(Q)cd $(GEN)/soap && wsdl2h -c -t ../../../wsdl/typemap.dat -o vash.h $(OWN_WSDL) >wsdl2h.log 2>&1 && \
		soapcpp2 -c -S -L -x -I /usr/share/gsoap/import vash.h >soapcpp2.log 2>&1
$(GEN)/soap/soapServer.c: $(GEN)/soap/soapC.c

include samples/sim/Makefile.inc

# ---- development PKI ----
pki: ## the throw-away PKI of tests and demo: build/pki
	@$(PYTHON) samples/pki/make_pki.py build/pki

# ---- the story ----
demo: deps-present ## install what is missing, build, and play the story with a real SOAP client
	@$(MAKE) -j2 all sim
	@$(MAKE) pki
	@$(PYTHON) samples/demo/demo.py

run: deps-present ## the same world, left running to play with
	@$(MAKE) -j2 all sim
	@$(MAKE) pki
	@$(PYTHON) samples/demo/demo.py --run

# ---- unit tests: one binary a module, so that a crash costs one module ----
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
TORTURE := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/torture_*.c))
WRAP := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
TEST_CFLAGS := $(BASE_CFLAGS) $(filter-out -Wnull-dereference,$(WARNINGS)) -include base/banned.h $(PC_CFLAGS)

$(BUILD)/tests/test_%: tests/unit/test_%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(Q)echo "CC   $@"; $(CC) $(TEST_CFLAGS) $(LDFLAGS) -o $@ $< $(LIBRARY) $(GSOAP_LIBS) $(PC_LIBS) -lcmocka

$(BUILD)/tests/torture_%: tests/unit/torture_%.c $(LIBRARY)
	@mkdir -p $(@D)
	$(Q)echo "CC   $@"; $(CC) $(TEST_CFLAGS) $(LDFLAGS) $(WRAP) -o $@ $< $(LIBRARY) $(GSOAP_LIBS) $(PC_LIBS)

.PHONY: unit
unit: $(UNIT_TESTS) ## unit tests
	@status=0; for t in $(UNIT_TESTS); do CMOCKA_MESSAGE_OUTPUT=TAP $$t || status=1; done; exit $$status

torture: $(TORTURE) ## fail every allocation once, in base and guard
	@status=0; for t in $(TORTURE); do if $$t; then echo "ok - torture: $${t##*/}"; else echo "not ok - torture: $${t##*/}"; status=1; fi; done; exit $$status

# ---- fuzzing: the same target is replayed by gcc in `make test` and run by libFuzzer in `make fuzz` ----
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SECONDS ?= 600
REPLAYS := $(FUZZ:%=$(BUILD)/fuzz/%)

$(BUILD)/fuzz/%: tests/fuzz/fuzz_%.c tests/fuzz/replay.c $(LIBRARY)
	@mkdir -p $(@D)
	$(Q)echo "CC   $@"; $(CC) $(TEST_CFLAGS) $(LDFLAGS) -o $@ $(filter %.c %.a,$^) $(GSOAP_LIBS) $(PC_LIBS)

fuzz-replay: $(REPLAYS) ## run every fuzz target over its corpus
	@status=0; for t in $(FUZZ); do $(BUILD)/fuzz/$$t tests/fuzz/corpus/$$t || status=1; done; exit $$status

# clang builds the sources that the targets reach; no library of gcc's is mixed in
FUZZ_SOURCES := $(filter-out gateway/soap/% gateway/cli/cmd_% gateway/cli/view.c gateway/cli/cli.c gateway/cli/metrics_http.c,$(LIB_SOURCES)) \
	$(GEN)/schema.c $(GEN)/services_csv.c $(GEN)/codelists_csv.c $(GEN)/portal_assets.c gateway/soap/fault.c
$(BUILD)/libfuzzer/%: tests/fuzz/fuzz_%.c $(FUZZ_SOURCES)
	@mkdir -p $(@D)
	$(Q)echo "CLANG $@"; clang -std=c17 -D_GNU_SOURCE -O1 -g -I. -w -fsanitize=fuzzer,address,undefined -include base/banned.h $(PC_CFLAGS) $(PORTAL_CFLAGS) -o $@ $^ $(PC_LIBS)

fuzz: $(FUZZ:%=$(BUILD)/libfuzzer/%) ## libFuzzer on every target, FUZZ_SECONDS each
	@for t in $(FUZZ); do mkdir -p build/fuzz-corpus/$$t && LSAN_OPTIONS=suppressions=tests/lsan.supp $(BUILD)/libfuzzer/$$t \
		-max_total_time=$(FUZZ_SECONDS) -timeout=10 -artifact_prefix=build/ -print_final_stats=1 build/fuzz-corpus/$$t tests/fuzz/corpus/$$t || exit 1; done

# ---- sanitizers ----
check-asan: ## unit tests, fuzz replay and the end-to-end cases under ASan and UBSan
	@$(MAKE) -s -j2 SAN=asan all
	@ASAN_OPTIONS=detect_leaks=1 LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lsan.supp UBSAN_OPTIONS=print_stacktrace=1 $(MAKE) -s SAN=asan unit fuzz-replay
	@ASAN_OPTIONS=detect_leaks=1 LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lsan.supp UBSAN_OPTIONS=print_stacktrace=1 VASHGATE_BUILD=build/asan VASHGATE_SHORT=1 $(PYTHON) tests/e2e/run_e2e.py

check-tsan: ## engine and portal under load under TSan
	@$(MAKE) -s -j2 SAN=tsan all
	@TSAN_OPTIONS="suppressions=tests/tsan.supp halt_on_error=0 exitcode=66" VASHGATE_BUILD=build/tsan $(PYTHON) tests/e2e/run_tsan.py

# ---- tests ----
test: deps-present ## all that CI runs
	@$(MAKE) -j2 all sim pki
	@tests/run_suites.py

check: all ## the quick tests: lint and unit
	@tests/run_suites.py lint unit

.PHONY: deps-present
deps-present:
	@if [ -n "$$(tests/missing_packages.sh $(PACKAGES))" ]; then $(MAKE) deps; fi

deps: ## install every package that build and tests need
	@tests/install_packages.sh $(PACKAGES)

# ---- nothing is lost ----
LOSS := $(wildcard tests/loss/*.c)
$(BUILD)/tests/power_cuts: $(LOSS) $(wildcard tests/loss/*.h) $(LIBRARY)
	@mkdir -p $(@D)
	$(Q)echo "CC   $@"; $(CC) $(TEST_CFLAGS) $(LDFLAGS) -o $@ $(LOSS) $(LIBRARY) $(GSOAP_LIBS) $(PC_LIBS)

.PHONY: loss
loss: all sim pki $(BUILD)/tests/power_cuts ## power cuts, kills, full disks and reloads under load: every receipt is in the log
	@$(PYTHON) tests/loss/run_loss.py

# ---- pages and lists, looked at from outside ----
$(BUILD)/tests/render: tests/portal/render.c $(LIBRARY)
	@mkdir -p $(@D)
	$(Q)echo "CC   $@"; $(CC) $(TEST_CFLAGS) $(LDFLAGS) -o $@ $< $(LIBRARY) $(GSOAP_LIBS) $(PC_LIBS)

.PHONY: portal
portal: $(BUILD)/tests/render ## sample pages as HTML and PDF: well-formed, accessible by rule, escaped
	@$(PYTHON) tests/portal/check_pages.py

# ---- speed and memory: never a part of `make test` ----
BENCH_BIN := build/bench/lg build/bench/backend
$(BENCH_BIN): build/bench/%: tests/bench/%.c base/banned.h
	@mkdir -p $(@D)
	$(Q)echo "CC   $@"; $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(shell pkg-config --libs openssl)

bench: all sim pki $(BENCH_BIN) ## gateway against nginx, responders up, slow and down, a block; raw rows in build/bench
	@$(PYTHON) tests/bench/run_bench.py
	@$(PYTHON) tests/bench/trust_bench.py

soak: all sim pki $(BENCH_BIN) ## memory stays flat: 2 GB reply, 10,000 handshakes, 1,000 idle connections
	@$(PYTHON) tests/bench/memory.py --rounds $(or $(SOAK_ROUNDS),1)

# ---- proving the tests ----
sabotage: all sim pki $(UNIT_TESTS) $(BUILD)/tests/power_cuts ## break one line at a time; each break must turn its test red
	@$(PYTHON) tests/sabotage/run.py

.PHONY: sabotage-fast
sabotage-fast: all sim pki $(UNIT_TESTS)
	@$(PYTHON) tests/sabotage/run.py --fast

STEPS ?= 10000
SEEDS ?= 1,2,3,4
.PHONY: model
model: all sim pki ## random procedures in the gateway and in a model of them: make model STEPS=N SEEDS=N,N
	@$(PYTHON) tests/model/run_model.py --seeds $(SEEDS) --steps $(STEPS)

e2e: all sim pki ## the gateway from outside: refusals, backends, sessions, operation
	@$(PYTHON) tests/e2e/run_e2e.py

# ---- code quality ----
SOURCES := $(LIB_SOURCES) gateway/cli/main.c
lint: all ## layers, lengths, headers, shell
	@tests/lint/run.sh

analyze: $(GEN)/soap/soapC.c ## gcc -fanalyzer, cppcheck, clang-tidy
	@tests/lint/analyze.sh "$(PC_CFLAGS) $(PORTAL_CFLAGS)" $(SOURCES)

format: ## clang-format over our sources
	@clang-format -i $(shell git ls-files --cached --others --exclude-standard '*.c' '*.h')

coverage: ## line coverage of the unit tests: build/coverage/index.txt
	@$(MAKE) BUILD=build/coverage EXTRA_CFLAGS="--coverage" LDFLAGS="-pie --coverage -Wl,--as-needed" -j2 all unit >/dev/null
	@cd build/coverage && find . -name '*.gcda' | xargs gcov -n 2>/dev/null | \
		awk -F"'" '/^File/ { file = $$2 } /^Lines executed/ && file ~ /^(base|vash|certs|store|portal|gateway)\// { print file "\t" $$0; file = "" }' | \
		sort | tee index.txt

test-corpus: all $(BUILD)/tests/http_suite $(BUILD)/tests/ocsp_suite ## third-party suites: make test-corpus DATA=DIR
	@status=0; data="$(or $(DATA),../shared/data)"; \
		$(BUILD)/tests/http_suite "$$data/suites/http" || status=1; \
		/usr/bin/python3 tests/corpus/x509_suite.py $(BUILD)/vashgate "$$data" || status=1; \
		/usr/bin/python3 tests/corpus/zlint_suite.py $(BUILD)/vashgate "$$data" || status=1; \
		$(BUILD)/tests/ocsp_suite "$$data/suites/x509/openssl-ocsp" || status=1; \
		/usr/bin/python3 tests/tsl/real_lists.py $(BUILD)/vashgate "$$data" || status=1; exit $$status
$(BUILD)/tests/%_suite: tests/corpus/%_suite.c $(LIBRARY)
	@mkdir -p $(@D)
	$(Q)echo "CC   $@"; $(CC) $(TEST_CFLAGS) $(LDFLAGS) -o $@ $< $(LIBRARY) $(PC_LIBS)

# ---- installation ----
PREFIX ?= /usr
DESTDIR ?=
install: all ## into DESTDIR/PREFIX, with the systemd units and man pages
	install -D -m 755 $(BUILD)/vashgate $(DESTDIR)$(PREFIX)/bin/vashgate
	install -d $(DESTDIR)$(PREFIX)/share/vashgate/wsdl $(DESTDIR)$(PREFIX)/share/vashgate/codelists $(DESTDIR)/etc/vashgate
	install -m 644 vash/codelists/*.csv $(DESTDIR)$(PREFIX)/share/vashgate/codelists
	install -m 644 wsdl/*.wsdl wsdl/*.xsd $(DESTDIR)$(PREFIX)/share/vashgate/wsdl
	install -D -m 644 docs/man/vashgate.1 $(DESTDIR)$(PREFIX)/share/man/man1/vashgate.1
	install -D -m 644 docs/man/vashgate.conf.5 $(DESTDIR)$(PREFIX)/share/man/man5/vashgate.conf.5
	install -D -m 644 samples/systemd/vashgate.service $(DESTDIR)$(PREFIX)/lib/systemd/system/vashgate.service
	install -D -m 644 samples/systemd/vashgate.socket $(DESTDIR)$(PREFIX)/lib/systemd/system/vashgate.socket
	install -D -m 644 samples/systemd/vashgate.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/vashgate.conf
	install -D -m 644 samples/systemd/vashgate.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/vashgate.conf
	install -D -m 640 samples/config/vashgate.conf $(DESTDIR)/etc/vashgate/vashgate.conf.example

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | sort | awk -F'\t' '{printf "  %-14s %s\n", $$1, $$2}'

clean: ## remove everything that was built
	rm -rf build

-include $(OBJECTS:.o=.d) $(BUILD)/gateway/cli/main.d
