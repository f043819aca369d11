//! The key's age and the clock.

use signet_core::{Code, EmailAddress, GoogleKeyId, UnixMillis};

use crate::world::World;

async fn created(page: &str, id: &str) -> Result<Option<UnixMillis>, Code> {
    let world = World::new([]).await;
    world.fake.state().page = page.into();
    let email = EmailAddress::parse("robot@demo.iam.gserviceaccount.com").unwrap();
    let id = GoogleKeyId::parse(id).unwrap();
    world.google.key_created(&email, &id).await.map_err(|failure| failure.code)
}

#[tokio::test]
async fn a_key_is_as_old_as_its_certificate() {
    let page = serde_json::json!({ "abc": include_str!("../../fixtures/certificate.pem") }).to_string();
    // notBefore=Nov 22 20:15:27 2026 GMT
    assert_eq!(created(&page, "abc").await, Ok(Some(UnixMillis::from_seconds(1_795_378_527))));
    assert_eq!(created(&page, "def").await, Ok(None));
}

#[tokio::test]
async fn anything_else_is_not_taken_for_an_age() {
    for page in ["<html>", "[]", r#"{"abc": 5}"#, r#"{"abc": "-----BEGIN CERTIFICATE-----"}"#] {
        assert_eq!(created(page, "abc").await, Err(Code::UnexpectedReply), "{page}");
    }
}

#[tokio::test]
async fn the_clock_is_compared_and_five_minutes_are_put_up_with() {
    let world = World::new([]).await;
    for (clock, fine) in [(0, true), (290, true), (-290, true), (320, false), (-4000, false)] {
        world.fake.state().clock = clock;
        let offset = world.google.clock_offset().await.unwrap();
        assert!((offset.0 - clock).abs() <= 2, "{offset:?} for {clock}");
        let check = world.google.check_clock().await;
        assert_eq!(check.map_err(|failure| failure.code).err(), (!fine).then_some(Code::ClockSkew));
    }
}
