//! Who calls, and whether they may.

use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;

use super::error::ApiError;
use super::route::{Method, method_name};
use super::scopes::{allows, units};
use crate::google::Google;
use crate::state::{AccountState, Exceeded, QuotaScheme};
use crate::token::Access;

/// What the token in the request stands for, if it is a good one.
pub(crate) fn caller(google: &Google, headers: &HeaderMap) -> Option<Access> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let access =
        Access::open(token.trim(), &google.token_key).filter(|_| scheme.eq_ignore_ascii_case("bearer"))?;
    let alive = google.look(|books| {
        books.account(&access.account).is_some_and(|account| account.state == AccountState::Active)
    });
    (alive && google.now() < access.expires).then_some(access)
}

/// The user whose mailbox the call is about, once everything has been checked.
pub(super) fn authorise(
    google: &Google,
    headers: &HeaderMap,
    path_user: &str,
    method: Method,
) -> Result<(String, Access), ApiError> {
    if !headers.contains_key(AUTHORIZATION) {
        return Err(ApiError::login_required());
    }
    let access = caller(google, headers).ok_or_else(ApiError::unauthenticated)?;
    if !allows(&access.scopes, method) {
        return Err(ApiError::insufficient_scope(method_name(method)));
    }
    let user = access.user.clone().ok_or_else(ApiError::precondition_failed)?;
    if path_user != "me" && !path_user.eq_ignore_ascii_case(&user) {
        return Err(ApiError::delegation_denied(path_user));
    }
    if google.look(|books| books.workspace.user(&user).mail_off) {
        return Err(ApiError::mail_service_off());
    }
    charge(google, &user, method)?;
    Ok((user, access))
}

fn charge(google: &Google, user: &str, method: Method) -> Result<(), ApiError> {
    let (limits, project) = google.look(|books| (books.quota.clone(), books.project_number));
    let new_scheme = limits.scheme == QuotaScheme::New;
    let now = google.now();
    let mut meters = google.meters();
    let result = match method {
        Method::Send | Method::DraftSend => meters.may_send(&limits, user, now),
        _ => Ok(()),
    };
    match result.and_then(|()| meters.charge(&limits, user, units(method, new_scheme), now)) {
        Ok(()) => Ok(()),
        Err(Exceeded::MessagesPerDay) => Err(ApiError::sending_limit()),
        Err(_) if new_scheme => Err(ApiError::quota_new(project, limits.per_user())),
        Err(_) => Err(ApiError::quota_old(project, limits.per_user())),
    }
}
