//! Points in time as HTTP, listings and Keystone write them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The first second of the year 10000, which a date of HTTP cannot say.
pub(crate) const YEAR_10000: i64 = 253_402_300_800;

/// A date of HTTP, `Sun, 06 Nov 1994 08:49:37 GMT`, from seconds since 1970.
pub fn to_http(seconds: i64) -> Option<String> {
    let since = u64::try_from(seconds).ok().filter(|_| seconds < YEAR_10000)?;
    Some(httpdate::fmt_http_date(UNIX_EPOCH.checked_add(Duration::from_secs(since))?))
}

/// Reads a date of HTTP, in any of its three forms.
pub fn from_http(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text.trim()).ok()
}

/// Seconds since 1970; nothing for what was before.
pub fn seconds(time: SystemTime) -> Option<i64> {
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// Microseconds since 1970; nothing for what was before.
pub fn microseconds(time: SystemTime) -> Option<i64> {
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_micros()).ok()
}

/// Reads `2026-07-31T12:34:56.000000Z`: with or without a fraction, in UTC or with an offset. Without either it is
/// UTC, as listings and older versions of Keystone mean it.
pub fn from_iso(text: &str) -> Option<SystemTime> {
    let (date, clock) = text.trim().split_once(['T', ' '])?;
    let mut parts = date.split('-');
    let (year, month, day) =
        (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (clock, offset) = match clock.find(['Z', 'z', '+', '-']) {
        Some(i) => (&clock[..i], offset(&clock[i..])?),
        None => (clock, 0),
    };
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let mut parts = whole.split(':');
    let (hour, minute, second) =
        (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset;
    UNIX_EPOCH.checked_add(Duration::new(u64::try_from(seconds).ok()?, nanoseconds(fraction)?))
}

/// The digits after the point; beyond the ninth they are dropped.
fn nanoseconds(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let kept = &fraction[..fraction.len().min(9)];
    Some(kept.parse::<u32>().ok()? * 10_u32.pow(9 - kept.len() as u32))
}

/// `2026-07-31T12:34:56Z`, in UTC, from seconds since 1970.
pub fn to_iso(seconds: i64) -> Option<String> {
    if !(0..YEAR_10000).contains(&seconds) {
        return None;
    }
    let (day, second) = (seconds / 86400, seconds % 86400);
    // Eras of 400 years, all alike, that begin in March of a year that can be divided by 400.
    let of_all = day + 719_468;
    let (era, of_era) = (of_all / 146_097, of_all % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let date = of_year - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = era * 400 + year + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    Some(format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

/// A number of exactly so many digits.
pub(crate) fn digits(text: &str, count: usize) -> Option<i64> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// `Z`, `+hh:mm`, `+hhmm` or `+hh` in seconds.
fn offset(text: &str) -> Option<i64> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'Z' | b'z' => return (text.len() == 1).then_some(0),
        b'+' => (1, &text[1..]),
        _ => (-1, &text[1..]),
    };
    let rest = rest.replace(':', "");
    let (hours, minutes) = match rest.len() {
        2 => (digits(&rest, 2)?, 0),
        4 if rest.is_ascii() => (digits(&rest[..2], 2)?, digits(&rest[2..], 2)?),
        _ => return None,
    };
    Some(sign * (hours * 3600 + minutes * 60))
}

/// Days from 1970-01-01 in the Gregorian calendar. Years are counted from March, so that the day that leap
/// years add comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str) -> Option<i64> {
        from_iso(text).and_then(seconds)
    }

    #[test]
    fn dates_of_http_go_both_ways() {
        let text = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(from_http(text).and_then(seconds), Some(784_111_777));
        assert_eq!(to_http(784_111_777).as_deref(), Some(text));
        assert_eq!(to_http(YEAR_10000 - 1).as_deref(), Some("Fri, 31 Dec 9999 23:59:59 GMT"));
        assert_eq!((to_http(YEAR_10000), to_http(-1)), (None, None));
        assert_eq!(from_http("yesterday"), None);
    }

    #[test]
    fn spellings_of_one_time() {
        for text in [
            "2026-02-28T23:59:59Z",
            "2026-02-28T23:59:59",
            "2026-02-28 23:59:59Z",
            "2026-02-28T23:59:59.000000Z",
            "2026-02-28T23:59:59.987654",
            "2026-03-01T01:59:59+02:00",
            "2026-03-01T01:59:59.5+0200",
            "2026-02-28T22:59:59-01",
        ] {
            assert_eq!(iso(text), Some(1_772_323_199), "{text}");
        }
    }

    #[test]
    fn parts_of_a_second_are_kept() {
        let of = |text: &str| from_iso(text).and_then(microseconds);
        assert_eq!(of("1970-01-01T00:00:01.000002"), Some(1_000_002));
        assert_eq!(of("1970-01-01T00:00:01.5Z"), Some(1_500_000));
        assert_eq!(of("1970-01-01T00:00:01.1234567891"), Some(1_123_456));
        assert_eq!(of("1970-01-01T00:00:01"), Some(1_000_000));
    }

    #[test]
    fn calendar() {
        assert_eq!(iso("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(iso("2000-02-29T00:00:00Z"), Some(951_782_400));
        assert_eq!(iso("2000-03-01T00:00:00Z"), Some(951_868_800));
        assert_eq!(iso("2024-12-31T00:00:00Z"), Some(1_735_603_200));
        assert_eq!(iso("2100-03-01T00:00:00Z"), Some(4_107_542_400));
        assert_eq!(iso("9999-12-31T23:59:59Z"), Some(253_402_300_799));
    }

    #[test]
    fn iso_goes_both_ways() {
        for seconds in (0..YEAR_10000).step_by(86_400 * 13 + 4711).chain([0, 951_782_399, YEAR_10000 - 1]) {
            let text = to_iso(seconds).unwrap();
            assert_eq!(iso(&text), Some(seconds), "{text}");
        }
        assert_eq!(to_iso(951_782_400).as_deref(), Some("2000-02-29T00:00:00Z"));
        assert_eq!((to_iso(-1), to_iso(YEAR_10000)), (None, None));
    }

    #[test]
    fn what_is_not_a_time_is_none() {
        for text in [
            "",
            "T",
            "never",
            "2026-02-28",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-32T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-1-01T00:00:00Z",
            "2026-01-01T00:00Z",
            "2026-01-01T00:00:00ZZ",
            "2026-01-01T00:00:00+1",
            "2026-01-01T00:00:00+é1",
            "+026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00.xZ",
            "1969-12-31T23:59:59Z",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }
}
