//! Values as people write them: spans, sizes, dates, hours of the week, networks, addresses.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use signet_core::{
    Cidr, Domain, EmailAddress, Hours, RecipientRule, Role, TimeZoneName, TypePattern, UnixMillis, Weekday,
};

const SPAN: &str = "give it like 90s, 15m, 2h or 7d";
const DATE: &str = "give it like 2026-12-31, '2026-12-31 18:00' or 2026-12-31T18:00:00Z";
const HOURS: &str = "give them like 'mon-fri 08:00-18:00 Europe/Berlin'";
const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// Seconds: `90s`, `15m`, `2h`, `7d`; nothing shorter than one.
pub(super) fn span(text: &str) -> Result<u64, String> {
    match seconds(text)? {
        0 => Err("that is no time at all".into()),
        seconds => Ok(seconds),
    }
}

/// The same, with 0 for `at once`.
pub(super) fn span_or_zero(text: &str) -> Result<u32, String> {
    u32::try_from(seconds(text)?).map_err(|_| "that is too long".into())
}

/// The same for a wait that has an end.
pub(super) fn wait(text: &str) -> Result<u32, String> {
    u32::try_from(span(text)?).map_err(|_| "that is too long".into())
}

fn seconds(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let factor = match text[digits.len()..].trim() {
        "" if text == "0" => 1,
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(SPAN.into()),
    };
    let number: u64 = digits.parse().map_err(|_| SPAN)?;
    number.checked_mul(factor).ok_or_else(|| SPAN.into())
}

/// Bytes: `300`, `20kB`, `1.5MB`, decimal as Google's limit is.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let wrong = || "give it like 300kB or 5MB".to_owned();
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let factor: u64 = match text[number.len()..].trim().to_ascii_lowercase().as_str() {
        "" | "b" | "bytes" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        _ => return Err(wrong()),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || !digits(whole)
        || !digits(part)
        || part.len() > 3
        || (factor == 1 && !part.is_empty())
    {
        return Err(wrong());
    }
    let whole: u64 = whole.parse().map_err(|_| wrong())?;
    let thousandths: u64 = format!("{part:0<3}").parse().map_err(|_| wrong())?;
    let bytes = whole.checked_mul(factor).ok_or_else(wrong)?;
    bytes.checked_add(thousandths * (factor / 1000)).ok_or_else(wrong)
}

/// The first moment that a date or a date with a time means.
pub(super) fn from_then(text: &str) -> Result<UnixMillis, String> {
    moment(text, Time::midnight(), &TimeZone::system())
}

/// The last moment that it means: a date alone goes on until the day ends.
pub(super) fn until_then(text: &str) -> Result<UnixMillis, String> {
    moment(text, Time::constant(23, 59, 59, 999_000_000), &TimeZone::system())
}

/// `18:00`, which is the next time that clocks show it, or a date and a time.
pub(super) fn coming(text: &str) -> Result<UnixMillis, String> {
    coming_after(text, &Zoned::now())
}

fn coming_after(text: &str, now: &Zoned) -> Result<UnixMillis, String> {
    let Some(time) = clock(text).filter(|minute| *minute < 24 * 60) else {
        return moment(text, Time::midnight(), now.time_zone());
    };
    let time = Time::midnight() + i64::from(time).minutes();
    let at = |date: Date| date.to_datetime(time).to_zoned(now.time_zone().clone()).map_err(|e| e.to_string());
    let today = at(now.date())?;
    let next = if &today > now { today } else { at(now.date().tomorrow().map_err(|e| e.to_string())?)? };
    millis(next.timestamp())
}

fn moment(text: &str, time: Time, zone: &TimeZone) -> Result<UnixMillis, String> {
    if let Ok(stamp) = text.parse::<Timestamp>() {
        return millis(stamp);
    }
    // A date alone would be read as its midnight.
    let local = match text.parse::<Date>() {
        Ok(date) if !text.contains(':') => date.to_datetime(time),
        _ => text.parse::<DateTime>().map_err(|_| DATE)?,
    };
    millis(local.to_zoned(zone.clone()).map_err(|_| DATE)?.timestamp())
}

fn millis(stamp: Timestamp) -> Result<UnixMillis, String> {
    u64::try_from(stamp.as_millisecond()).map(UnixMillis).map_err(|_| DATE.into())
}

/// `mon-fri 08:00-18:00 Europe/Berlin`; days are names, ranges, lists of these, or `daily`.
pub(super) fn hours(text: &str) -> Result<Hours, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [days, times, zone] = words[..] else { return Err(HOURS.into()) };
    let (from, to) = times.split_once('-').ok_or(HOURS)?;
    let (from, to) = (clock(from).ok_or(HOURS)?, clock(to).ok_or(HOURS)?);
    let zone = TimeZoneName::parse(zone).map_err(|error| error.to_string())?;
    Hours::new(week(days)?, from, to, zone).map_err(|error| error.to_string())
}

fn week(text: &str) -> Result<Vec<Weekday>, String> {
    let text = text.to_ascii_lowercase();
    if text == "daily" {
        return Ok(DAYS.map(|(_, day)| day).to_vec());
    }
    let place = |name: &str| DAYS.iter().position(|(known, _)| *known == name).ok_or(HOURS);
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (place(first)?, place(last)?);
        // `fri-mon` goes on over the weekend.
        let count = (last + 7 - first) % 7;
        days.extend((0..=count).map(|step| DAYS[(first + step) % 7].1));
    }
    Ok(days)
}

/// Minutes of the day.
fn clock(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| text.parse::<u16>().ok().filter(|_| text.len() == 2);
    let (hour, minute) = (number(hour)?, number(minute)?);
    (minute < 60 && hour * 60 + minute <= 24 * 60).then_some(hour * 60 + minute)
}

/// A role that a member can have.
pub(super) fn role(text: &str) -> Result<Role, String> {
    Role::parse(text)
        .filter(|role| *role != Role::Owner)
        .ok_or_else(|| "the roles are admin, custodian, sender, test-sender and auditor".into())
}

/// A network in CIDR notation.
pub(super) fn network(text: &str) -> Result<Cidr, String> {
    Cidr::parse(text).map_err(|error| error.to_string())
}

/// An address.
pub(super) fn address(text: &str) -> Result<EmailAddress, String> {
    EmailAddress::parse(text).map_err(|error| error.to_string())
}

/// A domain.
pub(super) fn domain(text: &str) -> Result<Domain, String> {
    Domain::parse(text).map_err(|error| error.to_string())
}

/// An address or a domain.
pub(super) fn recipient(text: &str) -> Result<RecipientRule, String> {
    RecipientRule::parse(text).map_err(|error| error.to_string())
}

/// A type of attachments.
pub(super) fn kind(text: &str) -> Result<TypePattern, String> {
    TypePattern::parse(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> u64 {
        text.parse::<Timestamp>().unwrap().as_millisecond().try_into().unwrap()
    }

    #[test]
    fn spans_need_a_unit_and_only_a_fresh_code_may_be_zero() {
        assert_eq!(["90s", "15m", "2h", "7d"].map(|text| span(text).unwrap()), [90, 900, 7200, 604_800]);
        assert_eq!(span_or_zero("0"), Ok(0));
        assert_eq!(span_or_zero("15min"), Ok(900));
        for wrong in ["", "5", "m", "-1h", "1w", "0", "0s", "99999999999999999999d", "213503982334602d"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
        assert!(wait("99999999d").is_err());
    }

    #[test]
    fn sizes_are_decimal() {
        for (text, bytes) in [
            ("300", 300),
            ("20kB", 20_000),
            ("5MB", 5_000_000),
            ("1.5 MB", 1_500_000),
            ("2gb", 2_000_000_000),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for wrong in
            ["", "MB", "1.5", "-1", "5MiB", "1.2345MB", ".5MB", "99999999999999999999", "99999999999GB"]
        {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_date_begins_at_midnight_and_lasts_the_whole_day() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let last = Time::constant(23, 59, 59, 999_000_000);
        let read = |text, time| moment(text, time, &berlin).map(|time| time.0);
        assert_eq!(read("2026-12-31", Time::midnight()), Ok(utc("2026-12-30T23:00:00Z")));
        assert_eq!(read("2026-12-31", last), Ok(utc("2026-12-31T22:59:59.999Z")));
        for text in ["2026-12-31 18:00", "2026-12-31T18:00"] {
            assert_eq!(read(text, last), Ok(utc("2026-12-31T17:00:00Z")));
        }
        assert_eq!(read("2026-12-31T18:00:00Z", last), Ok(utc("2026-12-31T18:00:00Z")));
        for wrong in ["", "tomorrow", "31.12.2026", "2026-13-01", "1900-01-01"] {
            assert!(read(wrong, last).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_time_of_the_day_is_the_next_one() {
        let now: Zoned = "2026-11-22T12:00[Europe/Berlin]".parse().unwrap();
        let read = |text| coming_after(text, &now).map(|time| time.0);
        assert_eq!(read("18:00"), Ok(utc("2026-11-22T17:00:00Z")));
        assert_eq!(read("12:00"), Ok(utc("2026-11-23T11:00:00Z")), "now is over");
        assert_eq!(read("2026-11-30 09:00"), Ok(utc("2026-11-30T08:00:00Z")));
        for wrong in ["24:00", "9:00", "later"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn hours_of_the_week_read_as_people_write_them() {
        let office = hours("mon-fri 08:00-18:00 europe/berlin").unwrap();
        assert_eq!((office.days().count(), office.from(), office.to()), (5, 480, 1080));
        assert_eq!(office.zone().as_str(), "Europe/Berlin");
        let odd = hours("Sat-mon,WED 22:00-24:00 UTC").unwrap();
        assert_eq!(
            odd.days().collect::<Vec<_>>(),
            [Weekday::Monday, Weekday::Wednesday, Weekday::Saturday, Weekday::Sunday]
        );
        assert_eq!(hours("daily 22:00-06:00 UTC").unwrap().days().count(), 7);
        for wrong in [
            "mon-fri 08:00-18:00",
            "mon-fri 8-18 UTC",
            "monday 08:00-18:00 UTC",
            "mon 08:00-08:00 UTC",
            "mon 08:00-24:01 UTC",
            "mon 08:00-18:00 Nowhere/City",
        ] {
            assert!(hours(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn nobody_is_made_an_owner() {
        assert_eq!(role("test-sender"), Ok(Role::TestSender));
        assert!(role("owner").is_err() && role("Sender").is_err());
    }
}
