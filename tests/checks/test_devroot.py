#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves that build-aux/devroot makes a root once and wholly, however it is interrupted, and says what it lacks. Speaks TAP.

What downloads gigabytes is played by a script: mmdebstrap, and apt, which must not change this machine. All else is real.
"""

import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

DEVROOT = pathlib.Path(sys.argv[1]) / "build-aux" / "devroot"
PATIENCE_S = 60
PLAYED = ("apt-get", "apt-config", "apt", "mmdebstrap", "bwrap", "newuidmap")
MMDEBSTRAP = """#!/bin/sh
# Into a tar stream or into a directory, as it is told to.
echo "$$" >>"$CALLS"
for last; do before=$target; target=$word; word=$last; done
mode=$(cat "$HOW")
{ echo "0 upgraded, 400 newly installed"; n=0; while [ $n -lt 400 ]; do n=$((n + 1)); echo "Get:$n http://mirror/x.deb"; done; } >&2
case $mode in
  slow) sleep 600 ;;
  fails) echo "E: The mirror has gone away" >&2; exit 25 ;;
esac
tree=$(mktemp -d)
mkdir -p "$tree/etc" "$tree/var/lib/apt/lists/partial" "$tree/var/cache/apt"
echo "root:x:0:0::/:/bin/sh" >"$tree/etc/passwd"
echo "root:x:0:" >"$tree/etc/group"
case "$*" in
  *--format=tar*) tar -c -C "$tree" . ;;
  *) for word; do [ -d "$word" ] && cp -r "$tree/." "$word"; done ;;
esac
rm -r "$tree"
"""


def heed_signals():
    """Whoever runs this in the background or with nohup has some of them ignored, which a shell cannot undo."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Stage:
    """A machine as far as the script sees it: its programs, but for some, and a home of its own."""

    def __init__(self, path, *with_programs):
        self.path = path
        self.tools = path / "tools"
        self.cache = path / "cache" / "guildhall" / "devroot"
        self.how = path / "how"
        self.calls = path / "calls"
        self.tools.mkdir()
        self.set("well")
        for folder in ("/usr/bin", "/bin", "/usr/sbin"):
            for program in pathlib.Path(folder).iterdir():
                link = self.tools / program.name
                if program.name not in PLAYED and not link.is_symlink():
                    link.symlink_to(program)
        self.add(*with_programs)

    def add(self, *programs):
        for name in programs:
            text = MMDEBSTRAP if name == "mmdebstrap" else "#!/bin/sh\nexit 0\n"
            (self.tools / name).write_text(text, encoding="utf-8")
            (self.tools / name).chmod(0o755)

    def set(self, how):
        self.how.write_text(how, encoding="utf-8")

    def start(self):
        env = {name: os.environ[name] for name in ("LANG",) if name in os.environ}
        env |= {"PATH": str(self.tools), "HOME": str(self.path), "XDG_CACHE_HOME": str(self.path / "cache"), "TMPDIR": str(self.path)}
        env |= {"HOW": str(self.how), "CALLS": str(self.calls)}
        return subprocess.Popen(  # pylint: disable=consider-using-with,subprocess-popen-preexec-fn
            [DEVROOT, "--path"], env=env, cwd=self.path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, start_new_session=True, preexec_fn=heed_signals,
        )

    def run(self):
        return finish(self.start())

    def n_calls(self):
        return len(self.callers())

    def callers(self):
        return [int(line) for line in self.calls.read_text(encoding="utf-8").split()] if self.calls.exists() else []

    def halves(self):
        return [path.name for path in self.cache.glob("part.*")]

    def roots(self):
        return [path for path in self.cache.glob("?" * 16) if path.is_dir()]


def finish(process):
    """Its status, and what it said to standard output and to standard error."""
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out.strip(), err


def wait_until(condition):
    limit = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > limit:
            raise TimeoutError("waited in vain")
        time.sleep(0.02)


def is_gone(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def lacking(path):
    status, _, err = Stage(path).run()
    yield "without apt it says what to install", status == 69 and "Install mmdebstrap (it needs apt), bubblewrap" in err, err
    yield "and what this machine lacks", "cannot be used directly, because it lacks" in err, err


def lacking_with_apt(path):
    status, _, err = Stage(path, "apt-get", "apt-config", "newuidmap").run()
    yield "an ordinary user is told what to have installed", status == 69 and "sudo apt-get install mmdebstrap bubblewrap" in err, err


def whole(path):
    stage = Stage(path, *PLAYED)
    status, root, err = stage.run()
    yield "a root is made", status == 0 and (pathlib.Path(root) / "etc" / "passwd").exists() and stage.roots() == [pathlib.Path(root)], err
    yield "it says how far it is", "%, downloading (400 packages" in err and "the build root is ready" in err, err
    yield "nothing is left beside it", not stage.halves(), stage.halves()
    (stage.tools / "mmdebstrap").unlink()
    again = stage.run()
    yield "it is made once, and then needs nobody", again == (0, root, "") and stage.n_calls() == 1, again


def interrupted(path, number):
    stage = Stage(path, *PLAYED)
    stage.set("slow")
    process = stage.start()
    wait_until(stage.callers)
    os.kill(process.pid, number)
    # To the end of all that was said: whoever still runs could say something.
    status, _, err = finish(process)
    yield f"{number.name} ends it", status == 130 and "nothing half-made is left" in err, (status, err)
    yield f"and leaves nothing ({number.name})", not stage.halves() and not stage.roots(), stage.halves()


def killed(path):
    stage = Stage(path, *PLAYED)
    stage.set("slow")
    process = stage.start()
    wait_until(stage.callers)
    process.kill()
    process.wait(PATIENCE_S)
    wait_until(lambda: is_gone(stage.callers()[0]))
    with contextlib.suppress(ProcessLookupError):
        os.killpg(stage.callers()[0], signal.SIGKILL)
    process.communicate(timeout=PATIENCE_S)
    yield "after kill -9 there is no root", not stage.roots(), stage.roots()
    stage.set("well")
    status, _, err = stage.run()
    yield "and the next one makes it", status == 0 and len(stage.roots()) == 1, err
    yield "having cleared away", "removing what an interrupted run left behind" in err and not stage.halves(), err


def failed(path):
    stage = Stage(path, *PLAYED)
    stage.set("fails")
    status, _, err = stage.run()
    yield "a failure is told", status == 1 and "E: The mirror has gone away" in err and "could not be made" in err, (status, err)
    yield "with all that was said", "Get:400" in (stage.cache / "failed.log").read_text(encoding="utf-8"), ""
    yield "and nothing is left", not stage.halves() and not stage.roots(), stage.halves()


def together(path):
    stage = Stage(path, *PLAYED)
    stage.set("slow")
    first = stage.start()
    wait_until(stage.callers)
    second = stage.start()
    # It says so before it waits.
    words = second.stderr.readline()
    yield "a second one waits for the first", "another devroot is making the build root; waiting for it" in words, words
    stage.set("well")
    os.kill(first.pid, signal.SIGTERM)
    finish(first)
    status, root, err = finish(second)
    yield "and makes it when that was interrupted", status == 0 and stage.roots() == [pathlib.Path(root)] and stage.n_calls() == 2, err


def cases():
    for story, *more in (
        (lacking,), (lacking_with_apt,), (whole,), (interrupted, signal.SIGINT), (interrupted, signal.SIGTERM), (interrupted, signal.SIGHUP),
        (killed,), (failed,), (together,),
    ):
        with tempfile.TemporaryDirectory() as directory:
            yield from story(pathlib.Path(directory), *more)


def main():
    if os.geteuid() == 0:
        print("1..0 # SKIP root would have apt install things")
        return 0
    count = failures = 0
    for count, (name, passed, words) in enumerate(cases(), 1):
        print(f"{'ok' if passed else 'not ok'} {count} - {name}", flush=True)
        if not passed:
            failures += 1
            for line in str(words).splitlines():
                print(f"# {line}")
    print(f"1..{count}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
