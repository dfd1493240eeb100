"""A language made of marks: what is said past the catalogue is left without them."""

from __future__ import annotations

from gettext import NullTranslations

LANGUAGE = "ja"
"""One whose dates, weekdays and lists have no Latin letter; its texts are English in marks."""


class Marks(NullTranslations):
    """A catalogue that marks every text, and remembers which were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def gettext(self, message: str) -> str:
        self.asked.add(message)
        return self.marked(message)

    def marked(self, message: str) -> str:
        return f"«{message}»"
