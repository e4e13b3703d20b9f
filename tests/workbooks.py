"""Spreadsheets that tests write."""

import zipfile
from xml.sax.saxutils import escape

TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#: Formats of cells: plain, a date, a time, a date with its time.
STYLES = f"""<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/>
<numFmt numFmtId="165" formatCode="yyyy-mm-dd hh:mm"/></numFmts><cellXfs count="4"><xf numFmtId="0"/>
<xf numFmtId="164"/><xf numFmtId="21"/><xf numFmtId="165"/></cellXfs></styleSheet>"""


def cell_xml(place, value):
    if value is None:
        return ""
    style = ""
    if isinstance(value, tuple):
        value, kind = value
        style = f' s="{kind}"'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{place}"{style}><v>{value!r}</v></c>'


def sheet_xml(rows, top, left, merged):
    lines = []
    for number, row in enumerate(rows, top):
        cells = "".join(cell_xml(f"{chr(64 + left + k)}{number}", value) for k, value in enumerate(row))
        lines.append(f'<row r="{number}">{cells}</row>')
    spans = "".join(f'<mergeCell ref="{span}"/>' for span in merged)
    tail = f"<mergeCells>{spans}</mergeCells>" if merged else ""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData>{tail}</worksheet>'


def write(path, top=1, left=1, merged=(), **named):
    """Write a workbook; each sheet is a list of rows, the first one from this row and column on."""
    listed = "".join(f'<sheet name="{n}" sheetId="{k}" r:id="r{k}"/>' for k, n in enumerate(named, 1))
    targets = "".join(
        f'<Relationship Id="r{k}" Type="{OFFICE}/worksheet" Target="worksheets/s{k}.xml"/>'
        for k in range(1, len(named) + 1)
    )
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("[Content_Types].xml", TYPES)
        root = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        file.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}">{root}</Relationships>')
        book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
        file.writestr("xl/workbook.xml", book)
        style = f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/>'
        file.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{targets}{style}</Relationships>'
        )
        file.writestr("xl/styles.xml", STYLES)
        for number, rows in enumerate(named.values(), 1):
            first = number == 1
            text = sheet_xml(rows, top if first else 1, left if first else 1, merged if first else ())
            file.writestr(f"xl/worksheets/s{number}.xml", text)
    return path
