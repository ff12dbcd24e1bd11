"""Light or dark: kept in a cookie, written by the server into `<html data-theme>`."""

COOKIE = "theme"
THEMES = ("light", "dark")  # anything else follows the reader's system
A_YEAR = 365 * 24 * 3600


def chosen_theme(request):
    """The theme that the reader chose; empty for automatic."""
    theme = request.COOKIES.get(COOKIE, "")
    return theme if theme in THEMES else ""


def remember_theme(response, theme):
    """Keep the choice for a year; automatic is kept by forgetting it."""
    if theme in THEMES:
        response.set_cookie(COOKIE, theme, max_age=A_YEAR, samesite="Lax", httponly=True)
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
