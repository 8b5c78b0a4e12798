"""Files from the web, for hosts that a project names; nothing else is ever asked of a network."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Collection
from typing import IO

_TIMEOUT = 10.0  # seconds for an answer to begin, or to go on
_PATIENCE = 60.0  # seconds for all of it
_LARGEST = 25 * 1024 * 1024
_KINDS = ("image/", "audio/", "video/", "application/octet-stream", "application/ogg", "binary/octet-stream")
_SAFE = "/%:@!$&'()*+,;=~-._?"


class NotFetchedError(Exception):
    """Why a file could not be had, as the end of a sentence; `offline` where its host does not answer at all."""

    def __init__(self, why: str, offline: bool = False) -> None:
        super().__init__(why)
        self.offline = offline


def host_of(address: str) -> str:
    """The host that an address names, with its port if it names one; empty where it is no web address."""
    try:
        parts = urllib.parse.urlsplit(address)
        return parts.netloc.rpartition("@")[2].lower() if parts.scheme.lower() in ("http", "https") else ""
    except ValueError:
        return ""


def is_allowed(address: str, hosts: Collection[str]) -> bool:
    """Whether the hosts, of which each may name a port, are those of an address."""
    host = host_of(address)
    return bool(host) and (host in hosts or _without_port(host) in hosts)


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host


def fetch(address: str, hosts: Collection[str]) -> bytes:
    """The bytes of a picture, a sound or a film. NotFetchedError where that can't be had, for whatever reason."""
    try:
        request = urllib.request.Request(_in_ascii(address), headers={"User-Agent": "Deckpress"})  # noqa: S310, http(s) only
        with urllib.request.build_opener(_Redirects(hosts)).open(request, timeout=_TIMEOUT) as answer:
            kind = answer.headers.get_content_type()
            if not kind.startswith(_KINDS):
                raise NotFetchedError(f"its host sends `{kind}`")
            return _read(answer)
    except urllib.error.HTTPError as error:
        raise NotFetchedError(f"its host says {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise NotFetchedError(f"its host can't be reached ({_reason(error.reason)})", offline=True) from error
    except TimeoutError as error:
        raise NotFetchedError("its host does not answer in time", offline=True) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotFetchedError(f"it can't be read ({_reason(error)})") from error


def _reason(error: object) -> str:
    return str(getattr(error, "strerror", "") or error)


def _read(answer: http.client.HTTPResponse) -> bytes:
    """All that is sent, within bounds of time and size."""
    until = time.monotonic() + _PATIENCE
    parts: list[bytes] = []
    size = 0
    while part := answer.read1(64 * 1024):  # as it comes: a host that sends a byte at a time is found out
        parts.append(part)
        size += len(part)
        if size > _LARGEST:
            raise NotFetchedError(f"it has more than {_LARGEST // 1024 // 1024} MB")
        if time.monotonic() > until:
            raise NotFetchedError(f"it takes longer than {_PATIENCE:.0f} seconds")
    return b"".join(parts)


def _in_ascii(address: str) -> str:
    """An address as the protocol wants it: with spaces and letters of other scripts escaped."""
    parts = urllib.parse.urlsplit(address)
    host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode()
    path, query = (urllib.parse.quote(part, safe=_SAFE) for part in (parts.path, parts.query))
    return urllib.parse.urlunsplit((parts.scheme, host, path, query, ""))


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows an address that leads elsewhere, if that is a host that the project names too."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = hosts

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """The next request; NotFetchedError for one to another host."""
        if not is_allowed(newurl, self._hosts):
            raise NotFetchedError(f"it leads to `{host_of(newurl)}`, which `allow_hosts` does not name")
        return super().redirect_request(req, fp, code, msg, headers, newurl)
