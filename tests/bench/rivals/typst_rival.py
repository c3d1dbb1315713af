"""Typst: one compiler, fonts loaded once, data through `sys.inputs`."""

import base64
import json
from pathlib import Path

import typst  # type: ignore[import-not-found]  # installed in .venv-bench

from tests.bench.rivals.stopwatch import Page, fonts, serve

_TEMPLATE = Path(__file__).with_name("typst_page.typ")


def _prepare(page: Page) -> dict[str, str]:
    codes = [code | {"png": list(base64.b64decode(code["png"]))} for code in page["codes"]]
    return {"page": json.dumps(page | {"codes": codes}, ensure_ascii=False)}


def main() -> None:
    """Draw a share for each line of input."""
    loaded = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts())]
    )
    compiler = typst.Compiler(str(_TEMPLATE), font_paths=loaded)

    def draw(inputs: dict[str, str]) -> bytes:
        return bytes(compiler.compile(format="pdf", sys_inputs=inputs, pdf_tags=False))

    serve(_prepare, draw)


main()
