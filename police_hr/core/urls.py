"""Routes of the core: sign-in, account, jobs, administration, gallery."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from police_hr.core.views import account, audit, calendar, frame, jobs, notices, roles, sign_in, users
from police_hr.core.views.gallery import gallery

app_name = "core"

sign_in_urls = [
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/progress", sign_in.sign_in_progress, name="sign-in-progress"),
    path("sign-in/code", sign_in.sign_in_code, name="sign-in-code"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("language", frame.language, name="language"),
    path("theme", frame.theme, name="theme"),
]
account_urls = [
    path("account", account.account, name="account"),
    path("account/password", sign_in.password_change, name="password-change"),
    path("account/code", sign_in.totp_setup, name="totp-setup"),
    path("account/code/remove", account.totp_remove, name="totp-remove"),
    path("account/backup-codes", account.backup_codes, name="backup-codes"),
    path("account/end-other-sessions", account.end_other_sessions, name="end-other-sessions"),
]
job_urls = [
    path("jobs", jobs.job_list, name="job-list"),
    path("jobs/<int:pk>", jobs.job_detail, name="job-detail"),
    path("jobs/<int:pk>/retry", jobs.job_retry, name="job-retry"),
    path("jobs/<int:pk>/cancel", jobs.job_cancel, name="job-cancel"),
]
notice_urls = [
    path("notices", notices.notice_list, name="notice-list"),
    path("notices/read", notices.notice_read_all, name="notice-read-all"),
    path("notices/<int:pk>/open", notices.notice_open, name="notice-open"),
]
user_urls = [
    path("users", users.user_list, name="user-list"),
    path("users/new", users.user_create, name="user-create"),
    path("users/<int:pk>", users.user_detail, name="user-detail"),
    path("users/<int:pk>/disable", users.user_disable, name="user-disable"),
    path("users/<int:pk>/enable", users.user_enable, name="user-enable"),
    path("users/<int:pk>/end-sessions", users.user_end_sessions, name="user-end-sessions"),
    path("users/<int:pk>/administrator-role", users.user_admin_role, name="user-admin-role"),
    path("users/<int:pk>/reset-password", users.user_reset_password, name="user-reset-password"),
    path("users/<int:pk>/unlock", users.user_unlock, name="user-unlock"),
    path("users/<int:pk>/forget-code", users.user_forget_code, name="user-forget-code"),
]
administration_urls = [
    path("roles", roles.role_list, name="role-list"),
    path("audit", audit.audit_list, name="audit-list"),
    path("calendar", calendar.calendar_year, name="calendar"),
    path("calendar/<int:year>", calendar.calendar_year, name="calendar-year"),
    path("calendar/seed", calendar.calendar_seed, name="calendar-seed"),
    path("ui/", gallery, name="gallery"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    *sign_in_urls,
    *account_urls,
    *job_urls,
    *notice_urls,
    *user_urls,
    *administration_urls,
]
