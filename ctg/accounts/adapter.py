from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up alone: an account is opened by an invitation to a convention."""

    def is_open_for_signup(self, request):
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """ProConnect knows its agents: an account opens, and sees nothing until a lead lets it in."""

    def is_open_for_signup(self, request, sociallogin):
        return True
