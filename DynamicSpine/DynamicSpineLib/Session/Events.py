"""Telling several listeners that something happened, without Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec

Arguments = ParamSpec("Arguments")


class Event(Generic[Arguments]):
    """Something that happens again and again; whoever listens is called in the order of listening."""

    def __init__(self) -> None:
        self._listeners: list[Callable[Arguments, None]] = []

    def listen(self, listener: Callable[Arguments, None]) -> Callable[[], None]:
        """Call `listener` from now on; the function returned ends that."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def tell(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        """Call every listener; those that come or go meanwhile count from the next time on."""
        for listener in list(self._listeners):
            listener(*args, **kwargs)

    @property
    def listenerCount(self) -> int:
        """How many listen, for tests of leaks."""
        return len(self._listeners)
