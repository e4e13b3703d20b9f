#!/usr/bin/env bash
# python-calamine 0.9.1: in a column of date-times of an .xlsx, a cell at midnight comes back as a date.
#
# The cells all have the format yyyy-mm-dd hh:mm. openpyxl gives a datetime for each of them; calamine gives
# datetime, date, datetime. Comparing or subtracting the values of such a column raises TypeError, and so does
# sorting it, for the one row that was logged at 00:00. With the format hh:mm a cell of 1.0 (24:00) is the date
# 1900-01-01, while one of 0.5 is a time and one of 1.5 a datetime: three types in one column.
#
# Seen: "datetime date datetime" and "time date datetime".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-calamine==0.9.1 XlsxWriter==3.2.9
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import datetime

import python_calamine
import xlsxwriter

book = xlsxwriter.Workbook("log.xlsx")
sheet = book.add_worksheet("log")
stamp = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
clock = book.add_format({"num_format": "hh:mm"})
for row, hour in enumerate((23, 24, 25)):
    sheet.write_datetime(row, 0, datetime(2024, 3, 1 + hour // 24, hour % 24), stamp)
    sheet.write_number(row, 1, (row + 1) / 2, clock)
book.close()

rows = python_calamine.CalamineWorkbook.from_path("log.xlsx").get_sheet_by_name("log").to_python()
kinds = [" ".join(type(cell).__name__ for cell in column) for column in zip(*rows)]
print(*kinds, sep="\n")
assert kinds == ["datetime date datetime", "time date datetime"], kinds
try:
    sorted(row[0] for row in rows)
except TypeError as error:
    print("sorting:", error)
else:
    raise AssertionError("the column could be sorted")
PYTHON
