"""Addresses of the accounts app."""

from django.urls import include, path

from accounts.views import audit, login, profile, users

app_name = "accounts"

user_urls = [
    path("", users.user_list, name="users"),
    path("add/", users.user_add, name="user_add"),
    path("<int:pk>/", users.user_edit, name="user_edit"),
    path("<int:pk>/close/", users.user_close, name="user_close"),
    path("<int:pk>/reopen/", users.user_reopen, name="user_reopen"),
    path("<int:pk>/reset-password/", users.user_reset, name="user_reset"),
]

urlpatterns = [
    path("login/", login.login, name="login"),
    path("logout/", login.logout, name="logout"),
    path("", profile.profile, name="profile"),
    path("password/", profile.password_change, name="password_change"),
    path("sessions/<slug:handle>/end/", profile.end_session, name="session_end"),
    path("token/", profile.create_token, name="token_create"),
    path("token/revoke/", profile.revoke_token, name="token_revoke"),
    path("users/", include(user_urls)),
    path("audit/", audit.audit_list, name="audit"),
    path("audit/workbook/", audit.audit_file, {"kind": "xlsx"}, name="audit_workbook"),
    path("audit/table/", audit.audit_file, {"kind": "csv"}, name="audit_table"),
]
