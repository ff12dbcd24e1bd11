"""What search engines may know: everything published, nothing else."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from bulletin.models import Article, Issue, Section


class PageSitemap(Sitemap):
    def items(self):
        return ["home", "issue_list", "about", "accessibility"]

    def location(self, item):
        return reverse(item)


class SectionSitemap(Sitemap):
    def items(self):
        return Section.objects.all()


class IssueSitemap(Sitemap):
    def items(self):
        return Issue.objects.published().only("total_number", "updated_at")

    def lastmod(self, issue):
        return issue.updated_at


class ArticleSitemap(Sitemap):
    def items(self):
        standing = Article.objects.published().filter(taken_down_at=None)
        return (
            standing.select_related("issue")
            .only("order", "number", "updated_at", "issue__total_number")
            .order_by("-issue__total_number", "order")
        )

    def lastmod(self, article):
        return article.updated_at


SITEMAPS = {
    "pages": PageSitemap,
    "sections": SectionSitemap,
    "issues": IssueSitemap,
    "articles": ArticleSitemap,
}
