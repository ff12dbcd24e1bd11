"""What the publication is called and who publishes it, as it stands in its masthead."""

PUBLICATION = "大数据发展动态"
PUBLISHER = "贵阳智能大数据战略研究院"
# The order in which the masthead prints them; a JSON object in the database keeps none.
MASTHEAD_ROLES = (
    "指导单位",
    "主编",
    "联合主编",
    "学术支持",
    "编委",
    "总编辑",
    "执行编辑",
    "责任编辑",
    "美术编辑",
)
