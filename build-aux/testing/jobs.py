# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs side by side: one builds, the others test with what is built already."""

import threading
import time

from .processes import say, tell
from .results import Result, counted


class Step:
    """Something built. READY is told once; PROBLEM is None when it went well."""

    def __init__(self, name, build):
        self.name = name
        self.build = build
        self.done = False
        self.problem = None
        self.seconds = 0.0


class Job:
    """Tests that need a STEP. RUN returns their results; a SUITE may have several jobs. What has a later TURN than 0 begins
    when nothing is left to build, and nothing of an earlier turn to test."""

    def __init__(self, suite, step, run, name=None, turn=0):
        self.suite = suite
        self.name = name or suite
        self.step = step
        self.run = run
        self.turn = turn


class Schedule:
    """Builds STEPS in their order, and runs JOBS, WIDTH at a time, the first in the list whose step is done first."""

    def __init__(self, steps, jobs, width):
        self.steps = steps
        self._waiting = list(jobs)
        self.width = width
        self._changed = threading.Condition()
        self._interrupted = False
        self._running = []
        self.results = []
        self.seconds = {}

    def run(self):
        """Returns when all is done; what was begun is let go on, or ended by whoever interrupts."""
        threads = [threading.Thread(target=self._build_all, daemon=True)]
        threads += [threading.Thread(target=self._test, daemon=True) for _ in range(self.width)]
        for thread in threads:
            thread.start()
        for thread in threads:
            # In small pieces, so that a signal is heard.
            while thread.is_alive():
                thread.join(0.2)

    def interrupt(self):
        """Nothing more is begun."""
        with self._changed:
            self._interrupted = True
            self._changed.notify_all()

    def _build_all(self):
        for step in self.steps:
            if self._interrupted:
                return
            began = time.monotonic()
            try:
                problem = step.build()
            except KeyboardInterrupt:
                problem = "interrupted"
            except Exception as error:  # pylint: disable=broad-exception-caught
                problem = f"{type(error).__name__}: {error}"
            with self._changed:
                step.seconds = time.monotonic() - began
                step.problem = problem
                step.done = True
                if problem is not None and not self._interrupted:
                    tell(problem)
                    self.results.append(Result("build", step.name, "failed", problem))
                self._changed.notify_all()

    def _next(self):
        with self._changed:
            while self._waiting and not self._interrupted:
                for job in self._waiting:
                    if self._may_begin(job):
                        self._waiting.remove(job)
                        self._running.append(job)
                        return job
                self._changed.wait()
        return None

    def _may_begin(self, job):
        if job.turn == 0:
            return job.step.done
        others = self._waiting + self._running
        return all(step.done for step in self.steps) and all(other.turn >= job.turn for other in others)

    def _test(self):
        while (job := self._next()) is not None:
            began = time.monotonic()
            if job.step.problem is None:
                say(f"{job.name} begins")
                try:
                    results = job.run()
                except KeyboardInterrupt:
                    return
                except Exception as error:  # pylint: disable=broad-exception-caught
                    results = [Result(job.suite, "(the suite)", "failed", f"{type(error).__name__}: {error}")]
            else:
                results = [Result(job.suite, "(the suite)", "failed", f"{job.step.name} could not be built, see above")]
            self._finish(job, results, time.monotonic() - began)

    def _finish(self, job, results, seconds):
        with self._changed:
            self._running.remove(job)
            self._changed.notify_all()
            if self._interrupted:
                return
            self.results += results
            self.seconds[job.suite] = self.seconds.get(job.suite, 0.0) + seconds
        for result in results:
            if result.outcome == "failed" and result.words:
                tell(f"--- {result.suite}: {result.name}\n{result.words}")
        say(f"{job.name}: {counted(results)} in {seconds:.0f} s")
