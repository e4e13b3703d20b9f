#!/usr/bin/env bash
# python-calamine 0.9.1: a cell that shows an error in the spreadsheet comes back as the empty string.
#
# #DIV/0!, #N/A and #VALUE! are stored in the file (t="e") and are what a person sees in the sheet. openpyxl
# gives them as text; calamine gives "", as it does for a cell that is empty, so that a reader can neither tell
# a failed formula from a value that nobody entered, nor name what was there.
#
# Seen: calamine ['ratio', 0.5, '', '', '', ''], openpyxl ['ratio', 0.5, '#DIV/0!', '#N/A', '#VALUE!', None].
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet python-calamine==0.9.1 XlsxWriter==3.2.9 openpyxl==3.1.5
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import openpyxl
import python_calamine
import xlsxwriter

book = xlsxwriter.Workbook("ratios.xlsx")
sheet = book.add_worksheet("ratios")
sheet.write_string(0, 0, "ratio")
sheet.write_number(1, 0, 0.5)
for row, shown in enumerate(("#DIV/0!", "#N/A", "#VALUE!"), 2):
    sheet.write_formula(row, 0, "=1/0", None, shown)
sheet.write_string(5, 1, "the last cell of the first column is empty")
book.close()

calamine = python_calamine.CalamineWorkbook.from_path("ratios.xlsx").get_sheet_by_name("ratios").to_python()
other = openpyxl.load_workbook("ratios.xlsx", data_only=True)["ratios"]
read = [row[0] for row in calamine]
shown = [row[0] for row in other.iter_rows(values_only=True)]
print("calamine", read)
print("openpyxl", shown)
assert read == ["ratio", 0.5, "", "", "", ""], read
assert shown == ["ratio", 0.5, "#DIV/0!", "#N/A", "#VALUE!", None], shown
PYTHON
