# Builds, tests and installs libswiftclient. `make help` lists the targets.

VERSION    := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
# The number in the SONAME; it changes when, and only when, programs must be built anew.
ABI        := 0
CARGO      ?= cargo
CC         ?= cc
PREFIX     ?= /usr/local
# Below PREFIX, or a path of its own.
LIBDIR     ?= lib
DESTDIR    ?=
TARGET_DIR := $(abspath $(or $(CARGO_TARGET_DIR),target))
RELEASE    := $(TARGET_DIR)/release
# What `make install` would install, laid out under target/ for the examples and the tests.
STAGE      := $(TARGET_DIR)/stage
SERVER     := tests/swift-server/swift-server
# What a program needs beside the static library, as `rustc --print native-static-libs` tells; but for the libraries
# compilers add by themselves, the static ones with -static.
NATIVE     := -lutil -lrt -lpthread -lm -ldl
# Where libraries go, and how the files for pkg-config and CMake say it: from where they lie themselves, so that a tree
# can be moved.
LIBPATH    := $(if $(filter /%,$(LIBDIR)),$(LIBDIR),$(PREFIX)/$(LIBDIR))
BELOW      := $(patsubst $(PREFIX)/%,%,$(LIBPATH))
# From the folder of libraries up to PREFIX; nothing where it is not below.
UP         := $(if $(filter /%,$(BELOW)),,$(subst $() ,,$(patsubst %,/..,$(subst /, ,$(BELOW)))))
PC_LIBDIR  := $(if $(UP),$${prefix}/$(BELOW),$(BELOW))
PC_PREFIX  := $(if $(UP),$${pcfiledir}/..$(UP),$(PREFIX))
CMAKE_INCLUDE := $(if $(UP),../..$(UP),$(PREFIX))/include
HEADERS    := include/swiftclient.h include/swiftclient.hpp
# The library names files of its sources, not folders of whoever built it: Rust's and C's way to say so.
CARGO_DIR  := $(or $(CARGO_HOME),$(HOME)/.cargo)
FOLDERS    := $(if $(HOME),$(HOME)=/home) $(CARGO_DIR)=/cargo $(CURDIR)=/swiftclient
EXAMPLES   := $(patsubst examples-c/%.c,%,$(wildcard examples-c/*.c))

# A name with a space would be two names to the recipes, of which `make uninstall` would remove the first.
ifneq ($(words x$(DESTDIR)x$(PREFIX)x$(LIBDIR)x$(TARGET_DIR)x),1)
$(error DESTDIR, PREFIX, LIBDIR and the folder of the sources cannot have spaces in their names)
endif

export CARGO_TARGET_DIR = $(TARGET_DIR)
export PKG_CONFIG_PATH := $(STAGE)/lib/pkgconfig$(if $(PKG_CONFIG_PATH),:$(PKG_CONFIG_PATH))

all: stage ## build the library (release) and lay it out under target/stage

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 28

# The C crate types alone: with an rlib beside them Cargo leaves out link-time optimisation.
lib:
	RUSTFLAGS="$(strip $(RUSTFLAGS) $(FOLDERS:%=--remap-path-prefix=%))" \
	CFLAGS="$(strip $(CFLAGS) $(FOLDERS:%=-ffile-prefix-map=%))" \
	    $(CARGO) rustc --release --locked --lib --crate-type cdylib,staticlib
	@packaging/static $(RELEASE)/libswiftclient.a $(RELEASE)/static/libswiftclient.a

stage: lib
	@$(MAKE) --no-print-directory -s files DESTDIR= PREFIX=$(STAGE) LIBDIR=lib

# Builds nothing, so that `sudo make install` needs no toolchain.
install: files ## install what `make` has built: libraries, headers, files for pkg-config and CMake (PREFIX, DESTDIR, LIBDIR)

files:
	@test -f $(RELEASE)/libswiftclient.so || { echo "nothing to install yet: run make first" >&2; exit 1; }
	install -d $(DESTDIR)$(LIBPATH)/pkgconfig $(DESTDIR)$(LIBPATH)/cmake/swiftclient $(DESTDIR)$(PREFIX)/include
	install -m 755 $(RELEASE)/libswiftclient.so $(DESTDIR)$(LIBPATH)/libswiftclient.so.$(VERSION)
	ln -sf libswiftclient.so.$(VERSION) $(DESTDIR)$(LIBPATH)/libswiftclient.so.$(ABI)
	ln -sf libswiftclient.so.$(ABI) $(DESTDIR)$(LIBPATH)/libswiftclient.so
	install -m 644 $(RELEASE)/static/libswiftclient.a $(DESTDIR)$(LIBPATH)/
	install -m 644 $(HEADERS) $(DESTDIR)$(PREFIX)/include/
	sed -e 's|@PREFIX@|$(PC_PREFIX)|' -e 's|@LIBDIR@|$(PC_LIBDIR)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@NATIVE@|$(NATIVE)|' \
	    packaging/swiftclient.pc.in > $(DESTDIR)$(LIBPATH)/pkgconfig/swiftclient.pc
	sed -e 's|@INCLUDEDIR@|$(CMAKE_INCLUDE)|' -e 's|@LIBDIRS@|../..|' packaging/cmake/swiftclient-config.cmake.in \
	    > $(DESTDIR)$(LIBPATH)/cmake/swiftclient/swiftclient-config.cmake
	sed -e 's|@VERSION@|$(VERSION)|' packaging/cmake/swiftclient-config-version.cmake.in \
	    > $(DESTDIR)$(LIBPATH)/cmake/swiftclient/swiftclient-config-version.cmake

uninstall: ## remove what `make install` has installed (the same PREFIX, DESTDIR, LIBDIR)
	rm -f $(DESTDIR)$(LIBPATH)/libswiftclient.so $(DESTDIR)$(LIBPATH)/libswiftclient.so.$(ABI) \
	    $(DESTDIR)$(LIBPATH)/libswiftclient.so.$(VERSION) $(DESTDIR)$(LIBPATH)/libswiftclient.a \
	    $(DESTDIR)$(LIBPATH)/pkgconfig/swiftclient.pc \
	    $(DESTDIR)$(PREFIX)/include/swiftclient.h $(DESTDIR)$(PREFIX)/include/swiftclient.hpp
	rm -rf $(DESTDIR)$(LIBPATH)/cmake/swiftclient

dist: need-dist stage ## pack what `make` has built into target/dist: a tarball, a zip for Windows, Debian packages
	packaging/dist $(TARGET_DIR)/dist

header: ## write include/swiftclient.h anew from the sources, and what Python knows of it
	SWIFTCLIENT_HEADER=update $(CARGO) check --locked
	bindings/python/make-declarations

examples: need-c stage ## build examples-c into target/examples-c
	@mkdir -p $(TARGET_DIR)/examples-c
	@for e in $(EXAMPLES); do \
	    echo "cc examples-c/$$e.c"; \
	    $(CC) -std=c11 -Wall -Wextra -O2 -o $(TARGET_DIR)/examples-c/$$e examples-c/$$e.c \
	        $$(pkg-config --cflags --libs swiftclient) -Wl,-rpath,$(STAGE)/lib || exit 1; \
	done

demo: examples ## watch C programs work on a real OpenStack Swift, started for it
	@SWIFT_DEMO_BIN=$(TARGET_DIR)/examples-c examples-c/demo

test: need-c need-test ## all tests: Rust, C (valgrind), C++, Go, Python, headers, symbols, python-swiftclient beside ours, against a real Swift and Keystone
	@set -e; $(SERVER) status >/dev/null 2>&1 || trap '$(SERVER) stop --wipe >/dev/null 2>&1' EXIT; \
	$(SERVER) start --keystone --tls >/dev/null; \
	$(MAKE) --no-print-directory test-rust test-contract test-c test-cpp test-go test-exchange test-dist; \
	$(MAKE) --no-print-directory test-python; \
	echo; echo "All tests passed."

test-rust:
	$(CARGO) test --locked

# Exported symbols, header and symbols.txt agree; programs made before still run; the headers compile alone, and that of
# C++ has all; every function has a C test, every feature and rule a test; what is installed is found where it was put.
test-contract: stage
	tests/check-symbols $(STAGE)/lib/libswiftclient.so
	tests/check-abi
	tests/check-header
	tests/check-cpp
	tests/check-coverage
	tests/check-install

test-c: need-go stage
	$(CARGO) build --locked --lib
	tests/c/run $(STAGE) $(TARGET_DIR)/debug
	eval "$$($(SERVER) env)"; tests/check-readme $(STAGE) && tests/check-docs $(STAGE)

test-cpp: stage
	tests/cpp/run $(STAGE)

test-go: need-go stage ## the tests of the Go package, against the server of `make server`
	eval "$$($(SERVER) env)"; tests/go/run $(STAGE) $(TARGET_DIR)

WINDOWS := $(TARGET_DIR)/windows
# release, or dev, which is built in less time.
WINDOWS_PROFILE ?= release

windows: need-windows ## cross-build the library for Windows and lay it out under target/windows/stage (on Debian)
	packaging/windows/build $(WINDOWS) $(WINDOWS_PROFILE)
	@install -d $(WINDOWS)/stage/lib/cmake/swiftclient
	@sed -e 's|@INCLUDEDIR@|../../../include|' -e 's|@LIBDIRS@|../..|' packaging/cmake/swiftclient-config.cmake.in \
	    > $(WINDOWS)/stage/lib/cmake/swiftclient/swiftclient-config.cmake
	@sed -e 's|@VERSION@|$(VERSION)|' packaging/cmake/swiftclient-config-version.cmake.in \
	    > $(WINDOWS)/stage/lib/cmake/swiftclient/swiftclient-config-version.cmake

test-windows: need-wine windows ## the library's own tests and C programs under Wine, against the real server
	tests/windows/units $(WINDOWS)
	@set -e; $(SERVER) status >/dev/null 2>&1 || trap '$(SERVER) stop --wipe >/dev/null 2>&1' EXIT; \
	$(SERVER) start --keystone --tls >/dev/null; \
	tests/windows/run $(WINDOWS)/stage $(WINDOWS)/wine

# What one has left on the server, the other takes for what it is; and their results agree.
test-exchange: stage
	tests/exchange/run $(STAGE)

# What is packed works where it is unpacked.
test-dist: need-dist stage
	eval "$$($(SERVER) env)"; tests/check-dist $(TARGET_DIR)/dist

BENCH_WORK := $(TARGET_DIR)/bench

bench: need-bench need-count stage ## measure against other clients and raw sockets; installs them (an hour and more)
	-bench/instructions $(STAGE) $(BENCH_WORK) --count
	@rm -f $(BENCH_WORK)/real.json
	-bench/run $(STAGE) $(BENCH_WORK) --real
	bench/run $(STAGE) $(BENCH_WORK)

bench-quick: need-bench stage ## the same, smaller and less exact (a minute or two)
	bench/run $(STAGE) $(BENCH_WORK) --quick

bench-real: need-bench stage ## trees of small files on the real Swift: wall time and CPU (minutes)
	bench/run $(STAGE) $(BENCH_WORK) --real

bench-instructions: need-count stage ## count instructions, allocations and system calls against those of before (minutes)
	bench/instructions $(STAGE) $(BENCH_WORK)

trials: need-c stage ## try the Service API at full size: 100,000 objects, 5 GiB killed and resumed, faults (many minutes, 16 GB of disk)
	@set -e; $(SERVER) status >/dev/null 2>&1 || trap '$(SERVER) stop --wipe >/dev/null 2>&1' EXIT; \
	$(SERVER) start --keystone --tls >/dev/null; \
	tests/trials/run $(STAGE) $(TARGET_DIR)/trials

test-python: stage ## bindings/python: its own tests, python-swiftclient's, and both side by side
	bindings/python/tests/run $(STAGE) $(TARGET_DIR)/python

test-server: ## test the script that starts the real server
	tests/swift-server/check

DOCS := $(TARGET_DIR)/docs

docs: need-c stage ## the reference as HTML, in target/docs/html
	@tests/need doxygen:doxygen
	@mkdir -p $(DOCS)
	@$(CC) -o $(DOCS)/settings docs/settings.c $$(pkg-config --cflags --libs swiftclient) -Wl,-rpath,$(STAGE)/lib
	@$(DOCS)/settings > $(DOCS)/settings.md
	DOCS_OUT=$(DOCS) DOCS_VERSION=$(VERSION) DOCS_SETTINGS=$(DOCS)/settings.md doxygen docs/Doxyfile
	@echo "$(DOCS)/html/index.html"

lint: ## formatting, clippy and rustdoc, warnings denied
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps --document-private-items

need-bench: need-c
	@tests/need curl-config:libcurl4-openssl-dev libssl.pc:libssl-dev rclone:rclone openssl:openssl

need-count: need-c
	@tests/need valgrind:valgrind strace:strace openssl:openssl

need-dist: need-c
	@tests/need dpkg-shlibdeps:dpkg-dev xz:xz-utils

need-c:
	@tests/need cc:gcc objcopy:binutils pkg-config:pkg-config

need-go:
	@tests/need go:golang gcc:gcc pkg-config:pkg-config

# Debian's own compiler, which for browsers is a current one and comes with the sources of its standard library; rustup's
# has no part in this.
need-windows:
	@tests/need /var/lib/dpkg/info/rustc-web.list:rustc-web /var/lib/dpkg/info/cargo-web.list:cargo-web \
	    /var/lib/dpkg/info/rust-web-src.list:rust-web-src x86_64-w64-mingw32-gcc:gcc-mingw-w64-x86-64

need-wine: need-windows
	@tests/need wine:wine /var/lib/dpkg/info/wine64.list:wine64

need-test:
	@tests/need valgrind:valgrind g++:g++ clang++:clang cmake:cmake abidiff:abigail-tools nm:binutils bzip2:bzip2 openssl:openssl curl:curl libuv.pc:libuv1-dev

server: ## start the real server for experiments; eval "$(tests/swift-server/swift-server env)" shows the way
	$(SERVER) start --keystone --tls

clean: ## remove what was built (the test server included)
	-$(SERVER) stop --wipe
	$(CARGO) clean

# No target here is a file.
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' Makefile)
