#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuses an #include that the table of layers in ARCHITECTURE.md does not allow.

The table has the columns folder, prefix, holds, may use. What a layer may use are the last
parts of other layers' folders and the names of libraries in LIBRARIES below; the C library,
POSIX, GLib and GIO need no mention.

    check-layers.py [SOURCE_DIR]
"""

import pathlib
import re
import sys

# What a library is called in the table, and its headers.
LIBRARIES = {
    "libdex": r"libdex\.h|dex/.*",
    "libsodium": r"sodium\.h|sodium/.*",
    "BLAKE3": r"blake3\.h",
    "yyjson": r"yyjson\.h",
    "json-glib": r"json-glib/.*",
    "libpq": r"libpq-fe\.h|libpq/.*|postgres_ext\.h|pg_config.*\.h",
    "libsoup": r"libsoup/.*",
    "liburing": r"liburing\.h",
    "wslay": r"wslay/.*",
    "sqlite3": r"sqlite3\.h",
    "libsecret": r"libsecret/.*",
    "GTK": r"gtk/.*|gdk/.*|gsk/.*|pango/.*|graphene.*|cairo.*",
    "libadwaita": r"adwaita\.h",
    "libspelling": r"libspelling\.h",
    "GtkSourceView": r"gtksourceview/.*",
    "gdk-pixbuf": r"gdk-pixbuf/.*",
    "libpng": r"png\.h",
    "libjpeg-turbo": r"turbojpeg\.h|jpeglib\.h|jerror\.h",
    "libwebp": r"webp/.*",
    "libavif": r"avif/.*",
    "libexif": r"libexif/.*",
    "libseccomp": r"seccomp\.h",
    "cmark": r"cmark\.h",
    "GStreamer": r"gst/.*",
    "GnuTLS": r"gnutls/.*",
    "libportal": r"libportal/.*|libportal-gtk4/.*",
    "libpipewire": r"pipewire/.*|spa/.*",
    "enchant": r"enchant\.h|enchant-2/.*",
}

EVERYWHERE = re.compile(
    r"(glib|glib-object|glib-unix|gmodule)\.h|glib/.*|gio/.*|gobject/.*"
    r"|(assert|complex|ctype|dirent|dlfcn|endian|errno|fcntl|fenv|float|fnmatch|getopt|glob|grp|iconv|ifaddrs|inttypes"
    r"|iso646|langinfo|libgen|limits|link|locale|malloc|math|mntent|netdb|poll|pthread|pty|pwd|regex|sched|search"
    r"|semaphore|setjmp|shadow|signal|spawn|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn"
    r"|string|strings|sysexits|syslog|termios|tgmath|threads|time|uchar|ucred|unistd|utime|wchar|wctype)\.h"
    r"|(sys|linux|asm|arpa|net|netinet|bits|sanitizer)/.*"
)

GENERATED = re.compile(r".*-(resources|enums|enum-types|dbus|migrations)\.h|config\.h")
INCLUDE = re.compile(r'^\s*#\s*(?:include|import)\s*([<"])([^>"]+)[>"]')


class Table:
    """The layers by folder, each with the names of what it may use."""

    def __init__(self, text):
        self.layers = {}
        self.problems = []
        for line in text.splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if len(cells) < 4 or not cells[0].startswith("`src/"):
                continue
            folder = cells[0].strip("`").rstrip("/")
            words = [word.strip().strip("`") for word in re.split(r"[,;]", cells[3])]
            self.layers[folder] = [word for word in words if word and word != "-"]
        self.names = {}
        for folder in self.layers:
            for name in {folder, folder.removeprefix("src/"), folder.rsplit("/", 1)[-1]}:
                self.names.setdefault(name, []).append(folder)
        self._check()

    def _check(self):
        if not self.layers:
            self.problems.append("ARCHITECTURE.md has no table of layers with rows that begin with `src/…`")
        for folder, uses in self.layers.items():
            for word in uses:
                found = self.names.get(word, [])
                if len(found) > 1:
                    self.problems.append(f"the row of {folder} names '{word}', which may be any of {', '.join(found)}")
                elif not found and word not in LIBRARIES and word not in ("GLib", "GIO"):
                    self.problems.append(f"the row of {folder} names '{word}', which is neither a layer nor a known library")
        for folder in self.layers:
            if self._reaches(folder, folder, set()):
                self.problems.append(f"{folder} uses itself by way of other layers")

    def _reaches(self, start, goal, seen):
        for below in self.folders_used_by(start):
            if below == goal:
                return True
            if below not in seen:
                seen.add(below)
                if self._reaches(below, goal, seen):
                    return True
        return False

    def folders_used_by(self, folder):
        return [self.names[word][0] for word in self.layers[folder] if word in self.names]

    def layer_of(self, path):
        """The layer that PATH, relative to the source tree, lies in; the longest row that fits."""
        fits = [folder for folder in self.layers if path == folder or path.startswith(folder + "/")]
        return max(fits, key=len, default=None)


def library_of(header):
    for name, pattern in LIBRARIES.items():
        if re.fullmatch(pattern, header):
            return name
    return None


def check(source_dir):
    """Returns the list of what is wrong and the number of files that were read."""
    source_dir = pathlib.Path(source_dir)
    table = Table((source_dir / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    problems = table.problems
    files = sorted(path for pattern in ("*.c", "*.h") for path in (source_dir / "src").rglob(pattern))
    homes = {}
    for path in files:
        if path.suffix == ".h":
            homes.setdefault(path.name, []).append(path.relative_to(source_dir).as_posix())
    for name, paths in homes.items():
        if len(paths) > 1:
            problems.append(f"{name} is the name of more than one header: {', '.join(paths)}")

    for path in files:
        relative = path.relative_to(source_dir).as_posix()
        layer = table.layer_of(relative)
        if layer is None:
            problems.append(f"{relative}: ARCHITECTURE.md's table has no row for this folder")
            continue
        allowed = table.folders_used_by(layer)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if match:
                problem = judge(table, layer, allowed, homes, *match.groups())
                if problem:
                    problems.append(f"{relative}:{number}: {problem}")
    return problems, len(files)


def judge(table, layer, allowed, homes, bracket, header):
    name = header.rsplit("/", 1)[-1]
    if name in homes and (bracket == '"' or "/" not in header):
        home = table.layer_of(homes[name][0])
        if home in allowed or home == layer:
            return None
        return f"{layer} may not use {home} (it includes {header})"
    library = library_of(header)
    if library is not None:
        return None if library in table.layers[layer] else f"{layer} may not use {library} (it includes {header})"
    if EVERYWHERE.fullmatch(header) or (bracket == '"' and GENERATED.fullmatch(header)):
        return None
    return f"{header} is neither in this project nor a header of a library that {sys.argv[0].rsplit('/', 1)[-1]} knows"


def main():
    source_dir = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    problems, count = check(source_dir)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"{len(problems)} includes or rows are not as ARCHITECTURE.md's table of layers has them", file=sys.stderr)
        return 1
    print(f"{count} files include only what their layer may use")
    return 0


if __name__ == "__main__":
    sys.exit(main())
