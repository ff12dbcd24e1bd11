"""manage.py end_two_step NAME: when the only administrator has lost phone and recovery codes."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from bulletin.accounts import two_step


class Command(BaseCommand):
    help = "关闭一个账号的两步验证：本人丢了手机和备用码，又没有别的管理员时用。"

    def add_arguments(self, parser):
        parser.add_argument("username", help="用户名")

    def handle(self, *args, username, **options):
        user = get_user_model().objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"没有叫“{username}”的账号。")
        ended = two_step.end(user)
        self.stdout.write(
            f"“{username}”{'关闭了两步验证，下次登录只要密码。' if ended else '没有开启两步验证。'}"
        )
