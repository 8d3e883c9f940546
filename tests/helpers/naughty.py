"""Texts that break programs: the worst kinds, one or two of each."""

from __future__ import annotations

NAUGHTY = (
    # nothing, or nothing to see
    "", " ", "\t", "\u00a0", "\u200b", "\u3164", "\ufeff", "\u2800\u2800", "\n\n\n",
    # control characters, line breaks of all kinds
    "a\x00b", "\x1b[31mred\x1b[0m", "bell\x07", "back\x08\x08space", "del\x7f", "c1\x80\x9b\x9f", "one\r\ntwo\rthree",
    "line\u2028paragraph\u2029end", "vertical\x0bform\x0cfeed", "\x1c\x1d\x1e\x1f", "tab\tand\tstop",
    # from right to left, and both
    "مرحبا بالعالم", "שלום עולם", "abc \u202egnp.exe", "\u2067right\u2069 \u2066left\u2069", "\u202a\u202b\u202d\u202e",
    "הָיְתָהtestالصفحات", "/שלום/a/b",
    # many marks on few letters
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031e\u0320\u034dALGO",
    "e" + "\u0301" * 200, "ﷺﷺﷺ", "௵௵", "नि", "ก็็็็็็็็็็",
    # outside the first plane, joined, half
    "👩‍👩‍👧‍👦", "🏳️‍🌈 🇩🇪 👋🏿", "𝒯𝒽ℯ 𝕢𝕦𝕚𝕔𝕜", "𠜎𠜱𠝹", "\U0010ffff", "\uffff\ufffe", "half \ufffd", "\ue000 private",
    # markup, entities, mnemonics, formats
    "<b>bold</b><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&amp; &lt; &#0; &nbsp;", "A && B & C",
    "&File", "<table><tr><td width=99999>", "<!-- --> ]]> <![CDATA[", "# heading **bold** [x](file:///etc/passwd)",
    "%n %1 %s %d {0} {title} %%", "$HOME `id` $(id)", "'; DROP TABLE sessions; --", '"quotes" \'single\' \\ back',
    # like paths, like numbers, like nothing
    "../../etc/passwd", "CON", "C:\\..\\nul", "-rf", "--help", "NaN", "null", "undefined", "1e309", "0x10",
    # letters that change their length, that look alike, that have no case
    "İıſßﬁ", "ﾃｽﾄ ｶﾞ", "раураl", "Ⅷ ① ㊙", "中文字符混排 English 日本語 한국어",
    # long
    "w" * 10_000, "word " * 2_000, "ا" * 5_000, "\u2029" * 300, "🧨" * 2_000,
)  # fmt: skip
