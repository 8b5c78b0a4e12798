"""One signature from HTML to pages, in a worker process or in our own. WeasyPrint is imported here and nowhere else."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
import warnings
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from generator import resources
from generator.model import Media
from generator.press import fit, glyphs, mirror, sparing, tagging, variables
from generator.press.errors import LayoutFailed, PangoMissing
from generator.print_model import Fit, Signature

if TYPE_CHECKING:
    from types import ModuleType

_STYLE_LINK = re.compile(r'<link rel="stylesheet" href="style:([a-z.]+)">')
# What a product says of its pages: the variables in it.
_DRESS = re.compile(r'<style>.*?(html \{(?:"[^"]*"|[^"}])*\})', re.DOTALL)
_BASE = "base.css"
_FACE = re.compile(r"@font-face \{.*?\}", re.DOTALL)
# What a style sheet for pages from right to left is called: it is made of the one without.
_MIRRORED = ".rtl.css"
# How a product's style says that there shall be no colour on its pages.
_GREY = "--palette: grey"
_TYPES = {"css": "text/css", "svg": "image/svg+xml", "ttf": "font/ttf", "otf": "font/otf"}


def lay_out(signature: Signature) -> bytes:
    """The signature's pages as a PDF without numbers, ready for binding.

    Raises `PangoMissing` where WeasyPrint cannot load its libraries, and `LayoutFailed` naming the signature where it
    fails at it. What `prepare` raises is a mistake of our own and passes as it is.
    """
    weasyprint()
    from generator.press.prepare import prepare

    try:
        missing = ""
        drawn = _drawn(signature, missing)
        while not set(drawn.missing) <= set(missing):
            missing = "".join(sorted({*missing, *drawn.missing}))
            drawn = _drawn(signature, missing)
    except Exception as error:  # a third party's layout engine: whatever it raises, say which pages it was about
        raise LayoutFailed(signature.name, f"{type(error).__name__}: {error}") from error
    return prepare(drawn.pdf, drawn.fits, missing, grey=_GREY in signature.html)


class _Drawn(NamedTuple):
    """A signature as it was drawn once, and what was drawn as boxes."""

    pdf: bytes
    fits: tuple[Fit, ...]
    missing: str


def _drawn(signature: Signature, missing: str) -> _Drawn:
    """The signature's pages with the characters that are known to be missing as numbers."""
    dress = "".join(_DRESS.findall(signature.html))
    sheets = [_style(name, dress) for name in _STYLE_LINK.findall(signature.html)]
    told, media = signature.html, signature.media
    if missing:
        told, media = glyphs.in_pictures(told, media, missing)
    fetcher = _fetcher(media)
    options = {"pdf_tags": True, "pdf_identifier": b"deckpress", "uncompressed_pdf": True}

    # The sizes of images are attributes.
    style = {"stylesheets": sheets, "font_config": _fonts(), "presentational_hints": True, "cache": {}}

    def rendered(text: str) -> Any:
        return weasyprint().HTML(string=text, url_fetcher=fetcher).render(**style, **options)

    html = glyphs.with_numbers(_STYLE_LINK.sub("", told), missing)
    fits: tuple[Fit, ...] = ()
    with _without_clock(), sparing.once(), tagging.told():
        if signature.fitting:
            documents: list[Any] = []
            pages, fits = fit.fitted(html, signature.fitting, lambda text: _pages(rendered(text), documents))
            document = documents[0].copy(pages)
        else:
            document = rendered(html)
        pdf = document.write_pdf(**options)
    return _Drawn(pdf, fits, glyphs.missing_from(document.fonts.values()))


def _pages(document: Any, documents: list[Any]) -> list[Any]:
    """A document's pages; it joins those whose pages may be drawn."""
    documents.append(document)
    pages: list[Any] = document.pages
    return pages


@contextlib.contextmanager
def _without_clock() -> Iterator[None]:
    """Without HarfBuzz-Subset, WeasyPrint lets fontTools cut the fonts, which dates them unless it is told a date."""
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    os.environ[name] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


@cache
def weasyprint() -> ModuleType:
    """The library, imported at its first use; PangoMissing where it can't load its own libraries."""
    try:
        # Where a library is missing, WeasyPrint prints a banner to standard output; what to do is for us to say.
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            import weasyprint
    except OSError as error:
        raise PangoMissing(str(error)) from error
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    module: ModuleType = weasyprint
    return module


@cache
def _fonts() -> Any:
    """One set of fonts a process: reading sixteen faces for every signature would cost more than many a page."""
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    faces = "".join(_FACE.findall(_sheet(_BASE)))
    weasyprint().CSS(string=faces, url_fetcher=_fetcher(()), font_config=fonts)
    return fonts


@cache
def _style(name: str, dress: str) -> Any:
    """A style sheet of ours, parsed once a process: for a short signature that is a third of the work.

    Its variables are those of the product's `dress`, else of the base style sheet.
    """
    css = variables.filled(_FACE.sub("", _sheet(name)), variables.settings(_sheet(_BASE), dress))
    return weasyprint().CSS(string=css, url_fetcher=_fetcher(()), font_config=_fonts())


@cache
def _sheet(name: str) -> str:
    return served(f"style:{name}", {})[0].decode()


def _fetcher(media: tuple[Media, ...]) -> Any:
    """Serves the signature's media, our style sheets and our fonts, and refuses every other address."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    pictures = {item.name: item for item in media}

    class Shelf(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, _headers: dict[str, str] | None = None) -> Any:
            data, mime = served(url, pictures)
            return URLFetcherResponse(url, data, {"Content-Type": mime})

    return Shelf()


def served(url: str, pictures: dict[str, Media]) -> tuple[bytes, str]:
    """What stands behind an address, and its media type; `ValueError` for everything that isn't ours."""
    scheme, _, address = url.partition(":")
    name = unquote(address)
    if scheme == "media" and name in pictures:
        return pictures[name].data, pictures[name].mime
    folder = {"style": "print", "font": "print/fonts"}.get(scheme)
    suffix = name.rpartition(".")[2]
    if scheme == "style" and name.endswith(_MIRRORED):
        sheet, mime = served(f"style:{name.removesuffix(_MIRRORED)}.css", pictures)
        return mirror.mirrored(sheet.decode()).encode(), mime
    if folder and suffix in _TYPES and not set(name) & {"/", "\\"}:
        return (resources.root() / folder / name).read_bytes(), _TYPES[suffix]
    raise ValueError(f"refused: {url}")
