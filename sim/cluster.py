"""Replications on the workers of a Dask cluster (extra ``cluster``)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, InvalidStateError
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from sim.errors import PlannerError
from sim.identity import differences, identity
from sim.said import listed, phrase

if TYPE_CHECKING:
    from distributed import Client

ANSWERS_WITHIN_SECONDS: Final = 10
"""How long a cluster may take to answer."""
GONE_AFTER_SECONDS: Final = 60
"""How long a cluster may be without a worker while a study runs."""
_LOOKS_EVERY_SECONDS: Final = 2
_SCHEMES: Final = ("tcp", "tls")


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """Connect to a cluster, all of whose workers have the same versions as this process.

    Parameters
    ----------
    address
        Of its scheduler: ``tcp://HOST:PORT`` or ``tls://HOST:PORT``.

    Yields
    ------
    tuple
        What runs replications there, and how many at once.

    Raises
    ------
    PlannerError
        If the address is none, nobody answers there within 10 seconds, there is no worker, one
        has other versions, or all are lost while a study runs.
    """
    checked(address)
    client = _connected(address)
    executor = OnCluster(client)
    with _closing(client), _watched(client, address, executor.lose):
        refuse_workers(address, _identities(client, address))
        from distributed.scheduler import KilledWorker

        try:
            yield executor, max(sum(client.nthreads().values()), 1)
        except CancelledError:
            raise PlannerError(
                phrase(
                    "{address}: the cluster was lost: its scheduler ended, or it had no worker for "
                    "{seconds} seconds.",
                    address=address,
                    seconds=GONE_AFTER_SECONDS,
                )
            ) from None
        except KilledWorker:
            raise PlannerError(
                phrase(
                    "{address}: a replication was tried on several workers and each of them died: "
                    "they were ended from outside, or there was no memory left. Try fewer days.",
                    address=address,
                )
            ) from None


class OnCluster(Executor):
    """A cluster as an executor whose futures end when the cluster is lost.

    Dask's own wait for ever then.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self._executor = client.get_executor(pure=False)
        self._open: set[Future[Any]] = set()
        self._lost = False

    def submit(self, function: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        """Have a function run on a worker."""
        ours: Future[Any] = Future()
        self._open.add(ours)
        if self._lost:
            self.lose()
        else:
            theirs = self._executor.submit(function, *args, **options)
            theirs.add_done_callback(partial(self._ends, ours))
        return ours

    def _ends(self, ours: Future[Any], theirs: Future[Any]) -> None:
        self._open.discard(ours)
        with suppress(InvalidStateError):
            try:
                ours.set_result(theirs.result())
            except (Exception, CancelledError) as error:
                ours.set_exception(error)

    def lose(self) -> None:
        """End all that is under way, since nobody else would ever say so."""
        self._lost = True
        for ours in tuple(self._open):
            with suppress(InvalidStateError):
                ours.set_exception(CancelledError())

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more functions."""
        self._executor.shutdown(wait=wait and not self._lost, cancel_futures=cancel_futures)


def checked(address: str) -> None:
    """Raise a :class:`PlannerError` for what is no address of a scheduler."""
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = None
    whole = f"{parts.scheme}://{parts.netloc}" == address
    if parts.scheme not in _SCHEMES or not parts.hostname or not port or not whole:
        raise PlannerError(
            phrase(
                "cluster: expected the address of a Dask scheduler, such as tcp://host:8786, "
                "found {address}",
                address=repr(address),
            )
        )


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        raise PlannerError(
            phrase(
                'A cluster needs the extra "cluster". Install it, in the folder of onestop, with: '
                'pip install ".[cluster]"'
            )
        ) from None
    try:
        return Client(address, timeout=ANSWERS_WITHIN_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise PlannerError(
            phrase(
                "{address}: no cluster answers there within {seconds} seconds ({reason}). Is the "
                "scheduler running (dask scheduler), and can it be reached from here?",
                address=address,
                seconds=ANSWERS_WITHIN_SECONDS,
                reason=reason,
            )
        ) from None


def _identities(client: Client, address: str) -> dict[str, Any]:
    try:
        client.wait_for_workers(1, timeout=ANSWERS_WITHIN_SECONDS)
    except TimeoutError:
        raise PlannerError(
            phrase(
                "{address}: the cluster has no workers. Start some with: dask worker {address} "
                "--nthreads 1",
                address=address,
            )
        ) from None
    found: dict[str, Any] = client.run(identity, on_error="return")
    return found


def refuse_workers(address: str, identities: dict[str, Any]) -> None:
    """Raise a :class:`PlannerError` that says in what workers differ from this process."""
    lines = []
    for worker, theirs in identities.items():
        if not isinstance(theirs, dict):
            lines.append(_unusable(worker, theirs))
        elif found := differences(theirs, identity()):
            told = listed(found, "; ")
            lines.append(phrase("{worker}: {differences}", worker=worker, differences=told))
    if lines:
        others = phrase(
            "{address}: workers would give other results than this machine.", address=address
        )
        hint = phrase("Install the same versions on every machine.")
        raise PlannerError(listed([listed([others, *lines], "\n  "), hint], "\n"))


def _unusable(worker: str, reason: object) -> str:
    return phrase(
        "{worker}: onestop-sim cannot be used there ({reason})", worker=worker, reason=reason
    )


@contextmanager
def _closing(client: Client) -> Iterator[None]:
    try:
        yield
    finally:
        with suppress(OSError, TimeoutError):
            client.close(timeout=ANSWERS_WITHIN_SECONDS)


@contextmanager
def _watched(client: Client, address: str, give_up: Callable[[], None]) -> Iterator[None]:
    """Give up when there has been no worker for a minute: nobody else would ever say so."""
    done = threading.Event()

    def watch() -> None:
        seen = time.monotonic()
        while not done.wait(_LOOKS_EVERY_SECONDS):
            with suppress(Exception):
                seen = time.monotonic() if client.nthreads() else seen
            if time.monotonic() - seen > GONE_AFTER_SECONDS:
                give_up()
                return

    thread = threading.Thread(target=watch, name=f"watch {address}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
