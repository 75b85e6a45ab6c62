#!/bin/sh
# Makes sure that a Chromium is there for the browser tests, as a Debian package where that may be installed.
command -v chromium >/dev/null && exit 0

if command -v apt-get >/dev/null; then
    if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root=no; fi
    if [ "$as_root" != no ]; then
        echo "Installing Chromium for the browser tests"
        export DEBIAN_FRONTEND=noninteractive
        $as_root apt-get -qq update && $as_root apt-get -qq install --no-install-recommends chromium >/dev/null
    fi
fi

command -v chromium >/dev/null && exit 0
echo "*** NO CHROMIUM: THE BROWSER TESTS ARE SKIPPED. Install a chromium and put it on the PATH to run them. ***" >&2
[ "${CI:-}" != true ]
