"""The texts that are written anew for each hand-out."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

import jinja2

TEMPLATES: Final = Path(__file__).with_name("templates")


def render(template: str, **values: object) -> str:
    """The text of a template of ``templates/``. The values are the kit's own, so nothing is escaped."""
    return _environment().get_template(template).render(values)


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
