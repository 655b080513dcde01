#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds Guildhall, starts guildhalld --embedded and opens the client. Started by build-aux/run.

    build-aux/run [--server ARGS…] [--client ARGS…]
    build-aux/run --tour DIR

What follows --server or --client, up to the other one, goes to that program. Without a display the
window is served to a web browser, and the address is printed. When the window is closed, or at Ctrl+C, the
server is stopped. --tour plays two people through the main job in windows on a desktop without a
display and leaves DIR/NN-what.png of each step and DIR/tour.json.

build-aux/run writes the signals that it gets to standard input, a number a line.
"""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading

SOURCE = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SOURCE / "tests"))

from fixture.process import Process, TimedOut, wait_until  # noqa: E402  pylint: disable=wrong-import-position

BUILD = SOURCE / "_build-run"
KEEPER = SOURCE / "build-aux" / "testing" / "keeper.py"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ENDED_BY = 128
END_PATIENCE_S = 60
YEAR_S = 365 * 24 * 3600.0
DEFAULT_LISTEN = "127.0.0.1:8448"
BROADWAY_PORTS = range(8085, 8185)


def say(words):
    print(f"run: {words}", flush=True)


class Interrupted(BaseException):
    """A signal that says to end, such as Ctrl+C."""


def heed_no_signals():
    """What is being stopped is not to be interrupted at that."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def on_signal(number, _frame):
    heed_no_signals()
    # Not say(): print() may be what was interrupted. On a terminal, Ctrl+C has left something on the line.
    # Nobody may be left to read it.
    with contextlib.suppress(OSError):
        os.write(1, (b"\n" if number == signal.SIGINT and os.isatty(1) else b"") + b"run: stopping\n")
    raise Interrupted(number)


def heed_signals():
    """Those that reach this process, and those that build-aux/run hands on because they reached it alone."""
    for number in SIGNALS:
        signal.signal(number, on_signal)

    def listen():
        while words := os.read(0, 100):
            for word in words.split():
                os.kill(os.getpid(), int(word))
        # Whoever should hand them on is gone.
        os.kill(os.getpid(), signal.SIGTERM)

    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=listen, daemon=True).start()


def call(words, **options):
    """Runs WORDS to their end; returns the status, and what they said if it is captured. They are ended with whoever
    waits for them."""
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, text=True, start_new_session=True, **options) as process:
        try:
            out, err = process.communicate()
        except Interrupted:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(END_PATIENCE_S)
            process.kill()
            raise
        return process.returncode, (out or "") + (err or "")


def build():
    """Sets up and compiles; the tests have build directories of their own."""
    # Their keeper ends all that they started, too.
    meson = [sys.executable, KEEPER, "meson"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    steps = [("building", ["compile", "-C", BUILD])]
    if not (BUILD / "build.ninja").exists():
        # What an interruption left half made is made anew.
        wipe = ["--wipe"] if (BUILD / "meson-private").exists() else []
        steps.insert(0, ("setting up the build", ["setup", *wipe, "-Dtests=false", BUILD, SOURCE]))
    for what, words in steps:
        say(what)
        status, output = call([*meson, *words], **pipes)
        if status != 0:
            print(output[-8000:], file=sys.stderr)
            raise SystemExit("run: the build failed, see above")


def environment():
    return {
        **os.environ,
        "GUILDHALL_SOURCE": str(SOURCE),
        "GUILDHALL_BUILD": str(BUILD),
        "GUILDHALL_BIN": str(BUILD / "src" / "client" / "guildhall"),
        "GUILDHALLD_BIN": str(BUILD / "src" / "server" / "guildhalld"),
        "GSETTINGS_SCHEMA_DIR": str(BUILD / "data"),
    }


def split_arguments(words):
    """What is for the server, what is for the client, and the tour's directory."""
    parts = {"--server": [], "--client": []}
    tour = None
    into = None
    words = list(words)
    while words:
        word = words.pop(0)
        if word in parts:
            into = parts[word]
        elif into is not None:
            into.append(word)
        elif word == "--tour":
            if not words:
                print("run: --tour needs a directory for its pictures", file=sys.stderr)
                raise SystemExit(64)
            tour = words.pop(0)
        elif word in ("-h", "--help"):
            print(__doc__.strip())
            raise SystemExit(0)
        else:
            print(f"run: '{word}' is not an option; try --help", file=sys.stderr)
            raise SystemExit(64)
    return parts["--server"], parts["--client"], tour


class Session:
    """The processes of one run, ended in reverse order."""

    def __init__(self):
        self.env = environment()
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="guildhall-run-"))
        self._processes = []

    def spawn(self, name, argv, **options):
        process = Process(argv, self.scratch / f"{name}.log", env=self.env, lifetime=YEAR_S, **options)
        self._processes.append(process)
        return process

    def wait(self, process, condition, what, timeout=60):
        def look():
            if not process.running():
                raise TimedOut(f"{process.name} ended with status {process.status}:\n{process.log_tail()}")
            return condition()

        return wait_until(look, what, timeout)

    def close(self):
        heed_no_signals()
        for process in reversed(self._processes):
            try:
                process.stop(60)
            except TimedOut as error:
                print(f"run: {error}", file=sys.stderr)
            process.kill()
        shutil.rmtree(self.scratch, ignore_errors=True)

    # -- The server ---------------------------------------------------------------------------

    def start_server(self, arguments):
        """Starts the daemon and returns the address that it listens on."""
        if "--config" not in arguments and "--embedded" not in arguments:
            arguments = ["--embedded", *arguments]
        stdout_path = self.scratch / "server.out"
        with stdout_path.open("wb") as stdout:
            server = self.spawn("server", [self.env["GUILDHALLD_BIN"], *arguments], stdout=stdout)

        def listening():
            for line in stdout_path.read_text(encoding="utf-8").splitlines():
                if line.startswith("listening on "):
                    return line.removeprefix("listening on ").strip()
            return None

        say("starting the server; the first time it makes its database")
        address = self.wait(server, listening, "the server to listen", 120)
        say(f"the server listens on {address}")
        return address

    # -- The desktop --------------------------------------------------------------------------

    def has_display(self):
        """Whether there is a display whose socket can be reached."""
        display = self.env.get("WAYLAND_DISPLAY")
        if display and pathlib.Path(self.env.get("XDG_RUNTIME_DIR", "/"), display).exists():
            return True
        display = self.env.get("DISPLAY", "")
        if display.startswith(":"):
            return pathlib.Path("/tmp/.X11-unix", "X" + display[1:].split(".")[0]).exists()
        return bool(display)

    def start_bus(self):
        """A session bus and a place for secrets, where no desktop session brings them."""
        if self.env.get("DBUS_SESSION_BUS_ADDRESS"):
            return
        path = self.scratch / "bus"
        self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={path}"
        bus = self.spawn("dbus", ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={path}"])
        self.wait(bus, path.exists, "the session bus")
        if shutil.which("gnome-keyring-daemon") is None:
            return
        keyring = self.spawn(
            "keyring",
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets", f"--control-directory={self.scratch}/keyring"],
            stdin=subprocess.PIPE,
        )
        keyring.stdin.write(b"\n")
        keyring.stdin.close()

    def start_broadway(self):
        """GTK's own server of windows for web browsers."""
        daemon = shutil.which("gtk4-broadwayd")
        if daemon is None:
            raise SystemExit("run: there is no display, and gtk4-broadwayd, which serves windows to a browser, is not installed")
        port = next((port for port in BROADWAY_PORTS if _is_free(port)), None)
        if port is None:
            raise SystemExit(f"run: all ports from {BROADWAY_PORTS[0]} to {BROADWAY_PORTS[-1]} are taken")
        number = port - 8080
        process = self.spawn("broadway", [daemon, "--address", "127.0.0.1", "--port", str(port), f":{number}"])
        self.wait(process, lambda: not _is_free(port), "gtk4-broadwayd to listen")
        self.env.update(GDK_BACKEND="broadway", BROADWAY_DISPLAY=f":{number}", GSK_RENDERER="cairo")
        return f"http://127.0.0.1:{port}/"


def _is_free(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def run(server_arguments, client_arguments):
    session = Session()
    try:
        address = session.start_server(server_arguments)
        session.env["GUILDHALL_LOCAL_SERVER"] = address.split("://", 1)[-1]
        browser = None if session.has_display() else session.start_broadway()
        session.start_bus()
        client = session.spawn("client", [session.env["GUILDHALL_BIN"], *client_arguments])
        if browser:
            say("there is no display here; open the window in a web browser:")
            print(f"\n    {browser}\n", flush=True)
        say("close the window or press Ctrl+C to stop")
        while client.running():
            try:
                client.wait(3600)
            except TimedOut:
                if not client.running():
                    raise
        words = client.log_tail(20)
        if words:
            print(words, file=sys.stderr)
        return 0 if client.status == 0 else 1
    except TimedOut as error:
        print(f"run: {error}", file=sys.stderr)
        return 1
    finally:
        session.close()


def main():
    heed_signals()
    try:
        server_arguments, client_arguments, tour = split_arguments(sys.argv[1:])
        build()
        if tour is not None:
            script = SOURCE / "tests" / "acceptance" / "tour.py"
            return call([sys.executable, script, tour], env=environment())[0]
        return run(server_arguments, client_arguments)
    except Interrupted as interrupted:
        return ENDED_BY + interrupted.args[0]


if __name__ == "__main__":
    sys.exit(main())
