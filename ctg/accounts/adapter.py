from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up alone: an account is opened by an invitation to a convention."""

    def is_open_for_signup(self, request):
        return False
