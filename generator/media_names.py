"""Which files a card can show or play, by their names and by their first bytes."""

from __future__ import annotations

PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "avif", "svg"})
# Pictures that no card shows: who embeds one is told so.
_NOT_SHOWN = frozenset({"bmp", "heic", "heif", "ico", "jxl", "tif", "tiff"})
# What Anki's own player takes, sound or film, where a field says `[sound:name]`.
PLAYED = frozenset({
    "mp3", "ogg", "oga", "opus", "wav", "flac", "m4a", "aac", "mp4", "m4v", "mov", "webm", "ogv", "3gp", "mkv",
})  # fmt: skip

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"GIF87a", "image/gif", ".gif"),
    (b"GIF89a", "image/gif", ".gif"),
    (b"ID3", "audio/mpeg", ".mp3"),
    (b"OggS", "audio/ogg", ".ogg"),
    (b"fLaC", "audio/flac", ".flac"),
    (b"\x1aE\xdf\xa3", "video/webm", ".webm"),
)
# Of ISO media files, by their brands; the others are films.
_BRANDS: dict[bytes, tuple[str, str] | None] = {
    b"M4A ": ("audio/mp4", ".m4a"), b"M4B ": ("audio/mp4", ".m4a"), b"avif": ("image/avif", ".avif"),
    b"avis": ("image/avif", ".avif"), b"heic": None, b"heix": None, b"heim": None, b"heis": None, b"hevc": None,
    b"mif1": None, b"msf1": None,
}  # fmt: skip
_CONTAINERS = {b"WEBP": ("image/webp", ".webp"), b"WAVE": ("audio/wav", ".wav")}


def is_media(name: str) -> bool:
    """Whether a file of this name is a picture, a sound or a film."""
    return suffix(name) in PICTURES | PLAYED | _NOT_SHOWN


def suffix(name: str) -> str:
    """What stands behind a name's last full stop, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def kind_of(data: bytes) -> tuple[str, str] | None:
    """Media type and suffix by the first bytes: a name proves nothing. None for what no card takes."""
    for magic, mime, ending in _MAGIC:
        if data.startswith(magic):
            return mime, ending
    if data[:4] == b"RIFF":
        return _CONTAINERS.get(data[8:12])
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], ("video/mp4", ".mp4"))
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in data[:4096].lower():
        return "image/svg+xml", ".svg"
    return _frames(data)


def _frames(data: bytes) -> tuple[str, str] | None:
    """A stream of MPEG frames that begins without a header of its own: eleven bits are set (ISO 11172-3, 2.4.1.3)."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return None
    if data[1] & 0xF6 == 0xF0:
        return "audio/aac", ".aac"
    layer, rate = data[1] >> 1 & 3, data[2] >> 4
    return ("audio/mpeg", ".mp3") if layer and rate not in (0, 15) and data[2] >> 2 & 3 != 3 else None
