"""One address for one article: what only says how a reader came to it, or on which device, is dropped."""

import re
from urllib.parse import urlsplit, urlunsplit

from courlan import normalize_url

_CACHE = re.compile(r"https?://(?:www\.google\.[a-z.]+/amp|[\w-]+\.cdn\.ampproject\.org/[a-z])/(s/)?(?=[\w-]+\.)")
"""What the caches of AMP pages put before the address; `s/`: of https."""

_DEVICE = re.compile(r"(?:amp|m|mobile)\.(?=[^.]+\.[^.]+)")
_AMP_PATH = re.compile(r"^/amp(?=/.)|/amp(?=/?$)|\.amp(?=$|\.html?$)")
_AMP_QUERY = re.compile(r"(?:amp(?:=[^&]*)?|outputType=amp)", re.IGNORECASE)


def canonical_url(url: str) -> str:
    """`url` without tracking parameters (those that courlan knows) and fragment, as the page for large screens.

    A host `m.`, `mobile.` or `amp.` becomes `www.`. An address that is plain comes back as it is, and so does what is
    no address of the web.
    """
    try:
        parts = urlsplit(_CACHE.sub(lambda found: "https://" if found[1] else "http://", url))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return url
        host = (
            _DEVICE.sub("www.", parts.netloc.lower(), count=1) if _DEVICE.match(parts.netloc.lower()) else parts.netloc
        )
        query = [part for part in parts.query.split("&") if part and not _AMP_QUERY.fullmatch(part)]
        fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""  # these choose another page
        path = _AMP_PATH.sub("", parts.path)
        if not all("=" in part for part in query):  # courlan would drop what has no name: /story?123
            return urlunsplit((parts.scheme, host, path, "&".join(query), fragment))
        return str(normalize_url(urlunsplit((parts.scheme, host, path, "&".join(query), fragment))))
    except ValueError:
        return url
