"""The curated vocabulary to begin with; editors change it at the desk. Topics that are there are left alone."""

from django.db import migrations

# name, slug, words, other words, mentions in the text
TOPICS = [
    ("公共数据", "public-data", ["公共数据", "政务数据共享", "政府数据开放"], [], 3),
    ("数据要素", "data-elements", ["数据要素", "数据产权", "数据要素市场"], [], 3),
    ("数据交易", "data-trading", ["数据交易", "数据流通", "数据产品登记", "数据资产入表"], [], 3),
    ("可信数据空间", "data-spaces", ["可信数据空间", "数据空间"], [], 2),
    ("数据标注", "data-annotation", ["数据标注", "高质量数据集"], [], 2),
    ("数据安全", "data-security", ["数据安全", "个人信息保护", "网络数据安全"], [], 3),
    ("数据跨境", "cross-border-data", ["数据跨境", "数据出境", "跨境数据"], [], 2),
    ("算力", "computing-power", ["算力", "智算中心", "东数西算"], [], 4),
    ("人工智能", "artificial-intelligence", ["人工智能", "大模型", "生成式人工智能"], [], 5),
    ("数字政府", "digital-government", ["数字政府", "政务服务", "一网通办", "数字政务"], [], 3),
    ("中小企业数字化", "sme-digitalisation", ["中小企业数字化", "中小企业的数字化", "数字化转型城市试点"], [], 2),
    ("数字经济", "digital-economy", ["数字经济", "数字产业"], [], 4),
    ("智慧城市", "smart-cities", ["智慧城市", "城市全域数字化", "城市数字公共基础设施"], [], 2),
    ("低空经济", "low-altitude-economy", ["低空经济", "低空智能"], [], 2),
]


def lay(apps, schema_editor):
    topic = apps.get_model("policies", "Topic")
    for order, (name, slug, words, other_words, mentions) in enumerate(TOPICS, 1):
        if not topic.objects.filter(name=name).exists() and not topic.objects.filter(slug=slug).exists():
            topic.objects.create(
                name=name, slug=slug, words=words, other_words=other_words, mentions=mentions, order=order
            )


class Migration(migrations.Migration):
    dependencies = [("policies", "0004_topics_and_notes")]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
