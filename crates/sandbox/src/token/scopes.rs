//! The scopes that the token endpoint knows.

const PREFIX: &str = "https://www.googleapis.com/auth/";

const NAMES: &[&str] = &[
    "gmail.send",
    "gmail.compose",
    "gmail.modify",
    "gmail.readonly",
    "gmail.metadata",
    "gmail.insert",
    "gmail.labels",
    "gmail.settings.basic",
    "gmail.settings.sharing",
    "gmail.addons.current.action.compose",
    "cloud-platform",
    "iam",
    "userinfo.email",
    "userinfo.profile",
    "admin.directory.user.readonly",
    "admin.directory.user.security",
    "admin.reports.audit.readonly",
    "monitoring.read",
    "logging.write",
    "drive",
    "drive.file",
    "drive.readonly",
    "calendar",
    "contacts",
    "spreadsheets",
];

/// Whether Google has such a scope.
pub(crate) fn is_known(scope: &str) -> bool {
    matches!(scope, "https://mail.google.com/" | "openid" | "email" | "profile")
        || scope.strip_prefix(PREFIX).is_some_and(|name| NAMES.contains(&name))
}
