# SPDX-License-Identifier: GPL-3.0-or-later
"""What builds and tests see of the environment: they are to come to the same for everybody who runs them. pytest says more
where there is CI or BUILD_NUMBER, programs speak LC_ALL's language, compilers look into LIBRARY_PATH."""

KEPT = frozenset("HOME LD_LIBRARY_PATH LOGNAME PATH PKG_CONFIG_PATH SHELL TERM TMPDIR USER XDG_DATA_DIRS XDG_RUNTIME_DIR".split())
# Where libraries are that somebody has installed for themselves.
KEPT |= frozenset("GDK_PIXBUF_MODULE_FILE GIO_EXTRA_MODULES GIO_MODULE_DIR".split())
# What it takes to fetch a library that the host has not got, which no test is to know.
FETCHING = frozenset("http_proxy https_proxy all_proxy no_proxy SSL_CERT_DIR SSL_CERT_FILE".split())
# Our own settings, the compiler's cache, and what asks for more to be logged.
KEPT_PREFIXES = ("GUILDHALL_", "CCACHE_", "GI_", "GST_", "G_MESSAGES_")
LANGUAGE = {"LANG": "C.UTF-8"}


def kept(environ):
    """Of ENVIRON what a build or a test may know."""
    return {**{name: value for name, value in environ.items() if name in KEPT or name.startswith(KEPT_PREFIXES)}, **LANGUAGE}


def kept_for_fetching(environ):
    """Of ENVIRON what only the setting up of a build may know."""
    return {name: value for name, value in environ.items() if name in FETCHING or name.lower() in FETCHING}
