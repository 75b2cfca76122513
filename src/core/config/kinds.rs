//! What the value of a key looks like, and how its text is read.

use std::time::Duration;

use super::super::error::{Error, Kind, Result};
use super::super::http::Proxy;
use super::super::url::Url;

/// The longest time that can be set: a year. Past it, points in time could not be computed safely.
const LONGEST: f64 = 365.0 * 86400.0;

/// Values of `os_auth_type`.
const AUTH_TYPES: [&str; 11] = [
    "password",
    "token",
    "v1password",
    "v2password",
    "v2token",
    "v3password",
    "v3token",
    "v3totp",
    "v3multifactor",
    "v3applicationcredential",
    "none",
];

/// Those of keystoneauth that need a person, or another service, to log in; an application can.
const FEDERATED: [&str; 12] = [
    "v3oidc",
    "v3saml",
    "v3adfs",
    "v3kerberos",
    "v3fedkerb",
    "v3oauth",
    "v3tokenless",
    "v3mapped",
    "v3x509",
    "kerberos",
    "http_basic",
    "v3ec2",
];

/// What can be presented together with `v3multifactor`.
const FACTORS: [&str; 3] = ["v3password", "v3totp", "v3token"];

/// What kind of value a key takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum KeyKind {
    /// Any text.
    Text,
    /// Text that travels in an HTTP header: no control characters.
    Header,
    /// Lines of `Name:Value`, each a header or an item of metadata.
    Pairs,
    /// The path of a file or directory.
    Path,
    /// An `http` or `https` URL.
    Url,
    /// An HTTP proxy: host and port, also as a URL with user and password.
    Proxy,
    /// A truth value: true, 1, yes, on, t, y or false, 0, no, off, f, n.
    Bool,
    /// A whole number within bounds.
    Integer {
        /// The least value.
        min: u64,
        /// The greatest value.
        max: u64,
    },
    /// A number of bytes within bounds, or a number with K, M or G.
    Size {
        /// The least value.
        min: u64,
        /// The greatest value.
        max: u64,
    },
    /// A number within bounds.
    Number {
        /// The least value.
        min: f64,
        /// The greatest value.
        max: f64,
    },
    /// Seconds, or a number with one of the suffixes s, m, min, h, hr, d.
    Seconds,
    /// A version of the authentication: 1, 2 or 3, also as 1.0, v1, v1.0 and so on; empty: find out.
    AuthVersion,
    /// A method of authentication, named as keystoneauth names it.
    AuthType,
    /// Methods to present together, with commas between them: v3password, v3totp, v3token.
    AuthMethods,
    /// An interface of an endpoint: public, internal, admin, also with URL at the end.
    Interface,
    /// One of these words.
    Word(&'static [&'static str]),
}

impl KeyKind {
    /// What is accepted, as the end of the sentence "it is not …".
    pub fn accepts(&self) -> String {
        match self {
            KeyKind::Text => "text".into(),
            KeyKind::Header => "text without control characters".into(),
            KeyKind::Pairs => "Name:Value, without control characters, one on each line".into(),
            KeyKind::Path => "a path".into(),
            KeyKind::Url => "an http or https URL".into(),
            KeyKind::Proxy => "an HTTP proxy, as http://host:port".into(),
            KeyKind::Bool => "true (1, yes, on, t, y) or false (0, no, off, f, n)".into(),
            KeyKind::Integer { min, max } => format!("a whole number from {min} to {max}"),
            KeyKind::Size { min, max } => {
                format!(
                    "a number of bytes from {min} to {max}, or a number with K, M or G (1024 of each other)"
                )
            }
            KeyKind::Number { min, max } => format!("a number from {min} to {max}"),
            KeyKind::Seconds => {
                "a number of seconds, or a number with s, m, min, h, hr or d, from 0 to a year".into()
            }
            KeyKind::AuthVersion => "1, 2 or 3 (also as 2.0, v3 and so on)".into(),
            KeyKind::AuthType => format!("one of {}", AUTH_TYPES.join(", ")),
            KeyKind::AuthMethods => {
                format!("a list of some of {}, with commas between them", FACTORS.join(", "))
            }
            KeyKind::Interface => "public, internal or admin".into(),
            KeyKind::Word(words) => words.join(" or "),
        }
    }

    /// Whether `value` is one of this kind. URLs and authentication types have more to say when it is not.
    /// `environment`: an authentication type of other tools is let pass, for it may not be needed.
    pub(super) fn check(&self, value: &str, environment: bool) -> Result<bool> {
        Ok(match self {
            KeyKind::Text | KeyKind::Path => true,
            KeyKind::Header => header_safe(value),
            KeyKind::Pairs => pairs(value)
                .all(|p| p.is_some_and(|(n, v)| !n.is_empty() && header_safe(n) && header_safe(v))),
            KeyKind::Url => value.is_empty() || Url::parse(value).map(|_| true)?,
            KeyKind::Proxy => value.is_empty() || Proxy::parse(value).map(|_| true)?,
            KeyKind::Bool => boolean(value).is_some(),
            KeyKind::Integer { min, max } => integer(value).is_some_and(|v| (*min..=*max).contains(&v)),
            KeyKind::Size { min, max } => size(value).is_some_and(|v| (*min..=*max).contains(&v)),
            KeyKind::Number { min, max } => number(value).is_some_and(|v| (*min..=*max).contains(&v)),
            KeyKind::Seconds => seconds(value).is_some(),
            KeyKind::AuthVersion => value.is_empty() || auth_version(value).is_some(),
            KeyKind::AuthType => {
                if !environment {
                    auth_type(value)?;
                }
                true
            }
            KeyKind::AuthMethods => value.is_empty() || factors(value).is_some(),
            KeyKind::Interface => value.is_empty() || interface(value).is_some(),
            KeyKind::Word(words) => value.is_empty() || words.contains(&value),
        })
    }
}

/// Whether text can be sent in a header: no control characters, which would end it.
pub(crate) fn header_safe(text: &str) -> bool {
    !text.bytes().any(|b| b < b' ' || b == 0x7f)
}

/// Name and value of each line that is not empty, without blanks around them; `None` for one without a colon.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = Option<(&str, &str)>> {
    let lines = text.split('\n').map(|l| l.strip_suffix('\r').unwrap_or(l)).filter(|l| !l.trim().is_empty());
    lines.map(|l| l.split_once(':').map(|(n, v)| (n.trim(), v.trim())))
}

/// python-swiftclient's words of truth, and their opposites.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    let text = text.trim();
    let among = |words: &[&str]| words.iter().any(|w| text.eq_ignore_ascii_case(w));
    if among(&["true", "1", "yes", "on", "t", "y"]) {
        Some(true)
    } else if among(&["false", "0", "no", "off", "f", "n"]) {
        Some(false)
    } else {
        None
    }
}

pub(super) fn integer(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

/// A whole number with an optional suffix, as python-swiftclient's `--segment-size` has it: powers of 1024.
pub(super) fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    let (digits, unit) = match text.char_indices().last()? {
        (at, 'b' | 'B') => (&text[..at], 1),
        (at, 'k' | 'K') => (&text[..at], 1 << 10),
        (at, 'm' | 'M') => (&text[..at], 1 << 20),
        (at, 'g' | 'G') => (&text[..at], 1 << 30),
        _ => (text, 1),
    };
    integer(digits)?.checked_mul(unit)
}

pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|v: &f64| v.is_finite())
}

/// A time with an optional suffix. What is more than nothing stays so: zero means "no limit" to some keys.
pub(super) fn seconds(text: &str) -> Option<Duration> {
    let value = suffixed(text)?;
    if !(0.0..=LONGEST).contains(&value) {
        return None;
    }
    let least = if value > 0.0 { Duration::from_millis(1) } else { Duration::ZERO };
    Some(Duration::from_secs_f64(value).max(least))
}

/// A number of seconds with an optional suffix.
pub(crate) fn suffixed(text: &str) -> Option<f64> {
    let text = text.trim();
    let units = [("min", 60.0), ("hr", 3600.0), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86400.0)];
    let (digits, unit) = units
        .iter()
        .find_map(|(suffix, unit)| text.strip_suffix(suffix).map(|d| (d, *unit)))
        .unwrap_or((text, 1.0));
    Some(number(digits)? * unit)
}

/// The number of a version of the authentication.
pub(super) fn auth_version(text: &str) -> Option<u8> {
    let text = text.trim();
    match text.strip_prefix(['v', 'V']).unwrap_or(text) {
        "1" | "1.0" => Some(1),
        "2" | "2.0" => Some(2),
        "3" | "3.0" => Some(3),
        _ => None,
    }
}

/// The authentication type, `None` when empty.
pub(super) fn auth_type(text: &str) -> Result<Option<&'static str>> {
    if text.is_empty() {
        return Ok(None);
    }
    match AUTH_TYPES.iter().find(|t| t.eq_ignore_ascii_case(text)) {
        Some(t) => Ok(Some(t)),
        None => {
            let shown: String = text.chars().take(100).collect();
            let lower = text.to_ascii_lowercase();
            let way_out = if FEDERATED.iter().any(|f| lower.starts_with(f)) {
                "; the application can log in by itself and hand over token and storage URL: see \
                 swc_config_set_auth_callback"
            } else {
                ""
            };
            let types = AUTH_TYPES.join(", ");
            Err(Error::new(
                Kind::Unsupported,
                format!("authentication of type {shown:?} is not supported; it can be {types}{way_out}"),
            ))
        }
    }
}

/// The methods of a multi-factor authentication, in the order given.
pub(super) fn factors(text: &str) -> Option<Vec<&'static str>> {
    text.split(',').map(|m| FACTORS.into_iter().find(|f| f.eq_ignore_ascii_case(m.trim()))).collect()
}

/// The interface in the spelling of Keystone v3.
pub(crate) fn interface(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let name = lower.strip_suffix("url").unwrap_or(&lower);
    ["public", "internal", "admin"].into_iter().find(|i| *i == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ut_01_words_of_truth() {
        for w in ["true", "1", "yes", "on", "t", "y", "TRUE", "Yes"] {
            assert_eq!(boolean(w), Some(true), "{w}");
        }
        for w in ["false", "0", "no", "off", "f", "n", "Off"] {
            assert_eq!(boolean(w), Some(false), "{w}");
        }
        for w in ["", "2", "tru", "enabled", "-1"] {
            assert_eq!(boolean(w), None, "{w}");
        }
    }

    #[test]
    fn ut_02_times_with_suffixes() {
        for (text, expected) in [
            ("0", 0.0),
            ("90", 90.0),
            ("1.5", 1.5),
            ("2s", 2.0),
            ("2m", 120.0),
            ("2min", 120.0),
            ("1.5h", 5400.0),
            ("1hr", 3600.0),
            ("1d", 86400.0),
            (" 7 ", 7.0),
        ] {
            assert_eq!(seconds(text), Some(Duration::from_secs_f64(expected)), "{text}");
        }
        for text in ["", "s", "h", "abc", "-1", "-0.1s", "nan", "inf", "infd", "1e99", "366d", "1x", "1 h m"]
        {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn cl_03_sizes_with_suffixes() {
        for (text, expected) in [
            ("0", 0),
            ("1048576", 1 << 20),
            (" 7 ", 7),
            ("7B", 7),
            ("20M", 20 << 20),
            ("5k", 5 << 10),
            ("1G", 1 << 30),
            ("16777215G", 16_777_215 << 30),
        ] {
            assert_eq!(size(text), Some(expected), "{text}");
        }
        for text in
            ["", "M", "1.5M", "-1", "-1M", "20MB", "20MiB", "1T", "M1", "0x10", "18446744073709551615G", "é"]
        {
            assert_eq!(size(text), None, "{text}");
        }
        let kind = KeyKind::Size { min: 1 << 10, max: 1 << 20 };
        assert!(kind.check("1K", false).unwrap() && kind.check("1M", false).unwrap());
        assert!(!kind.check("1023", false).unwrap() && !kind.check("2M", false).unwrap());
    }

    #[test]
    fn sv_08_pairs_are_lines() {
        let all: Vec<_> = pairs("A: b:c \n\n  X-Y:\r\nbad").collect();
        assert_eq!(all, [Some(("A", "b:c")), Some(("X-Y", "")), None]);
        assert!(KeyKind::Pairs.check("a:b\nc: d", false).unwrap());
        for bad in ["a", "a:b\nc", ":v", " : v", "a:\u{1}"] {
            assert!(!KeyKind::Pairs.check(bad, false).unwrap(), "{bad:?}");
        }
    }

    #[test]
    fn a_tiny_time_is_not_rounded_to_no_limit() {
        assert_eq!(seconds("1e-12"), Some(Duration::from_millis(1)));
    }

    #[test]
    fn en_07_spellings_of_the_version() {
        for (n, texts) in [
            (1, ["1", "1.0", "v1", "v1.0"]),
            (2, ["2", "2.0", "v2", "V2.0"]),
            (3, ["3", "3.0", "v3", "v3.0"]),
        ] {
            for t in texts {
                assert_eq!(auth_version(t), Some(n), "{t}");
            }
        }
        for t in ["", "v", "4", "2.1", "30", "vv3", "3.00"] {
            assert_eq!(auth_version(t), None, "{t}");
        }
    }

    #[test]
    fn au_37_spellings_of_the_interface() {
        assert_eq!(interface("publicURL"), Some("public"));
        assert_eq!(interface("internal"), Some("internal"));
        assert_eq!(interface("adminURL"), Some("admin"));
        assert_eq!(interface("URL"), None);
    }
}
