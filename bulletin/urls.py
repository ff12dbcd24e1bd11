"""The whole address plan."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.contrib.sitemaps.views import sitemap
from django.urls import path, re_path
from django.views.decorators.http import require_safe

from bulletin import feeds, health, originals, previewing, views
from bulletin.accounts import views as accounts
from bulletin.analysis import articles, bodies, calendar, compare, policies, regions, targets, topics
from bulletin.api import schema as api_schema
from bulletin.api import views as api
from bulletin.desk import arranging as desk_arranging
from bulletin.desk import batches as desk_batches
from bulletin.desk import corrections as desk_corrections
from bulletin.desk import decisions as desk_decisions
from bulletin.desk import facts as desk_facts
from bulletin.desk import frontmatter as desk_frontmatter
from bulletin.desk import home as desk_home
from bulletin.desk import issues as desk_issues
from bulletin.desk import links as desk_links
from bulletin.desk import names as desk_names
from bulletin.desk import outbox as desk_outbox
from bulletin.desk import policies as desk_policies
from bulletin.desk import proposals as desk_proposals
from bulletin.desk import publishing as desk_publishing
from bulletin.desk import review as desk_review
from bulletin.desk import tagging as desk_tagging
from bulletin.desk import topics as desk_topics
from bulletin.desk import uploads as desk_uploads
from bulletin.search import pages as search
from bulletin.sitemaps import SITEMAPS

urlpatterns = [
    path("", views.home, name="home"),
    path("issues/", views.issue_list, name="issue_list"),
    path("issues/<int:total_number>/", views.issue, name="issue"),
    path("issues/<int:total_number>/print/", views.issue_print, name="issue_print"),
    path("issues/<int:total_number>.pdf", originals.original, name="issue_pdf"),
    path("issues/<int:total_number>.txt", originals.original, name="issue_text"),
    path("issues/<int:total_number>/pages/<int:number>/", originals.page, name="issue_page"),
    path(
        "issues/<int:total_number>/pages/<int:number>.webp", originals.page_picture, name="issue_page_picture"
    ),
    path("issues/<int:total_number>/<int:article_number>/", views.article, name="article"),
    path(
        "issues/<int:total_number>/<int:article_number>/pictures/<int:number>.webp",
        originals.article_picture,
        name="article_picture",
    ),
    path(
        "issues/<int:total_number>/<int:article_number>/cite.<str:form>",
        views.article_citation,
        name="citation",
    ),
    path("sections/<str:slug>/", views.section, name="section"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("articles/", articles.article_list, name="article_list"),
    path("regions/", regions.region_list, name="region_list"),
    path("regions/compare/", compare.compare, name="compare"),
    path("regions/<path:path>/", regions.region, name="region"),
    path("bodies/", bodies.body_list, name="body_list"),
    path("bodies/<int:pk>/", bodies.body, name="body"),
    path("policies/", policies.policy_list, name="policy_list"),
    path("policies/<int:pk>/", policies.policy, name="policy"),
    path("policies/<int:pk>.json", policies.policy_json, name="policy_json"),
    path("targets/", targets.target_list, name="target_list"),
    path("topics/", topics.topic_list, name="topic_list"),
    path("topics/diffusion/", topics.diffusion, name="diffusion"),
    path("topics/<slug:slug>/", topics.topic, name="topic"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar.ics", calendar.calendar_file, name="calendar_file"),
    path("feeds/issues.atom", feeds.issues, name="issue_feed"),
    path("feeds/articles.atom", feeds.articles, name="article_feed"),
    path("feeds/sections/<str:slug>.atom", feeds.section, name="section_feed"),
    path("feeds/regions/<path:path>.atom", feeds.region, name="region_feed"),
    path("feeds/bodies/<int:pk>.atom", feeds.body, name="body_feed"),
    path("feeds/topics/<slug:slug>.atom", feeds.topic, name="topic_feed"),
    path("feeds/policies.atom", feeds.policies, name="policies_feed"),
    path("feeds/policies/<int:pk>.atom", feeds.policy, name="policy_feed"),
    path("feeds/search.atom", feeds.search, name="search_feed"),
    path("api/", api_schema.reference, name="api"),
    path("api/v1/openapi.json", api_schema.openapi_file, name="api_schema"),
    path("api/v1/issues/", api.IssueList.as_view(), name="api_issues"),
    path("api/v1/issues/<int:total_number>/", api.IssueDetail.as_view(), name="api_issue"),
    path("api/v1/articles/", api.ArticleList.as_view(), name="api_articles"),
    path(
        "api/v1/articles/<int:total_number>/<int:article_number>/",
        api.ArticleDetail.as_view(),
        name="api_article",
    ),
    path("api/v1/sections/", api.SectionList.as_view(), name="api_sections"),
    path("api/v1/sections/<slug:slug>/", api.SectionDetail.as_view(), name="api_section"),
    path("api/v1/regions/", api.RegionList.as_view(), name="api_regions"),
    path("api/v1/regions/<path:path>/", api.RegionDetail.as_view(), name="api_region"),
    path("api/v1/bodies/", api.BodyList.as_view(), name="api_bodies"),
    path("api/v1/bodies/<int:pk>/", api.BodyDetail.as_view(), name="api_body"),
    path("api/v1/topics/", api.TopicList.as_view(), name="api_topics"),
    path("api/v1/policies/", api.PolicyList.as_view(), name="api_policies"),
    path("api/v1/policies/<int:pk>/", api.PolicyDetail.as_view(), name="api_policy"),
    path("api/v1/targets/", api.TargetList.as_view(), name="api_targets"),
    path("api/v1/search/", api.Search.as_view(), name="api_search"),
    re_path(r"^api/v1/(?P<rest>[\s\S]*)$", api.NotFound.as_view(), name="api_nothing"),
    path("preview/<str:token>/", previewing.issue, name="preview_issue"),
    path("preview/<str:token>/print/", previewing.issue_print, name="preview_print"),
    path("preview/<str:token>/<int:article_number>/", previewing.article, name="preview_article"),
    path(
        "preview/<str:token>/<int:article_number>/pictures/<int:number>.webp",
        previewing.picture,
        name="preview_picture",
    ),
    path("about/", views.about, name="about"),
    path("about/accessibility/", views.accessibility, name="accessibility"),
    path("desk/", desk_home.desk, name="desk"),
    path("desk/search/", search.desk_search, name="desk_search"),
    path("desk/upload/", desk_uploads.upload_list, name="upload_list"),
    path("desk/uploads/<int:pk>/", desk_uploads.upload_page, name="upload"),
    path("desk/uploads/<int:pk>/fragment/", desk_uploads.upload_fragment, name="upload_fragment"),
    path("desk/uploads/<int:pk>/retry/", desk_uploads.retry_upload, name="retry_upload"),
    path("desk/uploads/<int:pk>/stop/", desk_uploads.stop_upload, name="stop_upload"),
    path("desk/uploads/<int:pk>/adopt/", desk_uploads.adopt_upload, name="adopt_upload"),
    path("desk/uploads/<int:pk>/discard/", desk_uploads.discard_upload, name="discard_upload"),
    path("desk/uploads/<int:pk>/sheet/", desk_uploads.upload_sheet, name="upload_sheet"),
    path(
        "desk/uploads/<int:pk>/pages/<int:number>.webp",
        desk_uploads.upload_page_picture,
        name="upload_page_picture",
    ),
    path("desk/uploads/<int:pk>/original/", desk_uploads.original, name="upload_original"),
    path("desk/batches/<int:pk>/", desk_batches.batch, name="batch"),
    path("desk/batches/<int:pk>/fragment/", desk_batches.batch_fragment, name="batch_fragment"),
    path("desk/batches/<int:pk>/pause/", desk_batches.pause_batch, name="pause_batch"),
    path("desk/batches/<int:pk>/resume/", desk_batches.resume_batch, name="resume_batch"),
    path("desk/batches/<int:pk>/retry/", desk_batches.retry_batch, name="retry_batch"),
    path("desk/batches/<int:pk>/outcome.csv", desk_batches.batch_csv, name="batch_csv"),
    path("desk/issues/<int:total_number>/", desk_issues.desk_issue, name="desk_issue"),
    path("desk/issues/<int:total_number>/publish/", desk_publishing.publish_issue, name="publish_issue"),
    path("desk/issues/<int:total_number>/edit/", desk_frontmatter.edit_issue, name="edit_issue"),
    path("desk/issues/<int:total_number>/history/", desk_frontmatter.issue_history, name="issue_history"),
    path(
        "desk/issues/<int:total_number>/history/<int:version>/restore/",
        desk_frontmatter.restore_issue_version,
        name="restore_issue_version",
    ),
    path("desk/issues/<int:total_number>/submit/", desk_publishing.submit_issue, name="submit_issue"),
    path(
        "desk/issues/<int:total_number>/send-back/", desk_publishing.send_back_issue, name="send_back_issue"
    ),
    path(
        "desk/issues/<int:total_number>/unschedule/",
        desk_publishing.unschedule_issue,
        name="unschedule_issue",
    ),
    path("desk/issues/<int:total_number>/preview/", desk_publishing.make_preview, name="make_preview"),
    path("desk/previews/<int:pk>/revoke/", desk_publishing.revoke_preview, name="revoke_preview"),
    path("desk/issues/<int:total_number>/open-pages/", desk_issues.open_pages, name="open_pages"),
    path("desk/issues/<int:total_number>/withdraw/", desk_publishing.withdraw_issue, name="withdraw_issue"),
    path("desk/issues/<int:total_number>/articles/<int:article_number>/", desk_review.review, name="review"),
    path("desk/issues/<int:total_number>/articles/add/", desk_arranging.add_article, name="add_article"),
    path("desk/issues/<int:total_number>/order/", desk_arranging.order_articles, name="order_articles"),
    path("desk/articles/<int:pk>/split/", desk_arranging.split_article, name="split_article"),
    path("desk/articles/<int:pk>/merge/", desk_arranging.merge_article, name="merge_article"),
    path("desk/articles/<int:pk>/delete/", desk_arranging.delete_article, name="delete_article"),
    path("desk/arrangements/<int:pk>/undo/", desk_arranging.undo_arrangement, name="undo_arrangement"),
    path("desk/issues/<int:total_number>/correct/", desk_corrections.add_correction, name="correct_issue"),
    path(
        "desk/issues/<int:total_number>/articles/<int:article_number>/correct/",
        desk_corrections.add_correction,
        name="correct_article",
    ),
    path("desk/outbox/", desk_outbox.outbox, name="outbox"),
    path("desk/outbox/<int:pk>/retry/", desk_outbox.send_again, name="send_again"),
    path("desk/links/", desk_links.link_list, name="link_list"),
    path("desk/articles/<int:pk>/link/", desk_links.link_state, name="link_state"),
    path("desk/articles/<int:pk>/link/look/", desk_links.look_at_link, name="look_at_link"),
    path("desk/doubts/<int:pk>/settle/", desk_review.settle_issue_doubt, name="settle_issue_doubt"),
    path("desk/articles/<int:pk>/presence/", desk_review.note_presence, name="note_presence"),
    path("desk/articles/<int:pk>/history/", desk_review.article_history, name="article_history"),
    path(
        "desk/articles/<int:pk>/history/<int:version>/restore/",
        desk_review.restore_version,
        name="restore_version",
    ),
    path("desk/keys/", desk_review.choose_keys, name="choose_keys"),
    path(
        "desk/issues/<int:total_number>/articles/<int:article_number>/take-down/",
        desk_issues.take_down_article,
        name="take_down_article",
    ),
    path(
        "desk/issues/<int:total_number>/articles/<int:article_number>/restore/",
        desk_issues.restore_article,
        name="restore_article",
    ),
    path("desk/names/", desk_names.name_list, name="name_list"),
    path("desk/names/suggest/", desk_names.suggest_bodies, name="suggest_bodies"),
    path("desk/names/<int:pk>/make/", desk_names.make_name, name="make_name"),
    path("desk/names/<int:pk>/merge/", desk_names.merge_name, name="merge_name"),
    path("desk/names/<int:pk>/refuse/", desk_names.refuse_name, name="refuse_name"),
    path("desk/policies/", desk_policies.desk_policy_list, name="desk_policy_list"),
    path("desk/policies/suggest/", desk_policies.suggest_policies, name="suggest_policies"),
    path("desk/policies/<int:pk>/", desk_policies.desk_policy, name="desk_policy"),
    path("desk/policies/<int:pk>/merge/", desk_policies.merge_policy, name="merge_policy"),
    path("desk/policies/<int:pk>/split/", desk_policies.split_policy, name="split_policy"),
    path("desk/stages/<int:pk>/", desk_policies.correct_stage, name="correct_stage"),
    path("desk/proposals/", desk_proposals.proposal_list, name="proposal_list"),
    path("desk/proposals/<int:pk>/accept/", desk_proposals.accept_proposal, name="accept_proposal"),
    path("desk/proposals/<int:pk>/refuse/", desk_proposals.refuse_proposal, name="refuse_proposal"),
    path("desk/articles/<int:pk>/facts/", desk_facts.article_facts, name="article_facts"),
    path("desk/articles/<int:pk>/facts/target/", desk_facts.add_target, name="add_target"),
    path("desk/facts/suggest/<str:kind>/", desk_tagging.suggest_tags, name="suggest_tags"),
    path("desk/facts/citations/<int:pk>/refuse/", desk_facts.refuse_citation, name="refuse_citation"),
    path("desk/facts/<str:kind>/<int:pk>/confirm/", desk_facts.confirm_fact, name="confirm_fact"),
    path("desk/facts/<str:kind>/<int:pk>/refuse/", desk_facts.refuse_fact, name="refuse_fact"),
    path("desk/decisions/", desk_decisions.decision_list, name="decision_list"),
    path("desk/decisions/<int:pk>/undo/", desk_decisions.undo_decision, name="undo_decision"),
    path("desk/topics/", desk_topics.topic_desk, name="topic_desk"),
    path("desk/topics/new/", desk_topics.edit_topic, name="new_topic"),
    path("desk/topics/<int:pk>/", desk_topics.edit_topic, name="edit_topic"),
    path("desk/topics/<int:pk>/remove/", desk_topics.remove_topic, name="remove_topic"),
    path("desk/targets/<int:pk>/notes/", targets.target_notes, name="target_notes"),
    path("desk/targets/notes/<int:pk>/remove/", targets.remove_target_note, name="remove_target_note"),
    path("desk/login/", accounts.LoginPage.as_view(), name="login"),
    path("desk/login/code/", accounts.CodePage.as_view(), name="login_code"),
    path("desk/logout/", LogoutView.as_view(), name="logout"),
    path("desk/admin/", admin.site.urls),
    path("account/", accounts.account, name="account"),
    path("account/password/", accounts.PasswordPage.as_view(), name="password"),
    path("account/two-step/begin/", accounts.begin_two_step, name="begin_two_step"),
    path("account/two-step/confirm/", accounts.confirm_two_step, name="confirm_two_step"),
    path("account/two-step/codes/", accounts.recovery_codes, name="recovery_codes"),
    path("account/two-step/end/", accounts.end_two_step, name="end_two_step"),
    path("theme/", views.choose_theme, name="theme"),
    path("healthz", health.healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", require_safe(sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
]

handler400 = "bulletin.views.bad_request"
handler404 = "bulletin.views.page_not_found"
handler500 = "bulletin.views.server_error"
