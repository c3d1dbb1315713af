"""WeasyPrint: a page of HTML with fixed tables; style sheet and fonts are read once."""

from html import escape

from weasyprint import CSS, HTML  # type: ignore[import-not-found]  # installed in .venv-bench
from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-not-found]

from tests.bench.rivals.stopwatch import Page, fonts, serve

_STYLE = """
@font-face { font-family: PT; src: url(%(folder)s/PT_Sans-Web-Regular.ttf) }
@font-face { font-family: PT; font-weight: bold; src: url(%(folder)s/PT_Sans-Web-Bold.ttf) }
@page { size: A4; margin: 10mm }
body { margin: 0; font: 8.3pt PT; color: #17212b }
table { table-layout: fixed; border-collapse: collapse; width: 100%% }
td, th { padding: 0; height: 14pt; text-align: left; font-weight: normal }
.rows td { border-bottom: 0.4pt solid #bdc7cf }
th, .quiet { font-size: 7.1pt; color: #54616e }
th { border-bottom: 0.7pt solid #54616e; vertical-align: bottom }
h1 { font-size: 14pt; margin: 0 } h2 { font-size: 9pt; margin: 8pt 0 2pt }
.right { text-align: right } .sum { font-size: 27pt; color: #a33b1a }
.top td { vertical-align: top } .payer td { height: auto }
b.debt { color: #a33b1a } b.advance { color: #1a6b3d }
img { width: 84pt; height: 84pt; image-rendering: pixelated; display: block }
.box { border: 0.5pt solid #54616e; height: 14pt } .cut { border-top: 0.5pt dashed #54616e }
"""
_CHARGES = (168, 29, 41, 34, 38, 54, 43, 46, 42, 43.5)
_METERS = (130.7, 81.7, 65.4, 43.6, 87.1, 87.1, 43)
_STUB = (152.5, 98, 49, 114.4, 124.7)
_FIGURES, _READINGS = {2, 3, 5, 6, 7, 8, 9}, {4, 5, 6}


def _html(page: Page) -> str:
    payer = "".join(
        f"<tr><td class=quiet>{escape(name)}<td>{escape(value)}" for name, value in page["payer"]
    )
    codes = "".join(_code(code) for code in page["codes"])
    return f"""<html lang=ru><title>{page["title"]}</title>
<table><tr><td><h1>{page["title"]}</h1><td class="quiet right" width=130>{page["number"]}</table>
<b>{page["issuer"]}</b><br>{page["contacts"]}<hr>
<table class=top><tr><td style="width: 221pt"><h2>1. Сведения о плательщике и исполнителе услуг</h2>
<table class=payer><col style="width: 73.5pt"><col style="width: 130.5pt">{payer}</table>
<td><h2>2. Информация для внесения платы</h2><span class=quiet>К оплате</span>
<b class=sum>{page["sum"]}</b><br><b>{page["due"]}</b> <span class=quiet>{page["paid"]}</span>
<table><tr>{codes}</table></table>
<h2>3. Расчёт размера платы</h2><table class=rows>{_columns(_CHARGES)}
{_row(page["heads"], _FIGURES, "th")}{"".join(_group(group) for group in page["groups"])}</table>
<p class=quiet>{page["note"]}<h2>4. Справочная информация</h2><table class=rows>{_columns(_METERS)}
{_row(page["meter_heads"], _READINGS, "th")}
{"".join(_row(row, _READINGS) for row in page["meters"])}</table><p class=quiet>{page["made"]}
<p class=cut><table><tr><td><b>{page["account"]}</b> {page["month"]}
<td class=right><b class=debt>К оплате {page["sum"]}</b></table>
<table class=rows>{_columns(_STUB)}{_row(page["stub_heads"], {3}, "th")}
{"".join(_row(row, {3}) + "<td><div class=box></div>" for row in page["stub"])}</table>"""


def _columns(widths: tuple[float, ...]) -> str:
    return "".join(f'<col style="width: {width}pt">' for width in widths)


def _row(cells: list[str], figures: set[int], tag: str = "td") -> str:
    return "<tr>" + "".join(
        f"<{tag}{' class=right' if number in figures else ''}>{escape(cell)}"
        for number, cell in enumerate(cells)
    )


def _group(group: Page) -> str:
    side = "debt" if group["is_debt"] else "advance"
    rows = "".join(_row(row, _FIGURES) for row in group["rows"])
    total = [f"<b>{cell}</b>" for cell in group["total"]]
    return (
        f"<tr><td colspan=6><b>{group['name']}</b> <span class=quiet>{group['recipient']}</span>"
        f"<td colspan=4 class=right><b class={side}>{group['balance']}</b>{rows}<tr>"
        + "".join(
            f"<td{' class=right' if number in _FIGURES else ''}>{cell}"
            for number, cell in enumerate(total)
        )
    )


def _code(code: Page) -> str:
    bold = "<br>".join(f"<b>{escape(line)}</b>" for line in code["bold"])
    lines = "<br>".join(escape(line) for line in code["lines"])
    return f'<td><img src="data:image/png;base64,{code["png"]}">{bold}<br><span class=quiet>{lines}'


def main() -> None:
    """Draw a share for each line of input."""
    configuration = FontConfiguration()
    style = CSS(string=_STYLE % {"folder": fonts().as_uri()}, font_config=configuration)

    def draw(page: str) -> bytes:
        return bytes(HTML(string=page).write_pdf(stylesheets=[style], font_config=configuration))

    serve(_html, draw)


main()
