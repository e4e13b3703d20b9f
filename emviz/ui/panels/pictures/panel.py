"""The model's own pictures, one at a time, and what its tools have found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QFontInfo, QResizeEvent
from PySide6.QtWidgets import QWidget

from emviz import session as desk
from emviz.em.pictures import Landscape
from emviz.em.tools import AnyFinding
from emviz.session import ARRANGED, EVERYTHING, Part, Results, Session, diff, news
from emviz.ui.look.theme import Theme
from emviz.ui.panels.pictures import AnyPicture, picture_of
from emviz.ui.panels.pictures.landscape import LandscapePicture
from emviz.ui.panels.pictures.tool_button import ToolButton
from emviz.ui.panels.plot.drawing import rich
from emviz.ui.panels.plot.naming import fitting
from emviz.ui.panels.plot.plot import Caption
from emviz.ui.panels.plot.reading import Reading
from emviz.ui.widgets.card import PICTURE, Card
from emviz.ui.widgets.controls import ComboBox, PictureTabs
from emviz.ui.widgets.labels import as_caption, with_scripts
from emviz.ui.widgets.show_button import ShowButton
from emviz.wording.narration import weighed_at

if TYPE_CHECKING:
    from emviz.em.pictures import View

#: The width of a card that has a button for what a landscape shows besides, in ems.
ROOMY = 32


class ModelPanel(Card):
    """Shows the picture that is chosen among those of the model."""

    holds = PICTURE
    concerns = EVERYTHING - frozenset(
        (
            *(Part.SLICE, Part.DRAFT, Part.PAST, Part.LIMITS, Part.END, Part.BOUND, Part.SINGLE),
            *(Part.SEED, Part.PLOT, Part.GROUP, Part.FIELD, *ARRANGED),
        )
    )
    start_requested = Signal(object, bool)
    edit_requested = Signal(object)
    display_requested = Signal(object)
    tool_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Model", "", parent)
        self.setObjectName("modelPanel")
        self.tabs, self.listed = PictureTabs(), ComboBox()
        self.picture: AnyPicture | None = None
        self.workshop = ToolButton()
        self.told = Caption()
        self.reading = Reading(self)
        self._pictures: dict[type[View], AnyPicture] = {}
        self._finding: AnyFinding | None = None
        self._drawn: tuple[View, Session] | None = None
        #: A view, and what is shown of it while its answers are to be guessed.
        self._asked: tuple[View, View] | None = None
        self._hinted = ""
        self._build()

    def _build(self) -> None:
        for choice in (self.tabs, self.listed):
            choice.setAccessibleName("Pictures of the model")
        self.tabs.tabBarClicked.connect(self._choose)
        self.listed.activated.connect(self._choose)
        self.tools.addWidget(self.workshop)
        self.show_button = ShowButton("the landscape")
        self.tools.addWidget(self.show_button)
        self.workshop.chosen.connect(self.tool_requested)
        self.body.addWidget(self.tabs)
        self.body.addWidget(self.listed)
        self.body.addWidget(self.told)
        self.told.hide()

    @Slot(bool)
    def show_contours(self, shown: bool) -> None:
        """Ask for contours of the bound, or for none."""
        self.display_requested.emit({"contours": shown})

    @Slot(bool)
    def show_slowest(self, shown: bool) -> None:
        """Ask for the direction in which EM is slowest, or for none."""
        self.display_requested.emit({"slowest": shown})

    @Slot()
    def suppose_nothing(self) -> None:
        """Ask for what follows from what was seen alone."""
        self.display_requested.emit({"supposed": ()})

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of all pictures, those of a finding last."""
        return tuple(view.title for view in self._all())

    # -- what is shown --------------------------------------------------------------------------------------

    def show_session(self, session: Session, results: Results) -> None:
        """Show the chosen picture; a landscape follows the session, other pictures come when drawn."""
        before, had_views = self.session, bool(self._views)
        super().show_session(session, results)
        if before is not None and (before.data is not session.data or before.model != session.model):
            self._finding = None
            self._put_away()
        elif had_views and not self._views:
            # None could be made: the old one would tell of another step.
            self._put_away()
        self.workshop.show_tools(session.model)
        self._show()
        if isinstance(self.picture, LandscapePicture):
            self.picture.results = results
            self.picture.follow(session)
        self._offer_additions()
        self._head()
        self._tell_step()

    def _offer_additions(self) -> None:
        """Offer what can be shown besides, where a landscape is on display and leaves room for a button."""
        roomy = self.width() >= ROOMY * QFontInfo(self.font()).pixelSize()
        shown = isinstance(self.picture, LandscapePicture) and roomy and not self.bare
        self.show_button.setVisible(shown)
        tools = None if self.picture is None else self.picture.tools
        choices = 0 if tools is None or tools.isHidden() else tools.minimumSizeHint().width()
        others = choices + self.enlarge.sizeHint().width() + 3 * self.head.spacing()
        self.workshop.give_way(self.contentsRect().width() - self.around.width() - others)

    @property
    def _views(self) -> tuple[View, ...]:
        views = self.results.views
        return () if views is None else views.value

    @property
    def _of(self) -> Session | None:
        """The session that the pictures were drawn of."""
        views = self.results.views
        return None if views is None else views.of

    @Slot(object)
    def show_finding(self, finding: AnyFinding) -> None:
        """Show what a tool has found so far."""
        fresh = self._finding is None or not self._finding.views
        self._finding = finding
        if fresh and finding.views and self.session is not None:
            self.display_requested.emit({"picture": finding.views[0].title})
        elif self.session is not None:
            self.render(self.session, self.results)

    @Slot()
    def forget_finding(self) -> None:
        """Forget what a tool has found: another one starts."""
        self._finding = None

    def _all(self) -> tuple[View, ...]:
        found = self._finding.views if self._finding is not None else ()
        return (*self._views, *found)

    def _show(self) -> None:
        session, views = self.session, self._all()
        assert session is not None
        view = desk.on_display(views, session.display)
        self._fill_tabs(views, view)
        self._tell_finding(view)
        if view is None:
            return
        self._host(type(view))
        if self.picture is not None and not self._shows(view, session):
            self._drawn, self.picture.results = (view, session), self.results
            told = view if session.display.reference else self._guessable(view)
            self.picture.show_view(told, self._pictured(view, session))
        self._tell_hint()

    def _guessable(self, view: View) -> View:
        """Return a view without its answers, the same one as long as it is the same view."""
        if self._asked is None or self._asked[0] is not view:
            from emviz.em.pictures.spoilers import without_spoilers

            self._asked = view, without_spoilers(view)
        return self._asked[1]

    def _shows(self, view: View, session: Session) -> bool:
        """Return whether the picture shows a view, and nothing else of it has changed in the session."""
        if self._drawn is None or self.picture is None or self._drawn[0] is not view:
            return False
        change = diff(self._drawn[1], session) | news(self.picture.results, self.results)
        return not change & self.picture.concerns

    def _pictured(self, view: View, session: Session) -> Session:
        """Return the session as it was at the step that a view is of; that of a tool is of none.

        A landscape is that of every step: it follows the session itself.
        """
        of = None if isinstance(view, Landscape) else self._of
        if of is None or of.run != session.run or not any(each is view for each in self._views):
            return session
        return replace(of, display=session.display)

    def _tell_step(self) -> None:
        """Say of which step the picture is; what a tool has found is of none."""
        session, of = self.session, self._of
        assert session is not None
        shown: dict[str, Session] = {}
        if isinstance(self.picture, LandscapePicture):
            shown = self.picture.shown
        elif of is not None and self._of_a_step:
            shown = {"picture": of}
        self.tell_step(session, **shown)

    def _tell_finding(self, view: View | None) -> None:
        """Say below its picture what a tool has found; where it has none, below any."""
        finding = self._finding
        told = finding is not None and (not finding.views or any(each is view for each in finding.views))
        self.told.setVisible(told)
        if told and finding is not None:
            self.told.show_text(finding.words)

    def _put_away(self) -> None:
        """Put the picture away; a landscape stays, as it follows the session by itself."""
        self._drawn = None
        if self.picture is not None and not isinstance(self.picture, LandscapePicture):
            _set_shown(self.picture, False)
            self.picture = None

    def _fill_tabs(self, views: tuple[View, ...], chosen: View | None) -> None:
        titles = [view.title for view in views]
        if titles and titles != [self.tabs.tabData(place) for place in range(self.tabs.count())]:
            while self.tabs.count():
                self.tabs.removeTab(0)
            self.listed.clear()
            for title in titles:
                self.tabs.setTabData(self.tabs.addTab(as_caption(title)), title)
            self.listed.addItems(titles)
        if chosen is not None:
            for choice in (self.tabs, self.listed):
                choice.setCurrentIndex(titles.index(chosen.title))
        self._fit_choice()

    def _fit_choice(self) -> None:
        """Have tabs where all of them have room; else a list, in which no title is cut."""
        several = self.tabs.count() > 1
        whole = self.tabs.sizeHint().width() <= self.body.contentsRect().width()
        self.tabs.setVisible(several and whole)
        self.listed.setVisible(several and not whole)

    def _host(self, kind: type[View]) -> None:
        """Bring the widget for a type of view to the front; it is made when first needed."""
        picture = self._pictures.get(kind) or self._made(kind)
        if picture is self.picture:
            return
        if self.picture is not None:
            _set_shown(self.picture, False)
        self.picture = picture
        self._drawn = None
        if isinstance(picture, LandscapePicture) and self.session is not None:
            # Out of sight it knows neither the step nor, perhaps, the model on display.
            picture.results = self.results
            picture.follow(self.session)
        _set_shown(picture, True)
        self._hinted = ""

    def _made(self, kind: type[View]) -> AnyPicture:
        picture = self._pictures[kind] = picture_of(kind)()
        self.body.insertWidget(2, picture, 1)
        if picture.tools is not None:
            self.tools.insertWidget(0, picture.tools)
        picture.start_requested.connect(self.start_requested)
        picture.edit_requested.connect(self.edit_requested)
        picture.display_requested.connect(self.display_requested)
        picture.hinted.connect(self._hint)
        picture.apply_theme(self.theme)
        return picture

    def show_guess(self, at: tuple[float, float] | None) -> None:
        """Show in the landscape where somebody takes θ to be, or nowhere any more."""
        landscape = self._pictures.get(Landscape)
        if isinstance(landscape, LandscapePicture):
            landscape.show_guess(at)

    def strip(self, bare: bool) -> None:
        """Do without the tools as well."""
        super().strip(bare)
        self.workshop.strip(bare)
        self._offer_additions()
        self._tell_hint()

    def _head(self) -> None:
        """Write the title: the one that tells more where it fits beside the tools."""
        heading = self.picture.heading if self.picture is not None else ""
        view = desk.on_display(self._all(), self.session.display) if self.session else None
        usual = view.title if view else "Model"
        self.title.ensurePolished()
        tools = self.tools.sizeHint().width() + self.enlarge.sizeHint().width() + 3 * self.head.spacing()
        short_hint = self.hint.fontMetrics().horizontalAdvance("x = 0.00")
        room = self.contentsRect().width() - self.around.width() - tools - short_hint
        # Where even the short title has no room beside the tools, the tab says it.
        short = "" if self.tabs.count() > 1 else usual
        words = fitting((heading or usual, usual, short), room, self.title.font())
        self.title.setText(with_scripts(rich(words), self.title.font()))
        told = self.picture.accessibleDescription() if self.picture is not None else ""
        self.setAccessibleDescription(told)

    def apply_theme(self, theme: Theme) -> None:
        """Take over colours and font."""
        super().apply_theme(theme)
        self.workshop.apply_theme(theme)
        self.show_button.refont()
        self.reading.apply_theme(theme)
        for picture in self._pictures.values():
            picture.apply_theme(theme)
        self._drawn = None
        if self.session is not None:
            self._show()
            self._head()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write the title that fits."""
        super().resizeEvent(event)
        self._offer_additions()
        self._fit_choice()
        self._head()

    # -- choosing -------------------------------------------------------------------------------------------

    @Slot(int)
    def _choose(self, place: int) -> None:
        if self.session is not None and 0 <= place < self.tabs.count():
            self.choose(self.tabs.tabData(place))

    def choose(self, title: str) -> None:
        """Ask for the picture of this title."""
        if self.session is not None:
            self.display_requested.emit({"picture": title})

    @Slot(QAction)
    def choose_listed(self, chosen: QAction) -> None:
        """Ask for the picture that an entry of the menu names."""
        self.choose(str(chosen.data()))

    @Slot()
    def choose_next(self) -> None:
        """Ask for the next picture."""
        if self.tabs.count() > 1:
            self._choose((self.tabs.currentIndex() + 1) % self.tabs.count())

    def _usual_hint(self) -> str:
        """Return at which θ the picture is, and what can be done on it where there is room for both."""
        usual = "" if self.picture is None or self.bare else self.picture.usual_hint
        both = ", ".join(words for words in (self._weighed_at(), usual) if words)
        fits = self.hint.fontMetrics().horizontalAdvance(both) <= self.hint.width()
        return both if fits else self._weighed_at() or usual

    def _weighed_at(self) -> str:
        """Return at which θ the picture of a step is; a landscape names each θ in itself."""
        of = self._of
        if of is None or isinstance(self.picture, LandscapePicture) or not self._of_a_step:
            return ""
        return weighed_at(of)

    @property
    def _of_a_step(self) -> bool:
        """Whether the picture on display is of a step, and not of what a tool has found."""
        drawn = self._drawn
        return drawn is not None and any(each is drawn[0] for each in self._views)

    @Slot(str)
    def _hint(self, text: str) -> None:
        self._hinted = text
        self._tell_hint()

    def _tell_hint(self) -> None:
        """Show what is read off: beside the title where it fits, else over the head."""
        text = self._hinted
        fits = self.hint.fontMetrics().horizontalAdvance(text) <= self.hint.width()
        self.hint.setText(text if text and fits else self._usual_hint())
        self.reading.show_text("" if fits else text, self.head.geometry())


def _set_shown(picture: AnyPicture, shown: bool) -> None:
    picture.setVisible(shown)
    if picture.tools is not None:
        picture.tools.setVisible(shown)
