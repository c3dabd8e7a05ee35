"""The section Review, the surgeon's screen: what the case says, with nothing to mark and nothing to scroll."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Findings.Speech import positionWords
from DynamicSpineLib.Reports.FirstScreen import notExaminedLine, numberingLine
from DynamicSpineLib.Session.ReviewCells import gridSentence
from DynamicSpineLib.Session.ReviewContent import KeySentence, ReviewContent
from DynamicSpineLib.Session.ReviewLinks import Link, Stop
from DynamicSpineLib.Session.ReviewRules import cellSentences, rulesSentence
from DynamicSpineLib.Session.ReviewTexts import orderedSentences, plainText, saidBy, shortText
from DynamicSpineLib.Session.ReviewWalk import firstLook, nextStop, placeToShow, rowOf, stepped, stopIndex
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Wording.Texts import levelLabel
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.LevelGrid import LevelGrid
from DynamicSpineWidgets.PanelContext import PanelContext
from DynamicSpineWidgets.ReviewKey import keyText
from DynamicSpineWidgets.Section import Section
from DynamicSpineWidgets.SentenceLinks import SentenceLinks

MOST_SENTENCES = 5


class ReviewSection(Section):
    """Grid, sentences, and the text for the dictation; each place in them is a way to its pictures."""

    def __init__(self, context: PanelContext) -> None:
        super().__init__(context)
        ui = self.ui
        self.grid = LevelGrid(ui.gridTable, self._cellChosen, self._rules, self._showLegend)
        self.sentences = SentenceLinks(ui.sentencesLayout, MOST_SENTENCES, self._sentenceChosen)
        self._drawn: ReviewContent | None = None
        self._isFresh, self._lastStop = True, -1
        self._pointing: tuple[Chosen, int] | None = None
        ui.copyButton.clicked.connect(self.copyText)
        ui.nextButton.clicked.connect(self.goToNext)
        ui.layButton.clicked.connect(self.layOver)
        ui.keyButton.toggled.connect(self._keyToggled)
        self._showContent(None)
        self._stops = [
            context.results.changed.listen(self._resultsChanged), context.sessionChanged.listen(self._sessionChanged),
            context.selection.changed.listen(self._selectionChanged),
        ]  # fmt: skip

    def keyBindings(self) -> list[tuple[str, Callable[..., None]]]:
        return [
            ("Up", lambda: self.step(levels=-1)), ("Down", lambda: self.step(levels=1)),
            ("Left", lambda: self.step(positions=-1)), ("Right", lambda: self.step(positions=1)),
            ("W", self.goToNext), ("O", self.layOver), ("C", self.copyText),
        ]  # fmt: skip

    def cleanup(self) -> None:
        for stop in self._stops:
            stop()

    # --- moments ---

    def opened(self) -> None:
        self._lookFirst()

    def _sessionChanged(self) -> None:
        self._isFresh, self._lastStop, self._pointing = True, -1, None
        self.refresh()

    def _resultsChanged(self) -> None:
        self.refresh()
        self._lookFirst()

    def _selectionChanged(self, before: Chosen, now: Chosen) -> None:
        if now.place and now.place != before.place:
            self._isFresh = False
        self._showChosen()

    def _lookFirst(self) -> None:
        """Go to the worst place of a case that was just opened, where the user has not gone anywhere yet."""
        case, content = self._case, self._content
        if not self._isFresh or case is None or content is None or not self.widget.visible:
            return
        stop = firstLook(content)
        self._isFresh = False
        if stop is not None:
            self._go(placeToShow(case, stop), stop.position, stop.compared, saidBy(content, stop))

    # --- showing ---

    @property
    def _case(self) -> Case | None:
        session = self.context.session
        return session.case if session is not None and session.isOpen else None

    @property
    def _content(self) -> ReviewContent | None:
        """What is shown of the results; None where there is nothing to review."""
        review = self.context.results.review
        return review if review is not None and review.isReadable and self._case is not None else None

    def refresh(self) -> None:
        case, content, ui = self._case, self._content, self.ui
        self._showTitle(case)
        self._say(self._state(case))
        self.grid.show(case, content)
        ui.gridTable.visible = case is not None and bool(case.positions)
        if content is not self._drawn:
            self._drawn = content
            self._showContent(content)
        isCurrent = content is not None and not content.outdated
        ui.copyButton.enabled = isCurrent
        ui.nextButton.enabled = content is not None and bool(content.stops)
        ui.layButton.enabled = case is not None and len(case.positions) > 1
        self._showChosen()

    def _showTitle(self, case: Case | None) -> None:
        ui = self.ui
        ui.titleLabel.visible = case is not None
        if case is None:
            return
        # Unverified level names are the one thing on this screen that must not be overlooked.
        line = escape(numberingLine(case))
        numbering = line if case.numbering.isConfirmed else f"<b>{line}</b>"
        absent = escape(notExaminedLine(case)) if case.positions else ""
        parts = (f"<b>{escape(case.caseId)}</b> \N{MIDDLE DOT} {numbering}", absent, escape(self._readingShown()))
        ui.titleLabel.text = " ".join(part for part in parts if part)

    def _readingShown(self) -> str:
        """Whose reading this is, where the case has more than one."""
        told = self.context.results.told
        if len(told) < 2:
            return ""
        return _("Shown: reading {reading} of {reader}, the first of {count}.").format(
            reading=told[0].reading, reader=told[0].reader or _("no name"), count=len(told))  # fmt: skip

    def _state(self, case: Case | None) -> str:
        """What stands in the way of the results; empty where they are there and current."""
        results = self.context.results
        if case is None:
            return _("No case is open.")
        if results.problem:
            return results.problem
        if results.review is None:
            return _("Measuring ...")
        return results.review.missing or results.review.outdated

    def _say(self, text: str) -> None:
        self.ui.stateLabel.text = text
        self.ui.stateLabel.visible = bool(text)

    def _showContent(self, content: ReviewContent | None) -> None:
        ui = self.ui
        for widget in (ui.legendLabel, ui.keyButton, ui.nextButton, ui.layButton, ui.copyButton):
            widget.visible = content is not None
        ui.keyLabel.visible = content is not None and ui.keyButton.checked
        if content is None:
            self.sentences.show([])
            return
        self.sentences.show([(self._sentenceText(content, item), item.isHeadline, self._leadsTo(item.link))
                             for item in orderedSentences(content)[:MOST_SENTENCES]])  # fmt: skip
        ui.copyButton.toolTip = _("<p>{text}</p><p>Copies this text (C).</p>").format(text=escape(content.dictation))
        ui.keyLabel.text = keyText(content)
        ui.keyButton.toolTip = ui.keyLabel.text
        self._showLegend()

    def _showLegend(self) -> None:
        content = self._content
        if content is None:
            return
        texts = [gridSentence(content, self.grid.wordings)]
        if content.provisional:
            isSaid = any(item.id == "provisional" for item in content.sentences)
            texts.append(_("Hatched: provisional.") if isSaid
                         else _("Hatched: provisional, no reader has accepted the marks yet."))  # fmt: skip
        self.ui.legendLabel.text = " ".join(texts)

    def _sentenceText(self, content: ReviewContent, item: KeySentence) -> str:
        """A sentence; where only some are provisional, those say so in a word."""
        text = shortText(item.text)
        some = item.provisional and not all(other.provisional for other in content.sentences)
        return _("{sentence} (provisional)").format(sentence=text) if some else text

    def _leadsTo(self, link: Link | Stop) -> str:
        """Where a sentence leads, in words."""
        case, place = self._case, levelLabel(link.level or link.gridLevel)
        if case is None or not link.position:
            return _("Shows {place}").format(place=place)
        shown = positionWords(case, link.position)
        if not link.compared:
            return _("Shows {place} in {position}").format(place=place, position=shown)
        return _("Shows {place} in {position}, beside {other}").format(
            place=place, position=shown, other=positionWords(case, link.compared))  # fmt: skip

    def _keyToggled(self, isShown: bool) -> None:
        self.ui.keyLabel.visible = isShown

    def _showChosen(self) -> None:
        """Mark the chosen cell and sentence, and say what is there in words."""
        case, content, chosen = self._case, self._content, self.context.selection.now
        level = rowOf(case, self.grid.levels, chosen.place) if case is not None else ""
        self.grid.mark(level, chosen.position)
        pointing = self._pointing[1] if self._pointing is not None and self._pointing[0] == chosen else None
        self.sentences.mark(pointing)
        self.ui.whyLabel.text = self._why(case, content, chosen, level) if case is not None and content else ""
        self.ui.whyLabel.visible = bool(self.ui.whyLabel.text)

    def _rules(self, level: str, position: str) -> str:
        """The sentence on the rules behind a cell."""
        told = self.context.results.told
        return rulesSentence(told[0].results, level, position) if told else ""

    def _unsaidRules(self, content: ReviewContent, level: str, position: str) -> str:
        """The sentence on the rules behind a cell, unless a sentence of the screen has the same rule."""
        rules = self._rules(level, position)
        kind, _colon, rule = rules.split(" (")[0].partition(": ")
        isSaid = any(item.text.startswith(kind) and rule in item.text for item in content.sentences)
        return "" if isSaid else rules

    def _why(self, case: Case, content: ReviewContent, chosen: Chosen, level: str) -> str:
        """The chosen cell in words; at a place worth a look its number and why, unless a sentence above says that."""
        cell, rules = content.cell(level, chosen.position), self._unsaidRules(content, level, chosen.position)
        words = cellSentences(cell, rules) if cell is not None else ""
        index = stopIndex(case, content.stops, chosen)
        if index is None:
            return words
        stop = content.stops[index]
        if saidBy(content, stop) is not None:
            why = words or self._leadsTo(stop)
        else:
            why = words if words and stop.why == cell.whole else f"{shortText(stop.why)} {rules}"
        return _("{number} of {count}: {why}").format(
            number=index + 1, count=len(content.stops), why=why.strip())  # fmt: skip

    # --- what the user does ---

    def _cellChosen(self, level: str | None, position: str | None) -> None:
        with shownErrors():
            self.context.selection.choose(place=level, position=position)

    def step(self, levels: int = 0, positions: int = 0) -> None:
        """Go so many levels down and positions to the right; at the edge of the grid stay there."""
        case, chosen = self._case, self.context.selection.now
        if case is None or not self.grid.levels:
            return
        level = stepped(self.grid.levels, rowOf(case, self.grid.levels, chosen.place), levels)
        self._cellChosen(level, stepped(self.grid.positions, chosen.position, positions))

    def _sentenceChosen(self, number: int) -> None:
        with shownErrors():
            case, content = self._case, self._content
            if case is None or content is None:
                return
            link = orderedSentences(content)[number].link
            self._go(placeToShow(case, link), link.position or None, link.compared, number)
            self._showChosen()

    def goToNext(self, *_arguments: Any) -> None:
        """Go to the next place worth a look, after the last one to the first."""
        with shownErrors():
            case, content = self._case, self._content
            if case is None or content is None:
                return
            index = nextStop(case, content.stops, self.context.selection.now, self._lastStop)
            if index is None:
                self.context.tell(_("Nothing in this case asks for a look of its own."))
                return
            if len(content.stops) == 1:
                self.context.tell(_("This is the only place worth a look of its own."))
            stop = content.stops[index]
            self._lastStop = index
            self._go(placeToShow(case, stop), stop.position, stop.compared, saidBy(content, stop))

    def _go(self, place: str, position: str | None, compared: str, sentence: int | None) -> None:
        """Choose a place, which the views follow, and remember the sentence that speaks of it."""
        now = self.context.selection.now
        target = Chosen(now.position if position is None else position, place, "", compared)
        self._pointing = (target, sentence) if sentence is not None else None
        self.context.selection.choose(place=place, position=position, mark="", compared=compared)

    def layOver(self, *_arguments: Any) -> None:
        """Go to Compare, which lays what is chosen here on each other."""
        self.context.openSection("compare")

    def copyText(self, *_arguments: Any) -> None:
        """Put the text for the dictation on the clipboard."""
        with shownErrors():
            content = self._content
            if content is None or content.outdated:
                self.context.tell(_("There is no text to copy before the case is measured."))
                return
            slicer.app.clipboard().setText(plainText(content.dictation))
            self.context.tell(_("Copied {count} words.").format(count=len(content.dictation.split())))
