"""What a screen reader says, and what eyes make out: order, headings, contrast, without colour."""

import re
from html import unescape

import pikepdf
import pytest
from django.template.loader import render_to_string

from ctg.pdf.document import _static_files
from ctg.pdf.drawing import STYLESHEET, _stylesheet, weasyprint
from governance.reviews.build import build_review
from governance.reviews.render import COVER_FILLS, print_context, render_review
from tests.factories.reviews import make_written_review

pytestmark = pytest.mark.django_db

GLYPH = re.compile(r"<([0-9a-f]{4})> <([0-9a-f]+)>")
# Drawings have their alternative; the map has other forms on a screen.
NOT_SAID = re.compile(
    r"<svg.*?</svg>|<details.*?</details>|<ul class=.tile-names.*?</ul>", re.DOTALL
)
HEADINGS = {f"/H{level}" for level in range(1, 7)}
WHITE = (1.0, 1.0, 1.0)


@pytest.fixture
def review(plan):
    make_written_review(plan)
    return build_review(plan.convention, 2022)


@pytest.fixture
def html(review):
    return render_to_string("reviews/review_print.html", print_context(review, draft=False))


class Spoken:
    """The structure tree as assistive technology follows it."""

    def __init__(self, content, tmp_path):
        (tmp_path / "bilan.pdf").write_bytes(content)
        self.pdf = pikepdf.open(tmp_path / "bilan.pdf")
        self.marked = {page.objgen: marked_texts(page) for page in self.pdf.pages}
        self.texts, self.headings = [], []
        self.follow(self.pdf.Root.StructTreeRoot.K[0], None)

    def follow(self, node, page):
        if isinstance(node, pikepdf.Array):
            for child in node:
                self.follow(child, page)
        elif not isinstance(node, pikepdf.Dictionary):
            self.texts.append(self.marked[page].get(int(node), ""))
        elif "/MCID" in node:
            self.texts.append(self.marked[node.Pg.objgen].get(int(node.MCID), ""))
        else:
            if str(node.get("/S", "")) in HEADINGS:
                self.headings.append(int(str(node.S)[2]))
            self.follow(node.get("/K", pikepdf.Array()), node.Pg.objgen if "/Pg" in node else page)


def marked_texts(page):
    """The text of each marked content of the page, by its number."""
    fonts = {name: letters(font) for name, font in page.Resources.Font.items()}
    found, marks, font = {}, [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            mark = operands[1].get("/MCID") if name == "BDC" else None
            marks.append(mark if mark is None else int(mark))
        elif name == "EMC":
            marks.pop()
        elif name == "Tf":
            font = fonts[str(operands[0])]
        elif name in ("Tj", "TJ") and marks and marks[-1] is not None:
            pieces = operands[0] if name == "TJ" else [operands[0]]
            said = "".join(decoded(bytes(p), font) for p in pieces if isinstance(p, pikepdf.String))
            found[marks[-1]] = found.get(marks[-1], "") + said
    return found


def letters(font):
    pairs = GLYPH.findall(font.ToUnicode.read_bytes().decode())
    return {glyph: bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}


def decoded(shown, font):
    return "".join(font.get(shown[i : i + 2].hex(), "") for i in range(0, len(shown), 2))


def bare(text):
    """Without the spaces that lines eat, nor the capitals that styles give."""
    return re.sub(r"\s", "", unescape(text)).casefold()


def test_it_is_read_in_the_order_of_its_text(review, html, tmp_path):
    spoken = bare("".join(Spoken(render_review(review), tmp_path).texts))

    body = NOT_SAID.sub("", html.partition("<main>")[2])
    phrases = [phrase for text in re.findall(r">([^<]+)", body) if (phrase := bare(text))]
    position = 0
    for phrase in phrases:
        position = spoken.find(phrase, position)
        assert position >= 0, phrase
        position += len(phrase)
    assert len(phrases) > 300


def test_headings_go_down_one_level_at_a_time(review, tmp_path):
    levels = Spoken(render_review(review), tmp_path).headings

    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))


def texts_on(box, background):
    """Each text of a page with the colour it stands on."""
    colour = box.style["background_color"]
    if colour != "currentcolor" and colour.alpha == 1:
        background = tuple(colour.to("srgb").coordinates)
    if hasattr(box, "text"):
        yield box, background
    for child in getattr(box, "children", ()):
        yield from texts_on(child, background)


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_text_stands_out(html):
    files = _static_files()
    sheets = [_stylesheet(files.find(f"file://{url}")) for url in STYLESHEET.findall(html)]
    source = weasyprint().HTML(string=STYLESHEET.sub("", html), base_url="file:///")

    seen = [
        (box.text, contrast(tuple(box.style["color"].to("srgb").coordinates), background))
        for page in source.render(stylesheets=sheets).pages
        for box, background in texts_on(page._page_box, WHITE)
        if box.text.strip() and box.style["font_size"] > 0
    ]

    assert len(seen) > 500
    marks = "■●○▲▶×✓"  # beside their word
    assert [
        (text, ratio) for text, ratio in seen if ratio < 4.5 and text.strip() not in marks
    ] == []
    assert min(ratio for text, ratio in seen if text.strip() in marks) >= 3


def test_bars_of_the_cover_stand_out_of_its_ground_and_their_labels_of_them():
    def colour(code):
        return tuple(int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))

    for fill in COVER_FILLS:
        assert contrast(colour(fill), WHITE) >= 3  # their labels are large and bold


def test_without_colour_each_status_has_its_word_and_its_place(html):
    """The legend follows the bar, with its counts; each pill has its mark."""
    bars = re.findall(r'status-bar-drawing.*?</span></span>|class="legend.*?</p>', html, re.DOTALL)
    assert bars
    for drawing in re.findall(r'<(?:div|p) class="status-bar".*?(?=<h|<table)', html, re.DOTALL):
        parts, legend = drawing.split("legend", 1)
        kinds = r"status-(?!bar)(\w+)"
        assert re.findall(kinds, parts) == re.findall(kinds, legend)
