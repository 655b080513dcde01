# SPDX-License-Identifier: GPL-3.0-or-later
"""What the runner starts, what it says, and the place where tests write."""

import contextlib
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

SOURCE = pathlib.Path(__file__).resolve().parents[2]
KEEPER = pathlib.Path(__file__).with_name("keeper.py")
END_PATIENCE_S = 30

_print_lock = threading.Lock()


def tell(line):
    """Prints a line, in one piece, whoever else prints."""
    with _print_lock:
        print(line, flush=True)


def say(words):
    tell(f"test: {words}")


class Processes:
    """All that run now, so that an interruption can end them."""

    def __init__(self):
        self._lock = threading.Lock()
        self._running = set()
        self.ended = False

    def run(self, words, env, log_path, echo=None, limit_s=None):
        """Runs WORDS with their output in a file; with ECHO each line is printed too, behind that word. Returns
        the exit status, or None when they took longer than LIMIT_S. Nothing that they started is left."""
        log_path.parent.mkdir(parents=True, exist_ok=True)
        late = threading.Event()
        with log_path.open("wb") as log:
            process = self._start([sys.executable, str(KEEPER), *map(str, words)], env, log if echo is None else subprocess.PIPE)
            timer = threading.Timer(limit_s or threading.TIMEOUT_MAX, lambda: (late.set(), process.terminate()))
            timer.daemon = True
            timer.start()
            try:
                for line in process.stdout or ():
                    log.write(line)
                    tell(f"{echo} | {line.decode('utf-8', 'replace').rstrip()}")
                status = process.wait()
            finally:
                timer.cancel()
                self._forget(process)
        return None if late.is_set() else status

    def _start(self, words, env, stdout):
        with self._lock:
            if self.ended:
                raise KeyboardInterrupt
            process = subprocess.Popen(  # pylint: disable=consider-using-with
                words, env=env, cwd=SOURCE, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.STDOUT, start_new_session=True
            )
            self._running.add(process)
            return process

    def _forget(self, process):
        with self._lock:
            self._running.discard(process)

    def end(self):
        """Ends all that run, and lets nothing more start. Their keepers see to what they started."""
        with self._lock:
            self.ended = True
            running = list(self._running)
        for process in running:
            process.terminate()
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(END_PATIENCE_S)


class Scratch:
    """A place for what the tests write, short enough for Unix sockets. It is held by a lock, so that the next run
    can tell what one that was killed left behind, and remove it."""

    PREFIX = "gt-"

    def __init__(self):
        parent = pathlib.Path(tempfile.gettempdir())
        for path in parent.glob(f"{self.PREFIX}*"):
            self._remove_if_left(path)
        self.path = tempfile.mkdtemp(prefix=self.PREFIX)
        self._lock = self._open_lock(self.path, os.O_CREAT)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    @staticmethod
    def _open_lock(path, flags=0):
        return os.open(os.path.join(path, ".lock"), os.O_RDWR | os.O_CLOEXEC | flags, 0o600)

    def _remove_if_left(self, path):
        try:
            lock = self._open_lock(path)
        except OSError:
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._remove(path)
        except BlockingIOError:
            pass
        finally:
            os.close(lock)

    @staticmethod
    def _remove(path):
        # A test may have taken permissions away to see what happens.
        subprocess.run(["chmod", "-R", "u+rwX", path], stderr=subprocess.DEVNULL, check=False)
        shutil.rmtree(path, ignore_errors=True)

    def remove(self):
        self._remove(self.path)
        os.close(self._lock)
