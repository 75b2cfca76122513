//! What temporary URLs, forms and signed requests for `/info` have in common: what is signed, with which digest, and
//! until when it holds.

use std::fmt;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};

use super::config::suffixed;
use super::digest::hex;
use super::error::{Error, Kind, Result};
use super::names;
use super::time::{self, YEAR_10000, digits};
use super::url::{Shown, Url};
use crate::sys::clock;

/// A digest that a signature is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// SHA-1, which newer servers do not take unless told to.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl Digest {
    /// Reads `sha1`, `sha256` or `sha512`.
    pub fn parse(name: &str) -> Result<Digest> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "sha1" => Digest::Sha1,
            "sha256" => Digest::Sha256,
            "sha512" => Digest::Sha512,
            _ => {
                return Err(Error::invalid(format!(
                    "the digest {name:?} is none of sha1, sha256 and sha512"
                )));
            }
        })
    }

    /// The best of those that a server names: it says `allowed_digests` in `/info`, and one that does not is so old
    /// that it knows only SHA-1.
    pub fn best<'a>(allowed: impl IntoIterator<Item = &'a str>) -> Option<Digest> {
        let allowed: Vec<_> = allowed.into_iter().filter_map(|d| Digest::parse(d).ok()).collect();
        [Digest::Sha256, Digest::Sha512, Digest::Sha1].into_iter().find(|d| allowed.contains(d))
    }

    /// The HMAC of a text.
    fn mac(self, key: &Key, text: &str) -> Vec<u8> {
        fn of<M: Mac + KeyInit>(key: &Key, text: &str) -> Vec<u8> {
            // A key of any length will do, so there is one always.
            let Ok(mac) = <M as KeyInit>::new_from_slice(key.0.as_bytes()) else { return Vec::new() };
            mac.chain_update(text).finalize().into_bytes().to_vec()
        }
        match self {
            Digest::Sha1 => of::<Hmac<sha1::Sha1>>(key, text),
            Digest::Sha256 => of::<Hmac<sha2::Sha256>>(key, text),
            Digest::Sha512 => of::<Hmac<sha2::Sha512>>(key, text),
        }
    }

    /// The signature in hexadecimal digits.
    pub(super) fn sign(self, key: &Key, text: &str) -> String {
        hex(self.mac(key, text))
    }

    /// The signature as a temporary URL has it: the longest in a shorter form (TU-04).
    pub(super) fn sign_short(self, key: &Key, text: &str) -> String {
        match self {
            Digest::Sha512 => format!("sha512:{}", URL_SAFE_NO_PAD.encode(self.mac(key, text))),
            _ => self.sign(key, text),
        }
    }
}

/// A key to sign with. It is not shown.
#[derive(Clone)]
pub(super) struct Key(String);

impl Key {
    pub fn new(key: &str) -> Result<Key> {
        if key.is_empty() {
            return Err(Error::invalid("the key is empty"));
        }
        Ok(Key(key.to_owned()))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("...")
    }
}

/// Until when a signature holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// So many seconds from when it is made.
    After(i64),
    /// This time, in seconds since 1970.
    At(i64),
}

impl Expiry {
    /// Reads a time as python-swiftclient does (TU-05): a whole number of seconds, from now or with `absolute` since
    /// 1970; a number with one of the suffixes s, m, min, h, hr and d; `2026-07-31T12:34:56Z`; the same without `Z`, or
    /// the date alone, in local time.
    pub fn parse(text: &str, absolute: bool) -> Result<Expiry> {
        let wrong = || {
            Error::invalid(format!(
                "{text:?} is no time: give a whole number of seconds, a number with one of the suffixes s, m, min, h, \
                 hr and d, or a time such as 2026-07-31T12:34:56Z or 2026-07-31"
            ))
        };
        let text = text.trim();
        if let Some(at) = iso(text) {
            return Expiry::At(at).checked();
        }
        let unit = text.ends_with(|c: char| c.is_ascii_alphabetic());
        let number = if unit && absolute { None } else { suffixed(text) }.ok_or_else(wrong)?;
        if number < 0.0 || (!unit && number.fract() != 0.0) {
            return Err(wrong());
        }
        // Far too large becomes the largest there is, which is refused.
        let seconds = number as i64;
        if absolute { Expiry::At(seconds) } else { Expiry::After(seconds) }.checked()
    }

    /// Refuses what no server can read.
    pub fn checked(self) -> Result<Expiry> {
        let (Expiry::After(n) | Expiry::At(n)) = self;
        if (0..YEAR_10000).contains(&n) {
            return Ok(self);
        }
        Err(Error::invalid(format!("the time {n} is negative, or lies beyond the year 9999")))
    }

    /// Seconds since 1970.
    pub(super) fn at(self, now: SystemTime) -> Result<i64> {
        let at = match self {
            Expiry::At(at) => at,
            // Rounded down, as all of them are (TU-06).
            Expiry::After(seconds) => time::seconds(now).unwrap_or(0).saturating_add(seconds),
        };
        match Expiry::At(at).checked()? {
            Expiry::At(at) | Expiry::After(at) => Ok(at),
        }
    }
}

/// A time of one of the three forms, in seconds since 1970.
fn iso(text: &str) -> Option<i64> {
    if text.len() == 20 && text.ends_with(['Z', 'z']) && text[..19].contains(['T', 't']) {
        return time::from_iso(&text.to_ascii_uppercase()).and_then(time::seconds);
    }
    let (date, clock) = text.split_once(['T', 't']).unwrap_or((text, "00:00:00"));
    let three = |text: &str, by: char, first: usize| -> Option<[i32; 3]> {
        let mut parts = text.split(by);
        let mut next = |n| digits(parts.next()?, n).and_then(|d| i32::try_from(d).ok());
        let all = [next(first)?, next(2)?, next(2)?];
        parts.next().is_none().then_some(all)
    };
    let (date, clock) = (three(date, '-', 4)?, three(clock, ':', 2)?);
    let real = (1..=12).contains(&date[1]) && clock[0] < 24 && clock[1] < 60 && clock[2] <= 61;
    if real { clock::from_local(date, clock) } else { None }
}

/// What a signature is for: the path that is signed, and the URL it becomes part of.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// `https://host`, with what a gateway puts before the version; nothing for a mere path. Percent-encoded.
    base: String,
    /// From the version on, as it is, not percent-encoded.
    pub path: String,
}

impl Place {
    /// A path that is not percent-encoded, or the same with scheme and host before it.
    pub fn of_path(text: &str) -> Result<Place> {
        let Some((scheme, rest)) = text.split_once("://").filter(|_| !text.starts_with('/')) else {
            return Ok(Place { base: String::new(), path: text.to_owned() });
        };
        let host = rest.find('/').unwrap_or(rest.len());
        let (origin, path) = text.split_at(scheme.len() + 3 + host);
        if origin.contains(['?', '#']) {
            return Err(Error::invalid(format!("{} has no path to an object", Shown(text))));
        }
        Ok(Place { base: Url::parse(origin)?.to_string(), path: path.to_owned() })
    }

    /// What lies in a container. Servers sign from the version on, whatever a gateway puts before it.
    pub fn of_names(storage_url: &Url, container: &str, object: &str) -> Result<Place> {
        names::check_container(container)?;
        let path = storage_url.path();
        let at = names::version_at(path).ok_or_else(|| {
            Error::invalid(format!("the storage URL {storage_url} has no version such as /v1 in it"))
        })?;
        let account = percent_encoding::percent_decode_str(&path[at..]).decode_utf8().map_err(|_| {
            Error::new(Kind::InvalidUtf8, format!("the path of the storage URL {storage_url} is not UTF-8"))
        })?;
        Ok(Place {
            base: format!("{}://{}{}", storage_url.scheme(), storage_url.authority(), &path[..at]),
            path: format!("{account}/{container}/{object}"),
        })
    }

    /// Its parts: version, account, container, and the rest, of which the first three are not empty.
    pub fn parts(&self) -> Option<[&str; 4]> {
        let mut parts = self.path.strip_prefix('/')?.splitn(4, '/');
        let all = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
        all[..3].iter().all(|p| !p.is_empty()).then_some(all)
    }

    /// The URL, percent-encoded.
    pub fn url(&self) -> String {
        let mut url = self.base.clone();
        names::encode_path_into(&mut url, &self.path);
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tu_05_times_in_all_forms() {
        use Expiry::{After, At};
        for (text, absolute, want) in [
            ("0", false, After(0)),
            ("3600", false, After(3600)),
            ("3600.0", false, After(3600)),
            ("1e3", true, At(1000)),
            (" 7 ", true, At(7)),
            ("10s", false, After(10)),
            ("1.5m", false, After(90)),
            ("2min", false, After(120)),
            ("1.5h", false, After(5400)),
            ("1hr", false, After(3600)),
            ("0.1d", false, After(8640)),
            ("1.9999s", false, After(1)),
            ("2015-05-01T01:00:00Z", false, At(1_430_442_000)),
            ("2015-05-01t01:00:00z", true, At(1_430_442_000)),
        ] {
            assert_eq!(Expiry::parse(text, absolute).ok(), Some(want), "{text}");
        }
        let At(local) = Expiry::parse("2015-05-01T01:00:00", false).unwrap() else { panic!() };
        let At(midnight) = Expiry::parse("2015-05-01", true).unwrap() else { panic!() };
        assert_eq!(local - midnight, 3600);
        assert_eq!(Some(local), clock::from_local([2015, 5, 1], [1, 0, 0]));
        for (text, absolute) in [
            ("", false),
            ("soon", false),
            ("-1", false),
            ("-1", true),
            ("1.5", false),
            ("inf", false),
            ("NaN", false),
            ("1e30", false),
            ("-5m", false),
            ("m", false),
            ("10s", true),
            ("1.5h", true),
            ("2015-05", false),
            ("2015-05-01T", false),
            ("2015-05-01 01:00:00", false),
            ("2015-05-01T01:00", false),
            ("2015-05-01T01:00Z", false),
            ("2015-13-01", false),
            ("2015-02-30", false),
            ("2015-05-01T24:00:00", false),
            ("2015-05-01T01:00:00+01", false),
            ("253402300800", true),
        ] {
            let e = Expiry::parse(text, absolute).unwrap_err();
            assert_eq!(e.kind(), Kind::InvalidArgument, "{text}");
        }
    }

    #[test]
    fn tu_06_from_now_on_or_as_given() {
        let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(1_400_000_000_900);
        assert_eq!(Expiry::After(60).at(now).unwrap(), 1_400_000_060);
        assert_eq!(Expiry::At(60).at(now).unwrap(), 60);
        assert!(Expiry::After(YEAR_10000 - 1).at(now).is_err());
    }

    #[test]
    fn digests_have_names_and_an_order() {
        assert_eq!(Digest::parse("SHA512").unwrap(), Digest::Sha512);
        assert!(Digest::parse("md5").unwrap_err().message().contains("\"md5\""));
        assert_eq!(Digest::best(["sha1", "sha512", "sha256"]), Some(Digest::Sha256));
        assert_eq!(Digest::best(["sha1", "other"]), Some(Digest::Sha1));
        assert_eq!(Digest::best([]), None);
    }

    #[test]
    fn places() {
        let p = Place::of_path("/v1/a/c/o/p q").unwrap();
        assert_eq!((p.url().as_str(), p.parts()), ("/v1/a/c/o/p%20q", Some(["v1", "a", "c", "o/p q"])));
        let p = Place::of_path("HTTPS://h:1/v1/a/c/").unwrap();
        assert_eq!((p.url().as_str(), p.parts()), ("https://h:1/v1/a/c/", Some(["v1", "a", "c", ""])));
        assert_eq!(Place::of_path("/v1/a/c/http://x").unwrap().base, "");
        for path in ["v1/a/c/o", "/v1/a/c", "/v1//c/o", "//a/c/o", ""] {
            assert_eq!(Place::of_path(path).unwrap().parts(), None, "{path}");
        }
        for url in ["http://h?/v1/a/c/o", "ftp://h/v1/a/c/o", "http://u:p@h/v1/a/c/o"] {
            assert!(Place::of_path(url).is_err(), "{url}");
        }
        let url = Url::parse("https://h/swift/v1/AUTH_%C3%BC").unwrap();
        let p = Place::of_names(&url, "c", "ö").unwrap();
        assert_eq!(
            (p.url().as_str(), p.path.as_str()),
            ("https://h/swift/v1/AUTH_%C3%BC/c/%C3%B6", "/v1/AUTH_ü/c/ö")
        );
        assert!(Place::of_names(&Url::parse("http://h/x").unwrap(), "c", "o").is_err());
        assert!(Place::of_names(&url, "a/b", "o").is_err());
    }
}
