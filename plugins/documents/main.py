"""The tools. Files come in and go out as copies, so that nothing here ever opens a file of the person's itself."""

from __future__ import annotations

from pathlib import Path

from agent.api import ReadFile, ToolRetry, WriteFile, tool

from .reading import MAX_FILE_BYTES, Reading

_READ = ".pdf, .docx, .xlsx and .pptx"
_WRITTEN = ".docx, .pdf and .xlsx"


@tool(reading=True, timeout_s=120)
def read(file: ReadFile, part: str = "") -> str:
    """Read a PDF, Word, Excel or PowerPoint file as Markdown.

    part: pages or slides (2-5), a sheet (Sales or Sales!A1:D20), a heading
    """
    if file.stat().st_size > MAX_FILE_BYTES:
        raise ToolRetry(f"{file.name} is larger than {MAX_FILE_BYTES // 1_000_000} MB and is not read.")
    reading = _reading(file, part)
    return "\n\n".join([" ".join((f"{file.name}.", *reading.notes)), reading.markdown])


@tool(timeout_s=120)
def write(file: WriteFile, text: str = "", source: ReadFile | None = None, formulas: bool = False) -> str:
    """Make a Word, PDF or Excel file of Markdown; Excel of its tables, or of CSV.

    source: a Markdown or CSV file instead of text
    formulas: write cells that begin with = as formulas
    """
    if bool(text.strip()) == (source is not None):
        raise ToolRetry("Give either a text or a source file.")
    notes = _write(file, text if source is None else _text_of(source), source, formulas)
    return " ".join((f"Wrote {file.name}.", *notes))


def _reading(file: Path, part: str) -> Reading:
    # Imported when needed: the libraries take up to half a second each, and a run seldom needs two.
    match file.suffix.lower():
        case ".pdf":
            from .from_pdf import read_pdf

            return read_pdf(file, part)
        case ".docx" | ".docm" | ".dotx":
            from .from_word import read_word

            return read_word(file, part)
        case ".xlsx" | ".xlsm" | ".xltx":
            from .from_excel import read_excel

            return read_excel(file, part)
        case ".pptx" | ".pptm" | ".ppsx":
            from .from_slides import read_slides

            return read_slides(file, part)
        case other:
            raise ToolRetry(f"{other or file.name} is not read: only {_READ}. Save it as one of these.")


def _write(file: Path, text: str, source: Path | None, formulas: bool) -> tuple[str, ...]:
    from .blocks import parse

    is_csv = source is not None and source.suffix.lower() in (".csv", ".tsv")
    kind = file.suffix.lower()
    if kind == ".xlsx":
        from .to_excel import sheet_of_csv, sheets_of, write_excel

        return write_excel([sheet_of_csv(text, file.stem)] if is_csv else sheets_of(parse(text)), file, formulas)
    if kind not in (".docx", ".pdf"):
        raise ToolRetry(f"{kind or file.name} is not written: only {_WRITTEN}.")
    document = parse(_table_of(text) if is_csv else text)
    left_out = (f"Images left out: {document.images}.",) if document.images else ()
    if kind == ".docx":
        from .to_word import write_word

        write_word(document, file)
        return left_out
    from .to_pdf import write_pdf

    return (*left_out, *write_pdf(document, file))


def _table_of(text: str) -> str:
    """CSV as a Markdown table."""
    from .reading import table
    from .to_excel import sheet_of_csv

    return table(sheet_of_csv(text, "").rows)


def _text_of(source: Path) -> str:
    try:
        return source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ToolRetry(f"{source.name} is not UTF-8 text.") from None
