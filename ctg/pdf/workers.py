"""The processes that draw chapters: started at the first PDF, kept warm, replaced when they die."""

import gc
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import connection, get_context, parent_process
from typing import Any

from ctg.pdf import PdfUnavailable

ATTEMPTS = 3
PATIENCE = 120  # seconds without any chapter: something hangs
IDLE = 300  # seconds
MUCH = 600_000  # objects that nobody looked at: about 120 MB

_pool: ProcessPoolExecutor | None = None
_lock = threading.Lock()


def run(
    function: Callable[..., None], jobs: list[tuple[Any, ...]], processes: int
) -> Generator[int, None, None]:
    """Call the function with each job, side by side; yields how many are done as they are.

    Without processes, here and one after the other. The jobs left are given again when a process
    dies; closing the iteration drops those not begun. Raises what a job raised; PdfUnavailable when
    processes keep dying or one does not answer.
    """
    if not processes:
        for done, job in enumerate(jobs, 1):
            function(*job)
            yield done
        return
    with _rest.until_later():
        yield from _side_by_side(function, jobs, processes)


def _side_by_side(
    function: Callable[..., None], jobs: list[tuple[Any, ...]], processes: int
) -> Generator[int, None, None]:
    left = dict(enumerate(jobs))
    for _ in range(ATTEMPTS):
        pool = _started(processes)
        try:
            futures = {pool.submit(_run, function, *job): number for number, job in left.items()}
        except (BrokenProcessPool, RuntimeError):
            _stop(pool)
            continue
        try:
            for future in _as_they_come(futures):
                future.result()
                del left[futures[future]]
                yield len(jobs) - len(left)
            return
        except (BrokenProcessPool, CancelledError, TimeoutError):
            _stop(pool)
        finally:
            for future in futures:
                future.cancel()
    raise PdfUnavailable(
        "Le PDF n’a pas pu être produit : les processus qui le dessinent s’arrêtent."
    )


def tidy(processes: int) -> None:
    """Nothing is left to draw for now: each process frees what the chapters left."""
    if pool := _pool:
        with suppress(BrokenProcessPool, RuntimeError):
            for _ in range(processes):
                pool.submit(gc.collect)


def _run(function: Callable[..., None], *job: Any) -> None:
    """In the process: garbage waits, as looking for it costs a fifth of a chapter."""
    function(*job)
    if gc.get_count()[0] > MUCH:
        gc.collect()


def _as_they_come(futures: dict[Future[None], int]) -> Iterator[Future[None]]:
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, PATIENCE, return_when="FIRST_COMPLETED")
        if not done:
            raise TimeoutError
        yield from done


def _started(processes: int) -> ProcessPoolExecutor:
    global _pool
    with _lock:
        if _pool is None:
            _pool = ProcessPoolExecutor(
                max_workers=processes,
                mp_context=get_context("spawn"),
                initializer=_begin,
            )
        return _pool


def _stop(pool: ProcessPoolExecutor) -> None:
    """A pool that lost a process is of no use; one that hangs must not stay behind."""
    global _pool
    with _lock:
        if _pool is pool:
            _pool = None
    for process in list((pool._processes or {}).values()):
        process.kill()
    pool.shutdown(wait=False, cancel_futures=True)


class _Rest:
    """After a while without a PDF, the processes give their memory back."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.runs = 0
        self.timer: threading.Timer | None = None

    @contextmanager
    def until_later(self) -> Iterator[None]:
        with self.lock:
            self.runs += 1
            if self.timer:
                self.timer.cancel()
        try:
            yield
        finally:
            with self.lock:
                self.runs -= 1
                if not self.runs:
                    self.timer = threading.Timer(IDLE, self._stop_if_idle)
                    self.timer.daemon = True
                    self.timer.start()

    def _stop_if_idle(self) -> None:
        with self.lock:
            if not self.runs and _pool:
                _stop(_pool)


_rest = _Rest()


def _begin() -> None:
    """In the new process: Ctrl C is for the parent, and no parent means no reason to live.

    Garbage is freed between chapters, by _run and tidy.
    """
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent.sentinel,), daemon=True).start()


def _leave_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
