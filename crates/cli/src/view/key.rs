//! Keys, and what an administrator has to authorise.

use signet_api::wire::KeyView;

use super::{View, facts, plain, plural, table};

/// Keys as a table.
pub(crate) fn list(keys: &[KeyView], view: &View) -> String {
    if keys.is_empty() {
        return view.hint("No keys yet. Import one with `signet key import FILE`.");
    }
    let row = |key: &KeyView| {
        vec![
            key.id.to_string()[..8].to_owned(),
            key.name.clone(),
            key.client_email.clone(),
            key.created.map_or_else(|| "unknown".into(), |time| age(time, view)),
            key.last_used.map_or_else(|| "never".into(), |time| view.moment.when(time)),
        ]
    };
    let rows: Vec<_> = keys.iter().map(row).collect();
    table(&["id", "name", "account", "age", "last used"], &rows, view)
}

/// One key, whole.
pub(crate) fn show(key: &KeyView, view: &View) -> String {
    let created = key.created.map_or_else(
        || format!("unknown; imported {}", view.moment.when(key.imported)),
        |time| format!("{} ({})", age(time, view), view.moment.date(time)),
    );
    let pairs = [
        ("name", plain(&key.name)),
        ("account", plain(&key.client_email)),
        ("project", key.project_id.as_deref().map_or_else(|| "not named in the file".into(), plain)),
        ("key id", key.google_key_id.as_str().to_owned()),
        ("age", created),
        ("size", format!("RSA {}", key.bits)),
        ("imported", view.moment.when(key.imported)),
        ("last used", key.last_used.map_or_else(|| "never".into(), |time| view.moment.when(time))),
        ("id in vault", key.id.to_string()),
    ];
    facts(&pairs, view)
}

/// What a Workspace administrator has to do once.
pub(crate) fn delegation(key: &KeyView, view: &View) -> String {
    let ink = view.ink;
    let Some(client_id) = &key.client_id else {
        return format!(
            "{} The key file names no client id. It is shown in the Google Cloud console under IAM, Service \
             Accounts, as the unique id; a Workspace administrator needs it.",
            ink.yellow("!")
        );
    };
    let scopes = key.scopes.join(",");
    let pairs = [
        ("  client id", ink.bold(&plain(client_id))),
        ("  scope", format!("{}  {}", ink.bold(&plain(&scopes)), ink.dim("(send mail, not read it)"))),
        ("  page", "Admin console > Security > Access and data control > API controls >".into()),
        ("", "Manage domain-wide delegation > Add new".into()),
        ("  filled in", delegation_url(client_id, &scopes)),
    ];
    format!("Your Workspace administrator has to allow this key once:\n{}", facts(&pairs, view))
}

/// Google's page, filled in. `overwriteClientId=false` keeps the scopes that are authorised already.
fn delegation_url(client_id: &str, scopes: &str) -> String {
    let page = "https://admin.google.com/ac/owl/domainwidedelegation";
    format!("{page}?clientIdToAdd={client_id}&clientScopeToAdd={scopes}&overwriteClientId=false")
}

fn age(created: signet_core::UnixMillis, view: &View) -> String {
    match view.moment.days_since(created) {
        0 => "made today".into(),
        days @ 1..60 => plural(days, "day", "days"),
        days @ 60..730 => plural(days / 30, "month", "months"),
        days => plural(days / 365, "year", "years"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signet_core::{GoogleKeyId, KeyId, UnixMillis};

    fn key() -> KeyView {
        KeyView {
            id: KeyId::from_bytes([0x3f; 16]),
            name: "billing".into(),
            client_email: "mailer@demo.iam.gserviceaccount.com".into(),
            client_id: Some("101234567890123456789".into()),
            project_id: Some("demo".into()),
            google_key_id: GoogleKeyId::parse("1a2b3c").unwrap(),
            bits: 2048,
            imported: UnixMillis(1_795_348_620_000),
            created: Some(UnixMillis(1_795_348_800_000 - 100 * 86_400_000)),
            last_used: None,
            scopes: vec!["https://www.googleapis.com/auth/gmail.send".into()],
        }
    }

    #[test]
    fn a_key_reads_well() {
        let view = View::fixed();
        insta::assert_snapshot!(show(&key(), &view));
        insta::assert_snapshot!(delegation(&key(), &view));
        insta::assert_snapshot!(list(&[key()], &view));
    }

    #[test]
    fn an_unknown_age_says_so() {
        let key = KeyView { created: None, client_id: None, ..key() };
        insta::assert_snapshot!(show(&key, &View::fixed()));
        insta::assert_snapshot!(delegation(&key, &View::fixed()));
    }

    #[test]
    fn no_keys_says_what_to_do() {
        insta::assert_snapshot!(list(&[], &View::fixed()), @"No keys yet. Import one with `signet key import FILE`.");
    }
}
