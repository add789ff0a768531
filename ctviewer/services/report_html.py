"""A report as one self-contained HTML page, in English or Russian.

The page keeps to the HTML that Qt's text engine prints too (tables, inline colours), so that the PDF and the browser
show the same thing.
"""

from __future__ import annotations

import base64
import io
import tomllib
from collections.abc import Callable
from datetime import datetime
from functools import cache

import jinja2
from PIL import Image

from ctviewer.config.paths import resource
from ctviewer.config.sentence_templates import interpreter_of
from ctviewer.domain.arrays import AnyArray
from ctviewer.domain.measurement_values import Quantity, QuantityName
from ctviewer.domain.ph_evidence import CutOff
from ctviewer.domain.report import NOT_FOR_DIAGNOSIS, Report

LANGUAGES = {"en": "English", "ru": "Русский"}
IMAGE_ROW_PX = 672
"""Width of the text on the page; the key images share it."""

Translate = Callable[[str], str]


def render_html(report: Report, language: str = "en", *, with_identity: bool = True) -> str:
    """The page as text.

    Parameters
    ----------
    language
        ``"en"`` or ``"ru"``. Text that comes from the file or that a person typed stays as it is.
    with_identity
        False leaves out everything that names the patient.

    Raises
    ------
    ValueError
        If the language is not one of `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ValueError(f"Argument 'language' must be one of {sorted(LANGUAGES)}, not {language!r}.")
    translate = translator(language)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource("report")), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters.update(
        number=lambda value, digits=0: number(value, digits, language),
        percent=lambda value, digits=0: number(100 * value, digits, language) + " %",
        limit=lambda cut_off: _limit(cut_off, language),
        date=lambda text: date(text, language),
        png=_data_url,
        said=translate,
        digits=_digits,
    )
    widths = _widths([image.pixels.shape for image in report.images])
    return environment.get_template("report.html").render(
        report=report,
        subject=report.subject if with_identity else report.subject.without_identity(),
        pictures=list(zip(report.images, widths, strict=True)),
        notice=NOT_FOR_DIAGNOSIS,
        language=language,
        _=translate,
    )


@cache
def _words(language: str) -> dict[str, str]:
    with (resource("report") / f"words_{language}.toml").open("rb") as file:
        return dict(tomllib.load(file)["words"])


def translator(language: str) -> Translate:
    """A function from English words and sentences of the report to those of a language; unknown ones stay English."""
    if language == "en":
        return str
    words, interpreter = _words(language), interpreter_of(language)
    return lambda text: words.get(text) or interpreter.said(text)


def number(value: float, digits: int, language: str) -> str:
    """A figure with the decimal sign of the language, and a real minus sign."""
    text = f"{value:.{digits}f}".replace("-", "−")
    return text.replace(".", ",") if language == "ru" else text


def _digits(quantity: Quantity) -> int:
    """Digits after the decimal sign: two for a ratio, none for a count."""
    if quantity.unit:
        return 1
    return 2 if quantity.name is QuantityName.RATIO else 0


def _limit(cut_off: CutOff, language: str) -> str:
    """A cut-off as sign and number, ``≥ 29``."""
    return cut_off.text.replace(".", ",") if language == "ru" else cut_off.text


def date(text: str, language: str) -> str:
    """``YYYYMMDD`` or ISO 8601 as the language writes a date; anything else as it is."""
    for form in ("%Y%m%d", "%Y-%m-%dT%H:%M:%S%z"):
        try:
            moment = datetime.strptime(text, form)
        except ValueError:
            continue
        day = moment.strftime("%d.%m.%Y" if language == "ru" else "%Y-%m-%d")
        return day if form == "%Y%m%d" else f"{day} {moment:%H:%M %Z}"
    return text


def _widths(shapes: list[tuple[int, ...]]) -> list[int]:
    """Pixel widths that give pictures of one height and fill the row."""
    ratios = [columns / rows for rows, columns, *_ in shapes]
    return [int(IMAGE_ROW_PX * ratio / sum(ratios)) for ratio in ratios]


def _data_url(pixels: AnyArray) -> str:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
