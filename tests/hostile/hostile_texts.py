"""Tables, city files and notebooks, good and bad."""

import json

from corpus import Corpus

corpus = Corpus()
raw = corpus.raw

# Tables
TABLE = "id,name,lon,lat\n1,ศรีภูมิ,98.98,18.78\n2,หายยา,98.99,18.79\n"
raw("good_table", "good.csv", TABLE, "ok")
raw("good_table_bom", "bom.csv", b"\xef\xbb\xbf" + TABLE.encode(), "ok")
raw("good_table_cp874", "cp874.csv", TABLE.encode("cp874"), "ok")
raw("good_table_utf16", "utf16.csv", TABLE.encode("utf-16"), "ok")
raw("good_table_semicolons", "semi.csv", TABLE.replace(",", ";"), "ok")
raw("good_table_tabs", "tabs.tsv", TABLE.replace(",", "\t"), "ok")
raw("good_table_quotes", "quotes.csv", TABLE.replace("หายยา", '"หายยา, เมือง"'), "ok")
raw("good_table_crlf", "crlf.csv", TABLE.replace("\n", "\r\n"), "ok")
raw("good_wkt", "wkt.csv", 'id,wkt\n1,"POINT (98.98 18.78)"\n', "refused", "EPSG:4326")
raw("no_coordinates", "people.csv", "code,people\n01,100\n02,200\n", "said", "no columns of coordinates")
raw("metres_without_crs", "utm.csv", "id,x,y\n1,498000,2077000\n2,498100,2077100\n", "refused", "EPSG:32647")
raw("swapped", "swapped.csv", "id,lon,lat\n1,18.78,98.98\n2,18.79,98.99\n", "refused", "swapped")
raw("metres_called_lon", "called.csv", "id,lon,lat\n1,498000,2077000\n", "refused", "EPSG:32647")
raw("one_without_place", "gap.csv", TABLE + "3,ก,,\n", "said", "no geometry")
raw("one_bad_place", "word.csv", TABLE + "3,ก,east,north\n", "said", "no geometry")
raw("all_without_place", "gaps.csv", "id,lon,lat\n1,,\n2,,\n", "refused", "without geometry")
raw("thai_digits", "digits.csv", "id,lon,lat\n๑,๙๘.๙๘,๑๘.๗๘\n", "ok")
raw("ragged", "ragged.csv", TABLE + "3,ก\n", "refused", "row 4")
raw("unquoted_comma", "comma.csv", TABLE.replace("หายยา", "หาย,ยา"), "refused", "quotes")
raw("columns_twice", "twice.csv", "id,id,lon,lat\n1,1,98.9,18.7\n", "refused", "two columns")
raw("column_without_name", "unnamed.csv", "id,,lon,lat\n1,2,98.9,18.7\n", "refused", "no name")
raw("only_header", "header.csv", "id,lon,lat\n", "refused", "no rows")
raw("only_spaces", "blank.csv", "\n\n\n", "refused", "blank.csv")
raw("empty_table", "none.csv", "", "refused", "0 bytes")
raw("spreadsheet_called_csv", "sheet.csv", b"PK\x03\x04\x14\x00\x06\x00" + bytes(300), "refused", "CSV")
raw("page_called_csv", "page.csv", "<!DOCTYPE html><html><body>404</body></html>", "refused", "page.csv")
raw("open_quote", "quote.csv", 'id,name\n1,"open\n', "refused", "CSV")
raw("nul_bytes", "nul.csv", b"id,name\n1,\x00\n", "refused", "CSV")
raw("buddhist", "be.csv", "id,built\n1,12/03/2561\n2,2561-01-02\n", "said", "Buddhist")
raw("buddhist_years", "years.csv", "id,ปี\n1,2561\n2,2562\n", "said", "Buddhist")
raw("no_such_day", "day.csv", "id,built\n1,31/02/2561\n", "said", "no calendar")
raw("formulas", "formula.csv", "id,name\n1,=cmd|' /C calc'!A0\n", "said", "formula")
raw("rows_twice", "again.csv", "id,name\n1,a\n1,a\n", "said", "exactly the attributes")
raw("codes_twice", "codes.csv", "code,name\n1,a\n1,b\n", "said", "more than once")
raw("zeros", "zeros.csv", "id,lon,lat\n1,0,0\n2,0,0\n", "refused", "never filled in")
raw("infinite", "inf.csv", "id,lon,lat\n1,1e999,18\n2,98,18\n", "said", "no geometry")
raw("beyond_earth", "beyond.csv", "id,lon,lat\n1,998,918\n", "refused", "beyond.csv")
raw("garbled", "garbled.csv", "id,name\n1," + "หายยา".encode().decode("latin-1") + "\n", "said", "garbled")
raw("random_bytes", "noise.csv", bytes(range(256)) * 20, "refused", "noise.csv")
raw("xlsx", "plan.xlsx", b"PK\x03\x04" + bytes(100), "refused", "CSV")
raw("terminal_codes", "escape.csv", "id,name\n1,\x1b[31mred\n", "said", "control characters")

raw(
    "two_encodings",
    "mixed.csv",
    "id,name\n1,ศรีภูมิ\n".encode() + "2,หายยา\n".encode("cp874"),
    "said",
    "garbled",
)
raw(
    "read_in_the_wrong_encoding",
    "wrong.csv",
    "id,name\n1," + "ศรีภูมิ".encode().decode("cp874", "replace") + "\n2,x\n",
    "said",
    "garbled",
)
raw("one_column", "caret.csv", "a^b\n1^2\n", "refused", "one column")
raw("page_of_lines", "lines.csv", "<html>\n<body>\n</body>\n", "refused", "web page")
raw("western_guess", "west.csv", "id,name\n1,Señor Núñez\n".encode("cp1252"), "said", "a guess")
raw(
    "too_many_columns",
    "turned.csv",
    ",".join(f"c{i}" for i in range(9000)) + "\n" + ",".join(["1"] * 9000) + "\n",
    "refused",
    "turn it round",
)
raw("prose", "letter.txt", "Dear Sir,\nplease find attached\nthe plan.\n", "refused", "row 2")
raw("degrees_and_minutes", "dms.csv", "id,lon,lat\n1,98 58 E,18 46 N\n", "refused", "without geometry")

# City files
CITY = """id: trang
name: {en: Trang, th: ตรัง}
boundary: {centre: [99.61, 7.56], radius_m: 3000}
sources:
  osm: {file: trang.osm.pbf, date: "2024-01-01", licence: ODbL-1.0, attribution: OpenStreetMap}
layers:
  streets: [{source: osm}]
"""
raw("good_city", "trang.yml", CITY, "ok")
raw("unknown_key", "key.yml", CITY.replace("layers:", "layrs:"), "refused", "did you mean")
raw("buddhist_city", "becity.yml", CITY.replace("2024-01-01", "2567-01-01"), "refused", "Buddhist")
raw("no_such_date", "date.yml", CITY.replace("2024-01-01", "2024-02-31"), "refused", "not a date")
raw("tabs_in_yaml", "tab.yml", "id:\ttrang\n\tname: x\n", "refused", "tab.yml")
raw("keys_twice", "double.yml", CITY + "id: other\n", "refused", "double.yml")
raw("list_city", "list.yml", "- 1\n- 2\n", "refused", "mapping")
raw("word_city", "word.yml", "hello", "refused", "mapping")
raw("comment_city", "comment.yml", "# nothing\n", "refused", "mapping")
raw("two_documents", "docs.yml", CITY + "---\n" + CITY, "refused", "docs.yml")
raw("not_utf8", "latin.yml", CITY.encode("cp874"), "refused", "UTF-8")
raw("object_tag", "tag.yml", 'id: !!python/object/apply:os.system ["id"]\n', "refused", "tag.yml")
raw(
    "references_multiply",
    "laughs.yml",
    "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)),
    "refused",
    "unfolds",
)
raw("contains_itself", "self.yml", "id: &a [*a]\n", "refused", "self.yml")
raw("map_contains_itself", "loop.yml", "id: x\nname: &a {en: *a}\n", "refused", "loop.yml")
raw("deep_yaml", "deep.yml", "id: " + "[" * 20_000 + "]" * 20_000, "refused", "deep.yml")
raw("deep_dashes", "dashes.yml", "id: x\nname:\n  " + "- " * 20_000 + "a\n", "refused", "deep")
raw("large_yaml", "large.yml", "# " + "x" * 1_100_000, "refused", "short text")
raw("nul_yaml", "nul.yml", b"id: a\x00b\n", "refused", "nul.yml")
raw("path_leads_out", "out.yml", CITY.replace("trang.osm.pbf", "../../etc/passwd"), "refused", "out.yml")
raw("absolute_path", "abs.yml", CITY.replace("trang.osm.pbf", "/etc/passwd"), "refused", "abs.yml")
raw("id_leads_out", "idout.yml", CITY.replace("id: trang", "id: ../x"), "refused", "id")
raw("swapped_centre", "centre.yml", CITY.replace("[99.61, 7.56]", "[7.56, 99.61]"), "refused", "centre.yml")
raw("no_number", "nan.yml", CITY.replace("3000", ".nan"), "refused", "nan.yml")
raw("negative_radius", "radius.yml", CITY.replace("3000", "-5"), "refused", "radius")
raw("infinite_radius", "infinite.yml", CITY.replace("3000", ".inf"), "refused", "radius")
raw(
    "other_zone", "zone.yml", CITY.replace("id: trang", "id: trang\ncrs: EPSG:32601"), "refused", "EPSG:32647"
)
raw(
    "crs_in_degrees",
    "degrees.yml",
    CITY.replace("id: trang", "id: trang\ncrs: EPSG:4326"),
    "refused",
    "projected",
)
raw("at_zero", "atzero.yml", CITY.replace("[99.61, 7.56]", "[0, 0]"), "refused", "longitude 0")
raw("at_the_pole", "pole.yml", CITY.replace("[99.61, 7.56]", "[99.61, 89.9]"), "refused", "no UTM zone")
raw(
    "address_of_the_inside",
    "inside.yml",
    CITY.replace("date:", "origin: {url: 'http://169.254.169.254/x'}, date:"),
    "said",
    "not a public address",
)
raw(
    "address_of_a_file",
    "fileurl.yml",
    CITY.replace("date:", "origin: {url: 'file:///etc/passwd'}, date:"),
    "refused",
    "url",
)
raw("script_name", "script.yml", CITY.replace("ตรัง", "'<script>alert(1)</script>'"), "said", "web pages")
raw("no_such_encoding", "codec.yml", CITY.replace("date:", "encoding: klingon, date:"), "refused", "klingon")
raw("no_such_crs", "mars.yml", CITY.replace("date:", "crs: 'EPSG:999999', date:"), "refused", "EPSG:999999")
raw("source_not_declared", "undeclared.yml", CITY.replace("source: osm", "source: osn"), "refused", "osn")
raw("unknown_layer", "layer.yml", CITY.replace("streets:", "strets:"), "refused", "strets")
raw("empty_city", "empty.yml", "", "refused", "0 bytes")

# Notebooks
PARAMETERS = 'city: str = "sample"\nminutes: list[int] = [5, 10]\n'


def code(source, **metadata):
    return {
        "cell_type": "code",
        "source": source,
        "metadata": metadata,
        "outputs": [],
        "execution_count": None,
    }


def notebook(*cells, **members):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **members})


def asked(source):
    return notebook(code(source, tags=["parameters"]), code("print(1)"))


GOOD = asked(PARAMETERS)
raw("good_notebook", "good.ipynb", GOOD, "ok")
raw(
    "good_magic",
    "magic.ipynb",
    notebook(code(PARAMETERS, tags=["parameters"]), code("%matplotlib inline\nx = 1")),
    "ok",
)
raw("good_await", "await.ipynb", notebook(code(PARAMETERS, tags=["parameters"]), code("await x()")), "ok")
raw("notebook_cut", "cut.ipynb", GOOD[:-30], "refused", "cut off")
raw("notebook_empty", "empty.ipynb", "", "refused", "0 bytes")
raw("notebook_not_json", "text.ipynb", "import os", "refused", "not a notebook")
raw("notebook_list", "list.ipynb", "[]", "refused", "not a notebook")
raw("notebook_old", "old.ipynb", '{"nbformat": 3, "worksheets": []}', "refused", "old format")
raw("notebook_future", "future.ipynb", GOOD.replace('"nbformat": 4', '"nbformat": 9'), "refused", "9")
raw("no_parameters", "none.ipynb", notebook(code("x = 1")), "refused", "parameters")
raw(
    "two_parameters",
    "two.ipynb",
    notebook(code("a: int = 1", tags=["parameters"]), code("b: int = 1", tags=["parameters"])),
    "refused",
    "parameters",
)
raw("parameters_run_code", "runs.ipynb", asked('city: str = __import__("os").getcwd()'), "refused", "plain")
raw("parameters_import", "imports.ipynb", asked("import os\ncity: str = 'x'"), "refused", "line 1")
raw("parameters_untyped", "untyped.ipynb", asked("city = 'x'"), "refused", "type")
raw("parameters_private", "private.ipynb", asked("__builtins__: str = 'x'"), "refused", "type")
raw("parameters_hostile_name", "name.ipynb", asked("x; import os: int = 1"), "refused", "line 1")
raw("parameters_reserved", "reserved.ipynb", asked("model_config: int = 1"), "refused", "reserved.ipynb")
raw("parameters_wrong_default", "default.ipynb", asked("n: int = 'x'"), "refused", "n")
raw("parameters_unknown_type", "type.ipynb", asked("n: Path = 'x'"), "refused", "plain type")
raw(
    "parameters_deep",
    "deepname.ipynb",
    asked("n: int = " + "(" * 5000 + "1" + ")" * 5000),
    "refused",
    "deepname.ipynb",
)
raw(
    "parameters_not_code",
    "markdown.ipynb",
    notebook({"cell_type": "markdown", "source": "# x", "metadata": {"tags": ["parameters"]}}),
    "refused",
    "no code",
)
raw("cells_not_objects", "cells.ipynb", notebook(1, 2), "refused", "cell 1")
raw(
    "cell_without_source",
    "nosource.ipynb",
    notebook({"cell_type": "code", "metadata": {}}),
    "refused",
    "no text",
)
raw("tags_not_list", "tags.ipynb", notebook(code("x", tags={"a": 1})), "refused", "tags")
raw(
    "unknown_cell",
    "kind.ipynb",
    notebook({"cell_type": "evil", "source": "", "metadata": {}}),
    "refused",
    "evil",
)
raw(
    "syntax_error",
    "syntax.ipynb",
    notebook(code(PARAMETERS, tags=["parameters"]), code("def (")),
    "refused",
    "line 1",
)
raw(
    "other_language",
    "r.ipynb",
    notebook(code(PARAMETERS, tags=["parameters"]), metadata={"kernelspec": {"language": "R"}}),
    "refused",
    "Python",
)
raw(
    "shell_commands",
    "shell.ipynb",
    notebook(code(PARAMETERS, tags=["parameters"]), code("!rm -rf /")),
    "said",
    "commands of the system",
)
raw(
    "old_outputs",
    "outputs.ipynb",
    notebook(code(PARAMETERS, tags=["parameters"]), {**code("1"), "outputs": [{"output_type": "stream"}]}),
    "said",
    "earlier run",
)
raw(
    "ids_twice",
    "ids.ipynb",
    notebook({**code(PARAMETERS, tags=["parameters"]), "id": "a"}, {**code("1"), "id": "a"}),
    "refused",
    "id",
)
raw("no_cells", "nocells.ipynb", notebook(), "refused", "no cells")
raw("deep_json", "deep.ipynb", '{"cells": ' + "[" * 100_000, "refused", "notebook")
raw("metadata_list", "meta.ipynb", notebook(code("x"), metadata=[]), "refused", "metadata")
