"""A case's story as PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache
from xml.sax.saxutils import escape

from flask_babel import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from engine.bpmn.picture.shapes import Box, Picture, Ring, Shape, Way
from engine.bpmn.picture.svg import COLOURS, LINE, SIZE, arrow
from webui.evidence.page import facts
from webui.evidence.story import Story
from webui.locales import current
from webui.presenters import time

#: Named in the file, not put into it: every reader of PDF has a font for it, and Chinese of any length shows.
FONT = "STSong-Light"
MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN
ACROSS, DOWN = A4[1] - 2 * MARGIN, A4[0] - 2 * MARGIN - 20 * mm
GREY, RED = HexColor("#48525c"), "#b3261e"


def report(story: Story) -> bytes:
    """Made so that the same story gives the same bytes."""
    _fonts()
    file = io.BytesIO()
    title = f"{story.case.number} {story.case.title}"
    document = BaseDocTemplate(file, title=title, author="Closeloop", invariant=1)

    def foot(canvas: Canvas, page: PageTemplate) -> None:
        canvas.setFont(FONT, 8)
        canvas.setFillColor(GREY)
        canvas.drawString(MARGIN, 11 * mm, f"{story.case.number} / Closeloop")
        canvas.drawRightString(canvas._pagesize[0] - MARGIN, 11 * mm, str(canvas.getPageNumber()))

    def sheet(name: str, size: tuple[float, float]) -> PageTemplate:
        frame = Frame(MARGIN, MARGIN, size[0] - 2 * MARGIN, size[1] - 2 * MARGIN, 0, 0, 0, 0)
        return PageTemplate(name, [frame], onPage=foot, pagesize=size)

    document.addPageTemplates([sheet("upright", A4), sheet("across", landscape(A4))])
    document.build(list(_flow(story)))
    return file.getvalue()


@lru_cache(maxsize=1)
def _fonts() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def _style(size: float, space: float = 2, **more: object) -> ParagraphStyle:
    return ParagraphStyle(
        f"s{size}{sorted(more)}", fontName=FONT, fontSize=size, leading=size * 1.5, spaceAfter=space, wordWrap="CJK",
        alignment=TA_LEFT, **more,
    )  # fmt: skip


HEAD, SECTION, PART = _style(16, 8), _style(12.5, 4, spaceBefore=12), _style(10.5, 2, spaceBefore=6)
TEXT, SMALL = _style(9), _style(8, textColor=GREY)


def _flow(story: Story) -> Iterator[Flowable]:
    yield Paragraph(_said(f"{story.case.number} / {story.case.title}"), HEAD)
    yield _rows(facts(story), (0.24, 0.76))
    yield Paragraph(_("Was the procedure followed?"), SECTION)
    yield from _verdict(story)
    yield Paragraph(_("What happened"), SECTION)
    yield _rows([(str(e.seq), story.when(e.at), _happened(e)) for e in story.entries], (0.06, 0.36, 0.58), escaped=True)
    yield Paragraph(_("Clocks, explained"), SECTION)
    for clock in story.clocks:
        yield Paragraph(_said(f"{clock.name.in_(current())} / {clock.limit} / {clock.due.words}"), PART)
        parts = [(story.when(p.start_at), story.when(p.end_at), f"{p.text.in_(current())}, {time.duration(p.length)}") for p in clock.segments]
        yield _rows(parts, (0.34, 0.34, 0.32))
    yield Paragraph(_("Forms as they were filled in"), SECTION)
    for form in story.forms:
        yield Paragraph(_said(f"{form.title} / {form.who} / {form.at}"), PART)
        yield _rows(form.fields, (0.34, 0.66))
    yield Paragraph(_("Files"), SECTION)
    for one in story.files:
        yield Paragraph(_said(f"{one.name} / {one.attachment.media_type} / {one.attachment.size} B / {one.who}"), TEXT)
        yield Paragraph(one.attachment.sha256, SMALL)
    if not story.files:
        yield Paragraph(_("No file was attached."), TEXT)
    for one in story.drawn:
        yield NextPageTemplate("across")
        yield PageBreak()
        yield Paragraph(_said(one.title), SECTION)
        yield Paragraph(_("Passed: blue. Where it stands: yellow. Not as the procedure says: red."), SMALL)
        if one.picture is not None:
            yield Drawing(one.picture)


def _verdict(story: Story) -> Iterator[Flowable]:
    conforms = story.verdict.conforms
    yield Paragraph(_("Yes: the trail is what the version of the procedure allows.") if conforms else _("No:"), TEXT)
    for one in story.verdict.deviations:
        yield Paragraph(f'<font color="{RED}">{_said(one.sentence.in_(current()))} ({one.seq})</font>', TEXT)
    for one in story.verdict.interventions:
        yield Paragraph(_said(f"{_('Interventions')}: {one.sentence.in_(current())} ({one.seq})"), TEXT)


def _happened(entry: object) -> str:
    told = [_said(entry.sentence.striptags())]
    told += [f'<font color="#48525c">{_said(entry.why)}</font>'] if entry.why else []
    for change in entry.changes:
        label = change.label if isinstance(change.label, str) else change.label.in_(current())
        was = f"{change.was} → " if change.was is not None else ""
        told.append(f'<font color="#48525c">{_said(f"{label}: {was}{change.now}")}</font>')
    return "<br/>".join(told)


def _rows(rows: object, shares: tuple[float, ...], *, escaped: bool = False) -> Flowable:
    """`escaped`: the last cell is markup already."""
    cells = [
        [Paragraph(cell if escaped and n == len(row) - 1 else _said(cell), TEXT if n else SMALL) for n, cell in enumerate(row)]
        for row in rows
    ]
    if not cells:
        return Spacer(1, 1)
    table = Table(cells, colWidths=[share * WIDTH for share in shares], splitInRow=1)
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
                               ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor("#d5d9dd"))]))  # fmt: skip
    return table


def _said(text: object) -> str:
    """As it stands on paper: no markup of its own, nothing the font has no sign for a control by."""
    return escape("".join(c if c.isprintable() else " " for c in str(text)))


class Drawing(Flowable):
    """A diagram, as large as the page allows."""

    def __init__(self, picture: Picture) -> None:
        super().__init__()
        self.picture = picture
        self.scale = min(1, ACROSS / picture.width, DOWN / picture.height)
        self.width, self.height = picture.width * self.scale, picture.height * self.scale

    def draw(self) -> None:
        canvas, picture = self.canv, self.picture
        canvas.saveState()
        canvas.scale(self.scale, -self.scale)
        canvas.translate(-picture.x, -picture.y - picture.height)
        for one in picture.shapes:
            _shape(canvas, one)
        canvas.restoreState()


def _shape(canvas: Canvas, one: Shape) -> None:
    if isinstance(one, Box | Ring | Way):
        line, ground = COLOURS[one.tone]
        canvas.setStrokeColor(HexColor(line))
        canvas.setFillColor(HexColor(ground))
        canvas.setLineWidth(one.stroke)
        canvas.setDash([5, 3] if one.dashed else [])
    if isinstance(one, Box):
        canvas.roundRect(one.x, one.y, one.width, one.height, one.radius, fill=1)
    elif isinstance(one, Ring):
        canvas.circle(one.x, one.y, max(one.radius, 0.5), fill=1)
    elif isinstance(one, Way):
        _line(canvas, one.points, closed=one.closed, fill=one.closed)
        if one.arrow:
            canvas.setFillColor(HexColor(COLOURS[one.tone][0]))
            _line(canvas, arrow(one.points, one.stroke), closed=True, fill=True)
    else:
        canvas.saveState()
        canvas.translate(one.x, one.y)
        canvas.rotate(-90 if one.turned else 0)
        canvas.scale(1, -1)
        canvas.setFillColor(HexColor("#1c2126"))
        canvas.setFont(FONT, SIZE)
        top = LINE * (len(one.lines) - 1) / 2 - SIZE * 0.35
        for n, words in enumerate(one.lines):
            canvas.drawCentredString(0, top - LINE * n, words)
        canvas.restoreState()


def _line(canvas: Canvas, points: tuple, *, closed: bool, fill: bool) -> None:
    way = canvas.beginPath()
    way.moveTo(*points[0])
    for point in points[1:]:
        way.lineTo(*point)
    if closed:
        way.close()
    canvas.drawPath(way, fill=int(fill))
