"""What a password must be, in our words: Django's own are partly in English."""

from django.contrib.auth import password_validation as django


class LongEnough(django.MinimumLengthValidator):
    def get_error_message(self):
        return f"新密码太短，至少要{self.min_length}个字符。"


class NotLikeTheAccount(django.UserAttributeSimilarityValidator):
    def get_error_message(self):
        return "新密码和用户名或姓名太像了，请换一个别人猜不到的。"


class NotCommon(django.CommonPasswordValidator):
    def get_error_message(self):
        return "新密码太常见，会被第一批试到，请换一个。"


class NotNumeric(django.NumericPasswordValidator):
    def get_error_message(self):
        return "新密码不能全是数字，请加上文字或字母。"
