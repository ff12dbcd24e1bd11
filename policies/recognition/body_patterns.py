"""How the names of organisations are built: the patterns that body_names reads by. Pure."""

from __future__ import annotations

import re

# Words that a name never contains; they end it.
VERBS = (
    "印发|发布|公布|出台|起草|编制|修订|征求|召开|举办|举行|主办|承办|批准|签署|提出|推出|颁布|下发|部署|启动|编写|发起|宣布|提交|表示|指出|要求|强调|明确|"
    "联合|会同|共同|近日|日前|正式|关于|作为|通过|根据|依据|按照|牵头|组织|成立|获悉|介绍|公开|制定|制订|审议|推动|推进|加快|实施|落实|打造|支持|鼓励|"
    "开展|举措|深入|持续|全面|以及|等部门|等\\d|主持|出席|参加|负责|授权|委托|拟|将|就|对|在|向|为|由|的|是|了|已|及其|今年|去年|一致|可能|计划在|行业|领域"
)
# A body's name may hold these although they read like verbs: 发展和改革委员会, 对外联络部, 城乡建设厅.
LETTER = rf"(?:(?!{VERBS})[一-龥·A-Za-z])"
LETTERS = rf"(?:对外|网络对抗|在线|{LETTER})"

DEPARTMENT_END = (
    r"(?:委员会(?:办公室|秘书处)?|办公厅|办公室|指挥部|领导小组(?:办公室)?|工作专班|专班|监管局|管理局|分局|总局|总队|厅|(?<![格布全结开邮当定战])局(?!长|面|部|域|势|限)|"
    r"(?<![部布])署(?!长|名)|(?<![学医法])院(?!长|士|校)|法院|检察院|(?<![常编纪])委(?!员|托|派|书记|常委|主任)|"
    r"(?<![举主创承协开兴督])办(?!事|理|法|公|学|案|好|展|税)|(?:信息|大数据|管理|服务|研究|发展|促进|保护|监测|指导|交易)中心|学会|协会|联合会)"
)
# At the beginning a department is no development zone's attribute and no adverb.
DEPARTMENT = re.compile(
    rf"(?!全|各|有关|相关|多|其他|市场主体|数据中心){LETTERS}{{1,16}}?{DEPARTMENT_END}(?:办公室|秘书处)?"
)
PARTY = re.compile(
    r"(?:党委|委员会|委)(?!托|派|员|书记|副书记|常委(?!会)|副?主任|副?秘书长|、?省长)"
    rf"(?P<organ>办公厅|办公室|网信办|网信委办公室|金融办|科技办|编办|改革办|深改办|财经办|政法委|宣传部|组织部|统战部|社会工作部|社工部|政研室|政策研究室|"
    rf"{LETTERS}{{2,14}}?委员会(?:办公室)?|{LETTERS}{{2,10}}?(?:工委|领导小组)(?:办公室)?)?"
)
GOVERNMENT = re.compile(
    r"(?:人民)?政府(?P<organ>办公厅|办公室|办(?!公|事|理|法)|新闻办公室|新闻办|国有资产监督管理委员会|国资委|研究室)?"
    r"(?!工作报告|网站|数据|采购|治理|服务|引导|投资|性|信息|门户|职能|部门|专项|基金|债|副?秘书长|副?市长|副?省长|主席|各)"
)
ASSEMBLY = re.compile(
    r"(?:第?[一二三四五六七八九十]+届)?(?:人民代表大会|人大)"
    r"(?:(?P<standing>常务委员会|常委会)(?!副?主任)|(?!常务委员会|常委会|代表|副?主任|会议))(?:法制工作委员会|法工委|财经委)?"
)
# Abroad an authority, in the trade something else: a company of one person, 5G without a core of its own…
OTHER_MEANINGS = frozenset({"OPC", "NSA", "CMA", "MAS", "CSA", "CIA", "DPC", "BSI"})
# 联合 + 国家数据局: the verb before a name, not the United Nations
JOINING_A_NATIONAL_BODY = re.compile(r"联合国(?:家(?!组织)|务院|资委|铁|台办|新办|管局|合署|研中心)")
CONSULTATION = re.compile(r"政协(?!委员|副?主席)")
UNIT_OF_A_PLACE = re.compile(r"省|市|自治区|州|县|区")
COMMITTEE_OF_A_ZONE = re.compile(r"(?P<organ>管理委员会|管委会|党工委)(?P<office>办公室)?(?!副?主任|副?书记)")

# The tails of local names as they are spoken, and as they are written over a door.
TAILS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"^(?:发展改革|发展和改革|发改)(?:委|委员会)$", "发展和改革委员会"),
        (r"^(?:发展改革|发改)局$", "发展和改革局"),
        (r"^(?:工信|工业信息化)(?=[厅局委])", "工业和信息化"),
        (r"^(?:经信|经济信息化|经济信息)(?=[厅局委])", "经济和信息化"),
        (r"^科技(?=[厅局])", "科学技术"),
        (r"^科委$", "科学技术委员会"),
        (r"^(?:人社|人力社保|人力资源社会保障)(?=[厅局])", "人力资源和社会保障"),
        (r"^(?:住建|住房城乡建设)(?=[厅局委])", "住房和城乡建设"),
        (r"^市场监管(?=[局委])", "市场监督管理"),
        (r"^(?:文旅|文化旅游)(?=[厅局委])", "文化和旅游"),
        (r"^(?:卫健|卫生健康)(?=[局委])", "卫生健康"),
        (r"^医保局$", "医疗保障局"),
        (r"^药监局$", "药品监督管理局"),
        (r"^通管局$", "通信管理局"),
        (r"^交通(?=[厅局]$)", "交通运输"),
        (r"^教委$", "教育委员会"),
        (r"^农委$", "农业农村委员会"),
        (r"^民委$", "民族事务委员会"),
        (r"^(?:规自|规划资源|规划自然资源)(?=[局委])", "规划和自然资源"),
        (r"^政数局$", "政务服务和数据管理局"),
        (r"^国资委$", "人民政府国有资产监督管理委员会"),
        (r"^(?:高院|高级法院)$", "高级人民法院"),
        (r"^(?:中院|中级法院)$", "中级人民法院"),
        (r"^检察院$", "人民检察院"),
        (r"^政协$", "政协"),
    )
)
PARTY_ORGANS = {
    "网信办": "网络安全和信息化委员会办公室",
    "网信委办公室": "网络安全和信息化委员会办公室",
    "金融办": "金融委员会办公室",
    "科技办": "科技委员会办公室",
    "编办": "机构编制委员会办公室",
    "改革办": "全面深化改革委员会办公室",
    "深改办": "全面深化改革委员会办公室",
    "财经办": "财经委员会办公室",
    "政法委": "政法委员会",
    "社工部": "社会工作部",
    "政研室": "政策研究室",
}

# A ministry's own unit is named with it; an institute's is not: the institute answers for its reports.
UNIT = re.compile(
    rf"(?![和与及暨]){LETTER}{{2,12}}?(?:[一二]?司(?!令|长|法)|局(?!长)|办公室|秘书处|工作组|中心(?!主任)|研究所|实验室|专业委员会|专委会|委员会(?!主任)|分院)"
)
OWN_NAME = re.compile(r"国家|中国|中央|中共|全国|国务院|最高|联合国|国际|世界|欧|美国|英国|[A-Z]")
SUBORDINATE = re.compile("(?:下属|旗下|所属|下设)")
INSTITUTE = re.compile(rf"{LETTER}{{0,6}}?(?:研究院|研究中心|实验室|研究所|安全中心)")
UNITS_NAMED = frozenset(
    {"ministry", "bureau", "committee", "government", "party", "legislature", "court", "state"}
)
# What a central body has in a province: 中国人民银行 + 江西 + 省分行.
BRANCH = re.compile(r"(?:省|市|自治区)?(?:分行|营业管理部|中心支行|监管局|分局|税务局|办事处|专员办)")
OFFICE = re.compile(r"办公厅|办公室|综合司|秘书处")
# Their official names have no 省 and no 市: 杭州互联网法院, 海南自由贸易港知识产权法院.
SPECIAL_COURT = re.compile(r"^(?:互联网|知识产权|金融|海事|铁路运输(?:中级)?)法院$")

FOREIGN_END = (
    r"(?:委员会|办公室|办公厅|中心|(?:议会|国会|联邦)[上下参众]议?院|[上下]院|议会|国会|众议院|参议院|上议院|下议院|众院|参院|议院|联邦政府|政府(?!部门|机构|官员|效率)|理事会|公署|专员|法院|央行|司令部|"
    r"数据保护机构|监管机构|保护机构|海军陆战队|海军(?!部)|空军(?!部)|陆军(?!部)|太空军|杜马|拉达|内阁|研究所|研究院|研究中心|管理局|管理署|"
    r"(?<!商全)(?<![内外局总干])部(?!分|门|署|队|长|委|级|件)|(?<=[业务卫境])省|厅(?!长)|局(?!长|势|面|限)|(?<!医)(?<!学)院(?!长|士|校)|署(?!名|长))"
)
FOREIGN = re.compile(
    rf"(?!多|各|两|一些|等|及其|首席执行官|企业|公司){LETTER}{{0,20}}?{FOREIGN_END}(?:(?![和与及暨]){LETTER}{{1,12}}?(?:办公室|中心|委员会|局(?!长)|司(?!长|法|令)))?"
)
# 工业、科学和资源部: a comma inside a name, only where what stands before it is no name of its own.
# A university is named without its country, and answers for its institutes.
FOREIGN_UNIVERSITY = re.compile(
    rf"(?P<name>{LETTER}{{2,12}}?大学)(?:{LETTER}{{1,16}}?(?:研究院|研究所|中心|学院|实验室))?"
)
NO_NAME_YET = "(?<![部局院会署委厅府室军])"
FOREIGN_ENUMERATION = re.compile(
    rf"(?:{LETTER}{{2,6}}{NO_NAME_YET}、){{1,2}}{LETTER}{{1,6}}{NO_NAME_YET}[和与及]{LETTER}{{2,8}}?"
    r"(?:部(?!门|分|长)|局|委员会|署|办公室)"
)
LIST_GAP = re.compile(r"、|和|与|及|以及|，")
NATIONAL = re.compile(
    rf"(?:国家|全国|国务院|中央|中国)(?!队|级|统|标准|重点|战略|安全(?!部)|政策|层面){LETTERS}{{2,20}}?"
    r"(?:委员会(?:办公室|秘书处)?|标准化技术委员会(?:秘书处)?|管理局|总局|协会|学会|联合会|研究院|研究中心|联盟|有限公司|有限责任公司|基金会|"
    r"领导小组(?:办公室)?|办公室|(?<=[据源法计保])局|大学|标准化工作组)(?:秘书处)?"
)
UNKNOWN = re.compile(
    r"(?P<before>^|[，、。：；“]|由|联合|携手|会同|与|和|及|日|近期|消息|获悉)"
    r"(?P<name>(?!会议|大会|论坛|本次|此次|该|其|我国|各|多家|全国|有关|相关|\d)[A-Za-z0-9一-龥·]{2,22}?"
    r"(?:股份有限公司|有限责任公司|有限公司|集团(?!化)|大学|研究院(?!长)|研究所|协会|学会|联合会|联盟|交易所|实验室|基金会|智库|出版社|"
    r"(?:研究|信息|大数据|发展|交流|交易)中心))"
)
NOT_IN_A_NAME = re.compile(
    rf"{VERBS}|发展报告|企业|我国|推广|五眼|^(?:地方|国家级|省级|市级)|依托|探索|紧盯|确保|不断|设立|集聚|广泛"
)


def written(tail: str) -> str:
    """A local department's name as it is written, for the way it is spoken of: 经信厅, 发改委."""
    for pattern, form in TAILS:
        changed = pattern.sub(form, tail)
        if changed != tail:
            tail = changed
            break
    return f"{tail}员会" if tail.endswith("委") else tail
