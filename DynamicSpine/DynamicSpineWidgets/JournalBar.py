"""Edits that were never saved: kept while the user works, offered after the application ended without saving them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Session.Journal import Journal, Journaled, dropJournal
from DynamicSpineLib.Session.JournalNews import JournalNews, journalNews, journalProblem, restoredCase
from DynamicSpineWidgets.Errors import shownErrors
from DynamicSpineWidgets.PanelContext import PanelContext


class JournalBar:
    """A line at the top of the panel with Restore and Discard, shown while there is something to offer or to say."""

    def __init__(self, context: PanelContext, ui: Any) -> None:
        self._context, self._ui = context, ui
        self._journal: Journal | None = None
        self._news = JournalNews()
        ui.restoreButton.clicked.connect(self.restore)
        ui.discardButton.clicked.connect(self.discard)
        context.sessionChanged.listen(self._sessionChanged)
        self._show()

    def look(self) -> None:
        """At the first opening of the module: what did earlier applications leave behind?"""
        with shownErrors():
            self._news = journalNews(_temporaryFolder())
            self._show()

    def write(self) -> None:
        """When the mouse rests, and before the case is left: keep the edits that are not saved."""
        session = self._context.session
        if session is None or self._journal is None:
            return
        with shownErrors():
            session.noteSavedScene()
            if session.history.isSaved:
                self._journal.announce(session.basedOn)
            else:
                self._journal.write(session.case, session.history.editsSinceSaved, session.basedOn)

    def leave(self) -> None:
        """The application ends, or the module is unloaded: what is saved needs no journal."""
        session = self._context.session
        self.write()
        if self._journal is not None and session is not None and session.history.isSaved:
            self._journal.drop()
        self._journal = None

    def restore(self, *_arguments: Any) -> None:
        """Bring the newest offered edits back, as one edit that can be undone."""
        if not self._news.offers:
            return
        offer = self._news.offers[0]
        with shownErrors(), slicer.util.WaitCursor():
            session = self._sessionOf(offer)
            session.do(_("restored {count} edits").format(count=offer.editsCount), restoredCase(offer, session.case))
            self._context.showSession(session)
            self._settle(offer)
            self._context.tell(_("The edits are back."))

    def discard(self, *_arguments: Any) -> None:
        """Forget the newest offered edits."""
        if self._news.offers:
            self._settle(self._news.offers[0])
        else:
            self._news = JournalNews()
            self._show()

    def _sessionOf(self, offer: Journaled) -> Any:
        """The session of the case that edits belong to, opened where it is not."""
        workspace, folder = self._context.workspace, Path(offer.caseFolder) if offer.caseFolder else None
        for session in map(workspace.session, workspace.caseNodes()):
            if (session.case.caseId, session.folder) == (offer.caseId, folder):
                return session
        if folder is not None:
            return workspace.openFolder(folder)
        return workspace.session(writeCaseToScene(offer.case, slicer.mrmlScene))

    def _settle(self, offer: Journaled) -> None:
        dropJournal(offer.path)
        self._news = replace(self._news, offers=self._news.offers[1:])
        self._show()

    def _sessionChanged(self) -> None:
        session = self._context.session
        self._journal = None
        if session is None:
            return
        with shownErrors():
            if session.folder is not None:
                self._news = self._joined(journalNews(_temporaryFolder(), session.folder))
            self._journal = Journal(session.case.caseId, session.folder, _temporaryFolder())
            self.write()
            self._show()

    def _joined(self, news: JournalNews) -> JournalNews:
        """What is told of a case that was opened, before what was left of others."""
        known = {offer.path for offer in news.offers}
        others = [offer for offer in self._news.offers if offer.path not in known and offer.path.is_file()]
        return replace(news, offers=(*news.offers, *others))

    def _show(self) -> None:
        offer = self._news.offers[0] if self._news.offers else None
        sentences = list(self._news.sentences)
        if offer is not None:
            problem = journalProblem(offer, Path(offer.caseFolder) if offer.caseFolder else None)
            said = _("Case {case} has {count} edits of {when} that were not saved.").format(
                case=offer.caseId, count=offer.editsCount, when=offer.shownWhen)  # fmt: skip
            sentences = [said, *([problem] if problem else []), *sentences]
        self._ui.journalLabel.text = " ".join(sentences)
        self._ui.journalLabel.visible = bool(sentences)
        self._ui.restoreButton.visible = offer is not None
        self._ui.discardButton.visible = bool(sentences)


def _temporaryFolder() -> Path:
    return Path(slicer.app.temporaryPath)
