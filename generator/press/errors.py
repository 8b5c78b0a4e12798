"""What can go wrong at the press, in sentences for people."""

from __future__ import annotations

from generator.model import UserError


class PangoMissing(UserError):  # noqa: N818 -- the name says what is the matter
    """WeasyPrint is there, but a native library that it needs (Pango, HarfBuzz, GLib) cannot be loaded."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            "the sheet can't be printed, for this machine lacks Pango; install it with one of: "
            "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 (Debian, Ubuntu), "
            "dnf install pango (Fedora), brew install pango (macOS), "
            "pacman -S mingw-w64-x86_64-pango (Windows, in MSYS2) "
            f"({detail.partition(': ')[0].strip() or 'no library was named'})"
        )
        self.detail = detail

    def __reduce__(self) -> tuple[type[PangoMissing], tuple[str]]:
        return PangoMissing, (self.detail,)


class LayoutFailed(UserError):  # noqa: N818 -- likewise
    """A signature that could not be laid out: `name` says which, `reason` what went wrong."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"the pages of {name} could not be laid out: {reason}")
        self.name, self.reason = name, reason

    def __reduce__(self) -> tuple[type[LayoutFailed], tuple[str, str]]:
        return LayoutFailed, (self.name, self.reason)
