"""What is pasted from Word and from web pages comes out as clean blocks, at the cursor."""

from bulletin.editing import body as bodies
from bulletin.editing.pasting import blocks_of

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p {color: red}</style></head>
<body><!--StartFragment--><h1 style='mso-pagination:none'>一、总体<span lang=EN-US>要求</span><o:p></o:p></h1>
<p class=MsoNormal style='text-indent:32.0pt'><span style='font-family:仿宋;mso-font-kerning:0pt'>到2027年，
建成<b>五个</b>基地。</span><span lang=EN-US><o:p>&nbsp;</o:p></span></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>·<span>&nbsp;&nbsp; </span></span><![endif]>先行先试</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span
style='mso-list:Ignore'>（二）</span>再行推广</p>
<table class=MsoTableGrid border=1><tr><td><p class=MsoNormal>指标</p></td><td><p>数值</p></td></tr>
<tr><td>规模</td><td>500<br>亿元</td></tr></table>
<p class=MsoNormal>&nbsp;</p><!--EndFragment--></body></html>"""


def told(html):
    return [(each["kind"], each["bullet"], each["text"] or each["rows"]) for each in blocks_of(html)]


def test_word_leaves_nothing_but_structure():
    assert told(WORD) == [
        ("h", False, "一、总体要求"),
        ("p", False, "到2027年，建成五个基地。"),
        ("p", True, "先行先试"),
        ("p", False, "（二）再行推广"),
        ("table", False, [["指标", "数值"], ["规模", "500亿元"]]),
    ]


def test_a_web_page_leaves_its_text_its_lists_and_no_script():
    html = (
        "<div><script>alert(1)</script><h2>通知</h2>前言<ul><li><p>甲</p></li><li>乙<b>丙</b></li></ul>"
        "<ol><li>一条<li>二条</ol><p style='display: none'>看不见</p>第一行<br>第二行<img src=x></div>"
    )
    assert told(html) == [
        ("h", False, "通知"),
        ("p", False, "前言"),
        ("p", True, "甲"),
        ("p", True, "乙丙"),
        ("p", False, "1.一条"),
        ("p", False, "2.二条"),
        ("p", False, "第一行"),
        ("p", False, "第二行"),
    ]
    assert told("<table><tr><td><p>只是个框</p></td></tr></table>") == [("p", False, "只是个框")]
    assert told("<td>没<p>有<table>头</td></table></ul>尾") != [] and told("") == []


def test_what_is_pasted_stands_where_the_cursor_was():
    block = {"id": 1, "kind": "p", "text": "头旧尾", "rows": [], "bullet": False, "places": [{"start": 3}]}
    pasted = blocks_of("<p>甲</p><h2>题</h2><p>乙</p>")
    body, last = bodies.paste([block], 1, (1, 2), pasted, 4)
    assert [(each["id"], each["kind"], each["text"]) for each in body] == [
        (1, "p", "头甲"),
        (5, "h", "题"),
        (6, "p", "乙尾"),
    ]
    assert last == 6 and body[0]["places"] == [{"start": 3}] and body[2]["places"] == []
    body, last = bodies.paste([block], 1, (3, 3), blocks_of("<h2>题</h2>"), 4)
    assert [(each["id"], each["text"]) for each in body] == [(1, "头旧尾"), (5, "题")]
    assert bodies.paste([block], 1, (1, 1), [], 4) == ([block], 4)
