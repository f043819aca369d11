//! Sends that meet trouble: each ends as sent once, not sent, or unknown, and says why.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use signet_core::Code;
use signet_google::{Endpoints, Outcome};

use crate::fake::{Fault, Step, api_error, html};
use crate::world::{KIB, Letter, Mark, Notes, World};

/// A chunk, then the last one.
fn two_chunks() -> Letter {
    Letter::new(300 * KIB)
}

fn not_sent(outcome: Outcome) -> signet_core::Failure {
    match outcome {
        Outcome::NotSent(failure) => failure,
        other => panic!("expected not sent, got {other:?}"),
    }
}

fn unknown(outcome: Outcome) -> signet_core::Failure {
    match outcome {
        Outcome::Unknown(failure) => failure,
        other => panic!("expected unknown, got {other:?}"),
    }
}

#[tokio::test]
async fn what_passes_is_waited_out_at_every_step() {
    let passing = || {
        [
            html(503),
            html(500),
            html(502),
            api_error(503, "backendError", "Backend Error"),
            api_error(403, "rateLimitExceeded", "Rate Limit Exceeded"),
            api_error(403, "userRateLimitExceeded", "User Rate Limit Exceeded"),
            api_error(429, "rateLimitExceeded", "Resource has been exhausted (e.g. check quota)."),
            Fault::Reply(503, Vec::new(), String::new()),
            Fault::ResetBefore,
            Fault::Slow(Duration::from_secs(5)),
        ]
    };
    for step in [Step::Initiate, Step::Chunk, Step::Last] {
        for fault in passing() {
            let world = World::new([(step, fault.clone())]).await;
            let outcome = world.send(two_chunks()).await;
            assert!(matches!(outcome, Outcome::Sent { .. }), "{step:?} {fault:?}: {outcome:?}");
            assert_eq!(world.delivered(), 1);
            assert_eq!(world.pace.waits.lock().unwrap().len(), 1, "{step:?} {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_last_chunk_that_was_taken_without_a_word_is_found_by_asking() {
    for fault in
        [Fault::ResetAfter, Fault::ReplyAfter(503, "<html>".into()), Fault::ReplyAfter(200, "<html>".into())]
    {
        let world = World::new([(Step::Last, fault.clone()), (Step::Query, html(503))]).await;
        let outcome = world.send(two_chunks()).await;
        assert!(matches!(outcome, Outcome::Sent { .. }), "{fault:?}: {outcome:?}");
        assert_eq!(world.delivered(), 1);
        assert_eq!(world.events().iter().filter(|it| *it == "Last").count(), 1);
    }
}

#[tokio::test]
async fn a_session_that_expires_before_the_last_chunk_is_started_again() {
    let world = World::new([(Step::Chunk, Fault::Expire)]).await;
    let outcome = world.send(two_chunks()).await;
    assert!(matches!(outcome, Outcome::Sent { .. }), "{outcome:?}");
    assert_eq!(world.delivered(), 1);
    assert_eq!(world.count("started"), 2);

    let expiring = [Step::Chunk, Step::Chunk, Step::Chunk].map(|step| (step, Fault::Expire));
    let world = World::new(expiring).await;
    assert_eq!(not_sent(world.send(two_chunks()).await).code, Code::GoogleUnavailable);
}

/// The same words say "expired before" and "taken, and gone since": nobody can tell them apart.
#[tokio::test]
async fn a_session_that_is_gone_once_the_last_chunk_went_out_is_never_replaced() {
    let google = r#"{"error":{"code":404,"message":"Not found","errors":[{"reason":"notFound"}]}}"#;
    let after = |status, body: &str| vec![(Step::Last, Fault::ReplyAfter(status, body.into()))];
    for faults in [
        vec![(Step::Last, Fault::Expire)],
        after(404, ""),
        after(404, google),
        after(410, ""),
        after(499, "<html>"),
        vec![(Step::Last, html(401)), (Step::Query, Fault::Expire)],
        vec![(Step::Last, html(503)), (Step::Last, Fault::Expire)],
        vec![(Step::Last, Fault::Keep(3)), (Step::Last, Fault::Expire)],
        vec![(Step::Last, Fault::Move), (Step::Last, Fault::ReplyAfter(404, String::new()))],
    ] {
        let world = World::new(faults.clone()).await;
        let outcome = world.send(Letter::new(10)).await;
        assert!(!matches!(outcome, Outcome::NotSent(_)), "{faults:?}: {outcome:?}");
        assert!(world.delivered() <= 1, "{faults:?}");
        assert_eq!(world.count("Initiate"), 1, "{faults:?}");
    }
}

#[tokio::test]
async fn only_google_can_say_that_the_last_chunk_was_not_taken() {
    let taken = (Step::Last, Fault::ReplyAfter(503, String::new()));
    let world = World::new([taken.clone(), (Step::Query, html(308)), (Step::Last, Fault::Expire)]).await;
    let outcome = world.send(Letter::new(10)).await;
    assert!(matches!(outcome, Outcome::Sent { .. }), "{outcome:?}");
    assert_eq!((world.delivered(), world.count("Last")), (1, 1));

    let pages = (0..20).map(|_| (Step::Query, html(308)));
    let world = World::new(std::iter::once(taken).chain(pages)).await;
    unknown(world.send(Letter::new(10)).await);
    assert_eq!((world.delivered(), world.count("Last")), (1, 1));

    // Without a range a 308 does not take the doubt away.
    let world = World::new((0..20).map(|_| (Step::Last, html(503)))).await;
    unknown(world.send(Letter::new(10)).await);
}

#[tokio::test]
async fn a_session_that_expires_after_the_last_chunk_leaves_it_unknown() {
    let world = World::new([(Step::Last, Fault::ResetAfter), (Step::Query, Fault::Expire)]).await;
    let failure = unknown(world.send(two_chunks()).await);
    assert_eq!(failure.code, Code::SendUnknown);
    assert_eq!(world.delivered(), 1, "it was in fact sent, and must not be sent again");
    assert_eq!(world.events().iter().filter(|it| *it == "Initiate").count(), 1);
}

#[tokio::test]
async fn silence_after_the_last_chunk_is_unknown_and_before_it_is_not_sent() {
    let silent = |first| {
        let rest = (0..20).map(|_| (Step::Query, Fault::ResetBefore));
        std::iter::once(first).chain(rest)
    };
    let world = World::new(silent((Step::Last, Fault::ResetAfter))).await;
    let failure = unknown(world.send(two_chunks()).await);
    assert_eq!(failure.facts["cause"], Code::Network.as_str());

    let world = World::new(silent((Step::Chunk, Fault::ResetAfter))).await;
    assert_eq!(not_sent(world.send(two_chunks()).await).code, Code::Network);
    assert_eq!(world.delivered(), 0);
}

#[tokio::test]
async fn a_last_chunk_refused_with_server_errors_again_and_again_is_not_sent() {
    let faults = (0..20).map(|_| (Step::Last, html(503)));
    let world = World::new(faults).await;
    assert_eq!(not_sent(world.send(two_chunks()).await).code, Code::GoogleUnavailable);
    assert_eq!(world.delivered(), 0);
}

#[tokio::test]
async fn refusals_are_final_and_say_what_to_change() {
    let rows = [
        (api_error(400, "invalidArgument", "Recipient address required"), Code::MessageRefused),
        (api_error(400, "failedPrecondition", "Mail service not enabled"), Code::MailServiceOff),
        (api_error(403, "insufficientPermissions", "Insufficient Permission"), Code::ScopeInsufficient),
        (api_error(403, "accessNotConfigured", "Gmail API has not been used"), Code::GmailDisabled),
        (
            api_error(403, "domainPolicy", "The domain administrators have disabled Gmail apps."),
            Code::AdminPolicy,
        ),
        (api_error(403, "forbidden", "Delegation denied for mia@example.org"), Code::DelegationDenied),
        (api_error(403, "dailyLimitExceeded", "Daily Limit Exceeded"), Code::DailyLimit),
        (
            api_error(
                429,
                "userRateLimitExceeded",
                "Too many requests: User-rate limit exceeded (Mail sending)",
            ),
            Code::DailyLimit,
        ),
        (html(413), Code::MessageTooLarge),
    ];
    for step in [Step::Initiate, Step::Last] {
        for (fault, code) in rows.clone() {
            let world = World::new([(step, fault)]).await;
            assert_eq!(not_sent(world.send(Letter::new(10)).await).code, code);
            assert!(world.pace.waits.lock().unwrap().is_empty(), "{code:?} must not be retried");
            assert_eq!(world.delivered(), 0);
        }
    }
}

#[tokio::test]
async fn google_names_the_time_to_come_back() {
    let header = Fault::Reply(503, vec![("retry-after", "7".into())], String::new());
    let world = World::new([(Step::Initiate, header)]).await;
    assert!(matches!(world.send(Letter::new(10)).await, Outcome::Sent { .. }));
    assert_eq!(*world.pace.waits.lock().unwrap(), [Duration::from_secs(7)]);

    let then = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(600);
    let message = format!("User-rate limit exceeded.  Retry after {then:.3}");
    let world = World::new([(Step::Initiate, api_error(429, "userRateLimitExceeded", &message))]).await;
    let failure = not_sent(world.send(Letter::new(10)).await);
    assert_eq!(failure.code, Code::RateLimited);
    let seconds: u64 = failure.facts["retry_after"].parse().unwrap();
    assert!((590..=602).contains(&seconds), "{seconds}");
    assert!(world.pace.waits.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_body_that_changes_is_never_completed() {
    for breaks in [100, 256 * KIB, 300 * KIB - 1] {
        let world = World::new([]).await;
        let letter = Letter { len: 300 * KIB, breaks: Some(breaks) };
        assert_eq!(not_sent(world.send(letter).await).code, Code::AttachmentChanged);
        assert_eq!(world.delivered(), 0);
        assert!(!world.events().contains(&"Last".to_owned()));
    }
}

#[tokio::test]
async fn cancelling_stops_it_until_the_last_chunk_is_on_its_way() {
    let world = World::new([]).await;
    world.cancel.cancel();
    assert_eq!(not_sent(world.send(two_chunks()).await).code, Code::Cancelled);
    assert!(world.events().is_empty());

    let world = World::new([(Step::Chunk, Fault::Slow(Duration::from_millis(300)))]).await;
    let mark = Mark { seen: AtomicU64::new(0), cancel_at: Some((1, world.cancel.clone())) };
    let journal = Notes { fake: world.fake.clone(), refuse: None };
    let outcome = world.send_with(two_chunks(), &journal, &mark).await;
    assert_eq!(not_sent(outcome).code, Code::Cancelled);
    assert_eq!(world.delivered(), 0);

    let world = World::new([(Step::Last, Fault::Slow(Duration::from_millis(200)))]).await;
    let cancel = world.cancel.clone();
    let fake = world.fake.clone();
    tokio::spawn(async move {
        while !fake.state().events.contains(&"Last".to_owned()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        cancel.cancel();
    });
    assert!(matches!(world.send(two_chunks()).await, Outcome::Sent { .. }));
}

#[tokio::test]
async fn a_session_address_elsewhere_is_not_followed() {
    for address in
        ["https://gmail.googleapis.com/upload?upload_id=1", "http://127.0.0.1:1/?upload_id=1", "nonsense"]
    {
        let fault = Fault::Reply(200, vec![("location", address.into())], String::new());
        let world = World::new([(Step::Initiate, fault)]).await;
        assert_eq!(not_sent(world.send(two_chunks()).await).code, Code::UnexpectedReply);
        assert_eq!(world.events(), ["Token", "Initiate"]);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for status in [301, 302, 307] {
        for step in [Step::Token, Step::Initiate, Step::Last] {
            let world = World::new([]).await;
            let elsewhere = vec![("location", format!("{}elsewhere", world.fake.url))];
            world
                .fake
                .state()
                .faults
                .extend((0..10).map(|_| (step, Fault::Reply(status, elsewhere.clone(), String::new()))));
            let outcome = world.send(Letter::new(10)).await;
            assert!(!matches!(outcome, Outcome::Sent { .. }), "{step:?} {status}");
            // The one request outside an upload is the courtesy of giving the session up.
            let others = world.events().iter().filter(|it| *it == "Other").count();
            assert!(others <= 1, "{step:?} {status}: {:?}", world.events());
            assert_eq!(world.delivered(), 0);
        }
    }
}

#[tokio::test]
async fn a_proxy_is_never_between_us_and_the_sandbox() {
    let world = World::new([]).await;
    let proxy = signet_google::Proxy::Url("http://127.0.0.1:9".parse().unwrap());
    let endpoints = Endpoints::sandbox(&world.fake.url).unwrap();
    let google =
        signet_google::Google::new(endpoints, &proxy, std::sync::Arc::new(crate::world::RealClock)).unwrap();
    assert!(google.clock_offset().await.is_ok());
}

#[tokio::test]
async fn a_check_of_gmail_sends_nothing_and_says_what_a_send_would() {
    let world = World::new([]).await;
    assert!(world.google.check_gmail(&world.source).await.is_ok());
    assert_eq!(world.events(), ["Token", "Initiate", "Other"]);
    assert_eq!(world.delivered(), 0);

    let disabled = api_error(403, "accessNotConfigured", "Gmail API has not been used");
    let world = World::new([(Step::Initiate, disabled)]).await;
    let failure = world.google.check_gmail(&world.source).await.unwrap_err();
    assert_eq!(failure.code, Code::GmailDisabled);
}

#[tokio::test]
async fn a_sandbox_that_is_away_is_said_so() {
    let world = World::new([]).await;
    let mut url = world.fake.url.clone();
    // Nobody listens on a port that was just given back.
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    url.set_port(Some(port)).unwrap();
    let away = crate::world::google(&crate::fake::Fake { url, ..world.fake.clone() });
    let away = away.with_pace(world.pace.clone());
    world.send(Letter::new(10)).await;
    let journal = Notes { fake: world.fake.clone(), refuse: None };
    let body = std::sync::Arc::new(Letter::new(10));
    let outcome = away.send(body, &world.source, &journal, &(), &world.cancel).await;
    assert_eq!(not_sent(outcome).code, Code::SandboxAway);
}
