//! Temporary URLs: who has one gets at one object, or at all below a prefix, by one method and for some time, without a
//! token.

use std::net::IpAddr;
use std::time::SystemTime;

use super::error::{Error, Kind, Result};
use super::log::{Level, log};
use super::names;
use super::signature::{Digest, Expiry, Key, Place};
use super::time;
use super::url::Url;

/// The path that asks what the cluster offers; its signature shows more of it.
const INFO: &str = "/info";

/// The methods Swift takes unless it was told otherwise.
const USUAL: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];

/// What a temporary URL shall allow.
#[derive(Clone, Debug)]
pub struct TempUrl {
    place: Option<Place>,
    method: String,
    expiry: Option<Expiry>,
    key: Option<Key>,
    digest: Option<Digest>,
    prefix: bool,
    ip_range: Option<String>,
    iso8601: bool,
    filename: Option<String>,
    inline: bool,
}

impl Default for TempUrl {
    fn default() -> TempUrl {
        TempUrl {
            place: None,
            method: "GET".to_owned(),
            expiry: None,
            key: None,
            digest: None,
            prefix: false,
            ip_range: None,
            iso8601: false,
            filename: None,
            inline: false,
        }
    }
}

impl TempUrl {
    /// For GET; path, time and key are still to be set.
    pub fn new() -> TempUrl {
        TempUrl::default()
    }

    /// The path `/v1/account/container/object`, not percent-encoded, or the same with scheme and host before it; or
    /// `/info`.
    pub fn set_path(&mut self, path: &str) -> Result<()> {
        self.place = Some(Place::of_path(path)?);
        Ok(())
    }

    /// The object by its names, below a storage URL.
    pub fn set_object(&mut self, storage_url: &str, container: &str, object: &str) -> Result<()> {
        self.place_below(&Url::parse(storage_url)?, container, object)
    }

    pub(super) fn place_below(&mut self, storage_url: &Url, container: &str, object: &str) -> Result<()> {
        self.place = Some(Place::of_names(storage_url, container, object)?);
        Ok(())
    }

    /// The method that is allowed.
    pub fn set_method(&mut self, method: &str) -> Result<()> {
        if method.is_empty() || !method.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return Err(Error::invalid(format!("{method:?} is no method")));
        }
        self.method = method.to_ascii_uppercase();
        Ok(())
    }

    /// Until when it is good.
    pub fn set_expiry(&mut self, expiry: Expiry) -> Result<()> {
        self.expiry = Some(expiry.checked()?);
        Ok(())
    }

    /// The key, which is the value of `X-Account-Meta-Temp-URL-Key` or `X-Container-Meta-Temp-URL-Key`, or of their
    /// seconds; for `/info` that of the operator.
    pub fn set_key(&mut self, key: &str) -> Result<()> {
        self.key = Some(Key::new(key)?);
        Ok(())
    }

    pub(super) fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// The digest; unless it is set SHA-256, and SHA-1 for `/info`, where Swift takes no other.
    pub fn set_digest(&mut self, digest: Digest) {
        self.digest = Some(digest);
    }

    pub(super) fn has_digest(&self) -> bool {
        self.digest.is_some()
    }

    /// Whether it is good for all objects whose names begin with the one that was set.
    pub fn set_prefix(&mut self, prefix: bool) {
        self.prefix = prefix;
    }

    /// The addresses that it is good from: one, or a network such as `10.0.0.0/8`; `None`: all.
    pub fn set_ip_range(&mut self, range: Option<&str>) -> Result<()> {
        if let Some(range) = range {
            check_network(range)?;
        }
        self.ip_range = range.map(str::to_owned);
        Ok(())
    }

    /// Whether its time is written as `2026-07-31T12:34:56Z`.
    pub fn set_iso8601(&mut self, iso8601: bool) {
        self.iso8601 = iso8601;
    }

    /// The name under which browsers save the object; `None`: that of the object.
    pub fn set_filename(&mut self, name: Option<&str>) {
        self.filename = name.map(str::to_owned);
    }

    /// Whether browsers show the object instead of saving it.
    pub fn set_inline(&mut self, inline: bool) {
        self.inline = inline;
    }

    /// The URL, or path and query when no host was set; percent-encoded, to be used as it is.
    pub fn generate(&self) -> Result<String> {
        self.generate_at(SystemTime::now())
    }

    fn generate_at(&self, now: SystemTime) -> Result<String> {
        let lacks = |what| Error::new(Kind::State, format!("the temporary URL lacks {what}"));
        let place = self.place.as_ref().ok_or_else(|| lacks("the path of an object"))?;
        let key = self.key.as_ref().ok_or_else(|| lacks("a key"))?;
        let at = self.expiry.ok_or_else(|| lacks("the time when it expires"))?.at(now)?;
        let info = place.path == INFO;
        let object = self.check(place, info)?;
        let digest = self.digest.unwrap_or(if info { Digest::Sha1 } else { Digest::Sha256 });

        // TU-03: the range goes first, for a path may hold newlines.
        let range = self.ip_range.as_ref().map_or_else(String::new, |r| format!("ip={r}\n"));
        let prefix = if self.prefix { "prefix:" } else { "" };
        let signature =
            digest.sign_short(key, &format!("{range}{}\n{at}\n{prefix}{}", self.method, place.path));

        // TU-07: the number is signed, whichever is shown.
        let shown = if self.iso8601 { time::to_iso(at) } else { None }.unwrap_or_else(|| at.to_string());
        let mut url = place.url();
        let names =
            if info { ["swiftinfo_sig", "swiftinfo_expires"] } else { ["temp_url_sig", "temp_url_expires"] };
        // These hold nothing that a query cannot, so they stay as they are.
        url += &format!("?{}={signature}&{}={shown}", names[0], names[1]);
        if let Some(range) = &self.ip_range {
            url += &format!("&temp_url_ip_range={range}");
        }
        let prefix = object.filter(|_| self.prefix).map(|o| ("temp_url_prefix", Some(o)));
        let filename = self.filename.as_deref().map(|f| ("filename", Some(f)));
        let inline = self.inline.then_some(("inline", None));
        names::push_query(&mut url, [prefix, filename, inline].into_iter().flatten());
        Ok(url)
    }

    /// Whether all fits together; the object's name, or the prefix.
    fn check<'a>(&self, place: &'a Place, info: bool) -> Result<Option<&'a str>> {
        if info {
            if self.prefix || self.ip_range.is_some() || self.filename.is_some() || self.inline {
                return Err(Error::invalid(
                    "a signed request for /info has no prefix, no range of addresses, no file name and no inline",
                ));
            }
            return Ok(None);
        }
        if !USUAL.contains(&self.method.as_str()) {
            log!(Level::Warn, "temporary URL for {}: few servers take such a one", self.method);
        }
        let object = place.parts().map(|p| p[3]).filter(|o| self.prefix || !o.is_empty());
        match object {
            Some(object) => Ok(Some(object)),
            None if self.prefix => Err(Error::invalid(format!(
                "{:?} does not lead into a container: it must begin like /v1/account/container/",
                place.path
            ))),
            None => Err(Error::invalid(format!(
                "{:?} is not the path of an object, such as /v1/account/container/object",
                place.path
            ))),
        }
    }
}

/// Refuses what Swift cannot read as an address or a network: it would refuse every request then.
fn check_network(text: &str) -> Result<()> {
    let wrong = |why: &str| Err(Error::invalid(format!("the range of addresses {text:?} {why}")));
    let (address, length) = text.split_once('/').map_or((text, None), |(a, l)| (a, Some(l)));
    let Ok(address) = address.parse::<IpAddr>() else {
        return wrong("is neither an address nor a network such as 10.0.0.0/8");
    };
    let Some(length) = length else { return Ok(()) };
    let most = if address.is_ipv4() { 32 } else { 128 };
    let plain = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
    let Some(length) = length.parse::<u32>().ok().filter(|l| plain && *l <= most) else {
        return wrong(&format!("must have a number from 0 to {most} behind its slash"));
    };
    let bits = match address {
        IpAddr::V4(a) => u128::from(a.to_bits()) << 96,
        IpAddr::V6(a) => a.to_bits(),
    };
    if bits.checked_shl(length).unwrap_or(0) != 0 {
        return wrong("has bits set behind the length of the network");
    }
    Ok(())
}

/// The parameters of a temporary URL's query, decoded.
pub(super) fn parameters(url: &str) -> Result<Vec<(String, Option<String>)>> {
    const KNOWN: [&str; 6] =
        ["temp_url_sig", "temp_url_expires", "temp_url_ip_range", "temp_url_prefix", "filename", "inline"];
    let (_, query) = url.split_once('?').unwrap_or_default();
    let query = query.split('#').next().unwrap_or_default();
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced).decode_utf8().map(String::from)
    };
    let mut all = Vec::new();
    for part in query.split('&') {
        let (name, value) = part.split_once('=').map_or((part, None), |(n, v)| (n, Some(v)));
        if !KNOWN.contains(&name) {
            continue;
        }
        let value = value.map(decode).transpose().map_err(|_| {
            Error::new(Kind::InvalidUtf8, format!("the parameter {name} of the temporary URL is not UTF-8"))
        })?;
        all.push((name.to_owned(), value));
    }
    if !all.iter().any(|(n, v)| n == KNOWN[0] && v.as_ref().is_some_and(|v| !v.is_empty())) {
        return Err(Error::invalid("it is no temporary URL: its query has no temp_url_sig"));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> SystemTime {
        SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds as u64)
    }

    fn tempurl(path: &str, method: &str, expires: i64, key: &str) -> TempUrl {
        let mut t = TempUrl::new();
        t.set_path(path).unwrap();
        t.set_method(method).unwrap();
        t.set_expiry(Expiry::At(expires)).unwrap();
        t.set_key(key).unwrap();
        t
    }

    #[test]
    fn tu_01_what_is_lacking_is_named() {
        let mut t = TempUrl::new();
        for (lack, set) in [
            ("path", (|t| t.set_path("/v1/a/c/o")) as fn(&mut TempUrl) -> Result<()>),
            ("key", |t| t.set_key("k")),
            ("expires", |t| t.set_expiry(Expiry::After(60))),
        ] {
            let e = t.generate().unwrap_err();
            assert!(e.kind() == Kind::State && e.message().contains(lack), "{e}");
            set(&mut t).unwrap();
        }
        assert!(t.generate().unwrap().starts_with("/v1/a/c/o?temp_url_sig="));
        assert!(t.set_key("").is_err());
        assert!(!format!("{t:?}").contains("\"k\""));
    }

    #[test]
    fn tu_02_the_path_is_that_of_an_object() {
        for path in
            ["/v1/a/c", "/v1/a/c/", "v1/a/c/o", "/v1//c/o", "//a/c/o", "", "/", "/v1/a//o", "http://h"]
        {
            let mut t = tempurl(path, "GET", 1, "k");
            let e = t.generate().unwrap_err();
            assert!(
                e.kind() == Kind::InvalidArgument && e.message().contains("/v1/account/container"),
                "{e}"
            );
            t.set_prefix(true);
            assert_eq!(t.generate().is_ok(), path == "/v1/a/c/", "{path}");
        }
        tempurl("/v1/a/c//", "GET", 1, "k").generate().unwrap();
    }

    #[test]
    fn tu_10_methods() {
        assert_eq!(
            tempurl("/v1/a/c/o", "put", 1, "k").generate().unwrap(),
            tempurl("/v1/a/c/o", "PUT", 1, "k").generate().unwrap()
        );
        tempurl("/v1/a/c/o", "X-OTHER", 1, "k").generate().unwrap();
        let mut t = TempUrl::new();
        for method in ["", "GET ", "G\nT", "GÉT", "GET\n1\n/v1/a/c/other"] {
            assert!(t.set_method(method).is_err(), "{method:?}");
        }
    }

    #[test]
    fn tu_06_relative_to_now() {
        let mut t = tempurl("/v1/a/c/o", "GET", 0, "k");
        t.set_expiry(Expiry::After(60)).unwrap();
        assert!(t.generate_at(at(1000)).unwrap().ends_with("&temp_url_expires=1060"));
    }

    #[test]
    fn tu_08_the_order_of_the_query_and_names_of_any_kind() {
        let mut t = tempurl("https://h:1/v1/a b/c/p ü/%?#&+\n", "GET", 1_400_000_000, "k");
        t.set_prefix(true);
        t.set_ip_range(Some("fe80::/10")).unwrap();
        t.set_iso8601(true);
        t.set_filename(Some("a&b=ü"));
        t.set_inline(true);
        let url = t.generate().unwrap();
        let (path, query) = url.split_once('?').unwrap();
        assert_eq!(path, "https://h:1/v1/a%20b/c/p%20%C3%BC/%25%3F%23%26%2B%0A");
        let names: Vec<_> = query.split('&').map(|p| p.split('=').next().unwrap()).collect();
        assert_eq!(
            names,
            [
                "temp_url_sig",
                "temp_url_expires",
                "temp_url_ip_range",
                "temp_url_prefix",
                "filename",
                "inline"
            ]
        );
        assert!(query.ends_with(
            "&temp_url_expires=2014-05-13T16:53:20Z&temp_url_ip_range=fe80::/10\
             &temp_url_prefix=p%20%C3%BC/%25%3F%23%26%2B%0A&filename=a%26b%3D%C3%BC&inline"
        ));
        let back = parameters(&url).unwrap();
        assert_eq!(back[3], ("temp_url_prefix".into(), Some("p ü/%?#&+\n".into())));
        assert_eq!((back.len(), back[5].1.as_ref()), (6, None));
    }

    #[test]
    fn tu_09_info_is_signed_with_sha1_and_nothing_else() {
        let mut t = tempurl("/info", "GET", 1_400_000_000, "adminkey");
        let url = t.generate().unwrap();
        assert!(
            url.starts_with("/info?swiftinfo_sig=") && url.ends_with("&swiftinfo_expires=1400000000"),
            "{url}"
        );
        assert_eq!(url.len(), "/info?swiftinfo_sig=&swiftinfo_expires=1400000000".len() + 40);
        t.set_ip_range(Some("10.0.0.1")).unwrap();
        assert_eq!(t.generate().unwrap_err().kind(), Kind::InvalidArgument);
        let mut t = tempurl("http://h/info", "HEAD", 1, "k");
        assert!(t.generate().unwrap().starts_with("http://h/info?swiftinfo_sig="));
        t.set_prefix(true);
        assert!(t.generate().is_err());
    }

    #[test]
    fn networks() {
        for good in
            ["10.0.0.0/8", "127.0.0.1", "127.0.0.1/32", "0.0.0.0/0", "::1", "::1/128", "fe80::/10", "::/0"]
        {
            check_network(good).unwrap();
        }
        for bad in [
            "",
            "10.0.0",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "::1/127",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "h",
            "1.2.3.4\nGET",
        ] {
            assert!(check_network(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_no_temporary_url_has_no_parameters() {
        for url in
            ["", "http://h/v1/a/c/o", "http://h/v1/a/c/o?temp_url_sig=", "/o?x=1", "/o?temp_url_sig=%ff"]
        {
            assert!(parameters(url).is_err(), "{url}");
        }
        assert_eq!(
            parameters("/o?other=1&temp_url_sig=a%3Ab&filename=x+y#z").unwrap(),
            [
                ("temp_url_sig".to_owned(), Some("a:b".to_owned())),
                ("filename".to_owned(), Some("x y".to_owned()))
            ]
        );
    }
}
