"""Errors as problem details (RFC 9457): what is wrong in a Chinese sentence, for people and for programs."""

import logging

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "请求中有参数不对",
    401: "需要登录",
    403: "没有权限",
    404: "没有找到",
    405: "不支持这种请求方法",
    406: "只提供 JSON",
    410: "已经撤下",
    429: "请求太频繁",
    500: "服务器出错",
    503: "暂时无法回答",
}
DETAILS = {
    400: "参数太多，或者写法不对；一次最多1000个。",
    401: "请在请求头里带上令牌：Authorization: Token …，或先在网站上登录。",
    403: "当前账号不能读取这一项。",
    404: "这个地址下没有内容，或还没有发布。",
    405: "这个接口只读，请用 GET。",
    406: "请把 Accept 设为 application/json。",
    500: "这是本站的错误，已经记录，请稍后再试。",
    503: "查询超时，请把条件写得更具体，或稍后再试。",
}


class Gone(exceptions.APIException):
    """410: it was public once and is not any more."""

    status_code = status.HTTP_410_GONE


class NoSuchPage(exceptions.NotFound):
    """404: a page that the list never pointed to."""


def answer(error, context):
    """The response to an error in a view of the API, in one shape whatever went wrong."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    headers, more = {}, {}
    if isinstance(error, exceptions.APIException):
        code = error.status_code
        if getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = error.auth_header
        if getattr(error, "wait", None):
            headers["Retry-After"] = str(max(1, round(error.wait)))
            more["detail"] = f"请在{headers['Retry-After']}秒后再试。"
        if isinstance(error, exceptions.ValidationError):
            more["errors"] = _of_parameters(error.detail)
            more["detail"] = "；".join(f"{each['parameter']}：{each['detail']}" for each in more["errors"])
        elif isinstance(error, Gone | NoSuchPage):
            more["detail"] = str(error.detail)
    elif isinstance(error, SuspiciousOperation):  # Django refused to read it
        code = status.HTTP_400_BAD_REQUEST
    elif isinstance(error, OperationalError):
        logger.warning("api: stopped a query: %s", context["request"].get_full_path()[:500])
        code = status.HTTP_503_SERVICE_UNAVAILABLE
        headers["Retry-After"] = "10"
    elif settings.DEBUG:
        return None  # a developer wants to see where
    else:
        logger.exception("api: failed at %s", context["request"].get_full_path()[:500])
        code = status.HTTP_500_INTERNAL_SERVER_ERROR
    set_rollback()
    told = problem(code, context["request"].path, **more)
    return Response(told, status=code, headers=headers, content_type=MEDIA_TYPE)


def problem(code, path, **more):
    """What an error of this status says; `more` adds to it or says it better."""
    return {
        "type": "about:blank",
        "title": TITLES.get(code, "请求没有成功"),
        "status": code,
        "detail": DETAILS.get(code, ""),
        "instance": path,
        **more,
    }


def _of_parameters(detail):
    """[{parameter, detail}] of what Django's forms say of each field."""
    return [
        {"parameter": name, "detail": " ".join(str(each) for each in said)} for name, said in detail.items()
    ]
