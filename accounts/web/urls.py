"""The addresses of the accounts web."""

from django.urls import URLPattern, URLResolver, path

from accounts.web.views.home import home
from accounts.web.views.signing_in import sign_in, sign_out

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-out/", sign_out, name="sign-out"),
]
