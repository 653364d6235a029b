from django.shortcuts import render


def me(request):
    """The account of a person: how she signs in, where she is signed in, what is kept of her."""
    return render(request, "account/me.html")
