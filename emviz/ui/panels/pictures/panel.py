"""The panel of the model's own pictures, one at a time, and of the findings of its tools."""

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

#: Width of a card, in ems, from which a landscape has a button for additions.
ROOMY = 32


class ModelPanel(Card):
    """Shows the chosen one of the model's pictures."""

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
        self.finding_caption = Caption()
        self.reading = Reading(self)
        self._pictures: dict[type[View], AnyPicture] = {}
        self._finding: AnyFinding | None = None
        self._drawn: tuple[View, Session] | None = None
        #: A view, and its copy without answers, which is shown while they are to be guessed.
        self._guessed: tuple[View, View] | None = None
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
        self.body.addWidget(self.finding_caption)
        self.finding_caption.hide()

    @Slot(bool)
    def show_contours(self, shown: bool) -> None:
        """Request contours of the bound, or none."""
        self.display_requested.emit({"contours": shown})

    @Slot(bool)
    def show_slowest(self, shown: bool) -> None:
        """Request the direction in which EM is slowest, or none."""
        self.display_requested.emit({"slowest": shown})

    @Slot()
    def suppose_nothing(self) -> None:
        """Request the probabilities given only what was observed."""
        self.display_requested.emit({"supposed": ()})

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of all pictures, those of a tool's finding last."""
        return tuple(view.title for view in self._all())

    # -- drawing --------------------------------------------------------------------------------------------

    def show_session(self, session: Session, results: Results) -> None:
        """Show the chosen picture: a landscape from the session, others from the views in the results."""
        before, had_views = self.session, bool(self._views)
        super().show_session(session, results)
        if before is not None and (before.data is not session.data or before.model != session.model):
            self._finding = None
            self._put_away()
        elif had_views and not self._views:
            # The views of this step could not be made, and the old picture shows another step.
            self._put_away()
        self.workshop.show_tools(session.model)
        self._show()
        if isinstance(self.picture, LandscapePicture):
            self.picture.results = results
            self.picture.follow(session)
        self._offer_additions()
        self._head()
        self._stamp_step()

    def _offer_additions(self) -> None:
        """Show the button for additions beside a landscape, if the head of the card has room for it."""
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
        """The session whose views are drawn."""
        views = self.results.views
        return None if views is None else views.of

    @Slot(object)
    def show_finding(self, finding: AnyFinding) -> None:
        """Show the findings of a tool so far."""
        fresh = self._finding is None or not self._finding.views
        self._finding = finding
        if fresh and finding.views and self.session is not None:
            self.display_requested.emit({"picture": finding.views[0].title})
        elif self.session is not None:
            self.render(self.session, self.results)

    @Slot()
    def forget_finding(self) -> None:
        """Drop the finding, because another tool starts."""
        self._finding = None

    def _all(self) -> tuple[View, ...]:
        found = self._finding.views if self._finding is not None else ()
        return (*self._views, *found)

    def _show(self) -> None:
        session, views = self.session, self._all()
        assert session is not None
        view = desk.on_display(views, session.display)
        self._fill_tabs(views, view)
        self._write_finding(view)
        if view is None:
            return
        self._host(type(view))
        if self.picture is not None and not self._shows(view, session):
            self._drawn, self.picture.results = (view, session), self.results
            shown = view if session.display.reference else self._guessable(view)
            self.picture.show_view(shown, self._pictured(view, session))
        self._show_hint()

    def _guessable(self, view: View) -> View:
        """Return the view without its answers; the same object for the same view, which spares a redraw."""
        if self._guessed is None or self._guessed[0] is not view:
            from emviz.em.pictures.spoilers import without_spoilers

            self._guessed = view, without_spoilers(view)
        return self._guessed[1]

    def _shows(self, view: View, session: Session) -> bool:
        """Return whether the picture shows this view, and nothing else that it draws has changed."""
        if self._drawn is None or self.picture is None or self._drawn[0] is not view:
            return False
        change = diff(self._drawn[1], session) | news(self.picture.results, self.results)
        return not change & self.picture.concerns

    def _pictured(self, view: View, session: Session) -> Session:
        """Return the session at the step of a view, with the current display settings.

        A landscape and a tool's finding do not belong to a step: they get the session as it is.
        """
        of = None if isinstance(view, Landscape) else self._of
        if of is None or of.run != session.run or not any(each is view for each in self._views):
            return session
        return replace(of, display=session.display)

    def _stamp_step(self) -> None:
        """Stamp the card with the picture's step; a tool's finding has none."""
        session, of = self.session, self._of
        assert session is not None
        shown: dict[str, Session] = {}
        if isinstance(self.picture, LandscapePicture):
            shown = self.picture.shown
        elif of is not None and self._of_a_step:
            shown = {"picture": of}
        self.stamp_step(session, **shown)

    def _write_finding(self, view: View | None) -> None:
        """Write the finding of a tool below its own picture; if it has no picture, below every one."""
        finding = self._finding
        seen = finding is not None and (not finding.views or any(each is view for each in finding.views))
        self.finding_caption.setVisible(seen)
        if seen and finding is not None:
            self.finding_caption.show_text(finding.words)

    def _put_away(self) -> None:
        """Hide the picture; a landscape stays, since it is drawn from the session."""
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
        """Show tabs where all of them fit, else a list, in which no title is elided."""
        several = self.tabs.count() > 1
        whole = self.tabs.sizeHint().width() <= self.body.contentsRect().width()
        self.tabs.setVisible(several and whole)
        self.listed.setVisible(several and not whole)

    def _host(self, kind: type[View]) -> None:
        """Show the widget for a type of view, which is created on first use."""
        picture = self._pictures.get(kind) or self._made(kind)
        if picture is self.picture:
            return
        if self.picture is not None:
            _set_shown(self.picture, False)
        self.picture = picture
        self._drawn = None
        if isinstance(picture, LandscapePicture) and self.session is not None:
            # A hidden landscape is not updated, so it may have an old step or even another model.
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
        """Mark a guess of θ in the landscape; None removes it."""
        landscape = self._pictures.get(Landscape)
        if isinstance(landscape, LandscapePicture):
            landscape.show_guess(at)

    def strip(self, bare: bool) -> None:
        """Hide the tools as well."""
        super().strip(bare)
        self.workshop.strip(bare)
        self._offer_additions()
        self._show_hint()

    def _head(self) -> None:
        """Write the longest title that fits beside the tools."""
        heading = self.picture.heading if self.picture is not None else ""
        view = desk.on_display(self._all(), self.session.display) if self.session else None
        usual = view.title if view else "Model"
        self.title.ensurePolished()
        tools = self.tools.sizeHint().width() + self.enlarge.sizeHint().width() + 3 * self.head.spacing()
        short_hint = self.hint.fontMetrics().horizontalAdvance("x = 0.00")
        room = self.contentsRect().width() - self.around.width() - tools - short_hint
        # With tabs the title may be left out: the selected tab has the same words.
        short = "" if self.tabs.count() > 1 else usual
        words = fitting((heading or usual, usual, short), room, self.title.font())
        self.title.setText(with_scripts(rich(words), self.title.font()))
        self.setAccessibleDescription(
            self.picture.accessibleDescription() if self.picture is not None else ""
        )

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
        """Fit tools, choice and title to the new size."""
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
        """Request the picture with this title."""
        if self.session is not None:
            self.display_requested.emit({"picture": title})

    @Slot(QAction)
    def choose_listed(self, chosen: QAction) -> None:
        """Request the picture of a menu entry."""
        self.choose(str(chosen.data()))

    @Slot()
    def choose_next(self) -> None:
        """Request the next picture."""
        if self.tabs.count() > 1:
            self._choose((self.tabs.currentIndex() + 1) % self.tabs.count())

    def _usual_hint(self) -> str:
        """Return the θ that the picture is drawn at, and the picture's hint if there is room for both."""
        usual = "" if self.picture is None or self.bare else self.picture.usual_hint
        both = ", ".join(words for words in (self._weighed_at(), usual) if words)
        fits = self.hint.fontMetrics().horizontalAdvance(both) <= self.hint.width()
        return both if fits else self._weighed_at() or usual

    def _weighed_at(self) -> str:
        """Return the θ that the picture is drawn at; "" for a landscape, which names its own."""
        of = self._of
        if of is None or isinstance(self.picture, LandscapePicture) or not self._of_a_step:
            return ""
        return weighed_at(of)

    @property
    def _of_a_step(self) -> bool:
        """Whether the displayed picture belongs to a step, and not to a tool's finding."""
        drawn = self._drawn
        return drawn is not None and any(each is drawn[0] for each in self._views)

    @Slot(str)
    def _hint(self, text: str) -> None:
        self._hinted = text
        self._show_hint()

    def _show_hint(self) -> None:
        """Show the reading beside the title where it fits, else over the head of the card."""
        text = self._hinted
        fits = self.hint.fontMetrics().horizontalAdvance(text) <= self.hint.width()
        self.hint.setText(text if text and fits else self._usual_hint())
        self.reading.show_text("" if fits else text, self.head.geometry())


def _set_shown(picture: AnyPicture, shown: bool) -> None:
    picture.setVisible(shown)
    if picture.tools is not None:
        picture.tools.setVisible(shown)
