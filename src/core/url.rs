//! URLs of the identity service and of an account: scheme, authority and path, checked once.

use std::borrow::Cow;
use std::fmt;

use ::http::Uri;
use ::http::uri::Authority;

use super::error::{Error, Result};

/// What stands for the id of the project.
const PROJECT: [&str; 4] = ["%(project_id)s", "%(tenant_id)s", "$(project_id)s", "$(tenant_id)s"];

/// An `http` or `https` URL. It holds no user information, no query and no fragment, so it can be shown
/// in messages as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url {
    https: bool,
    authority: Authority,
    path: String,
}

impl Url {
    /// Reads an absolute URL. Slashes at its end are dropped, and so are a query and a fragment: neither
    /// the identity service nor an account is addressed by one.
    pub fn parse(text: &str) -> Result<Url> {
        let wrong = |why: &str| Error::invalid(format!("{} {why}", Shown(text)));
        // The parser takes a relative reference too, and reads "host:port" as one.
        if !text.contains("://") {
            return Err(wrong("is not a URL that begins with http:// or https://"));
        }
        let uri: Uri = text.parse().map_err(|e| wrong(&format!("is not a URL: {e}")))?;
        let https = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(wrong("is not supported: a URL must begin with http:// or https://")),
        };
        let Some(authority) = uri.authority().filter(|a| !a.host().is_empty()) else {
            return Err(wrong("has no host"));
        };
        if authority.as_str().contains('@') {
            return Err(wrong("contains a user or password; give these as options of their own"));
        }
        // What follows the host must be a port that exists: "host:" and "host:99999" are not.
        if authority.as_str().len() > authority.host().len() && authority.port_u16().is_none_or(|p| p == 0) {
            return Err(wrong("has no valid port"));
        }
        if !uri.path().is_ascii() {
            return Err(wrong("has a path outside ASCII, which must be percent-encoded"));
        }
        Ok(Url { https, authority: authority.clone(), path: uri.path().trim_end_matches('/').to_owned() })
    }

    /// Whether it is an `https` URL.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        if self.https { "https" } else { "http" }
    }

    /// Host and, when given, port.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The path as it was given, without slashes at its end: empty or `/…`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether both are on the same server: scheme, host and port.
    pub fn same_origin(&self, other: &Url) -> bool {
        let port = |u: &Url| u.authority.port_u16().unwrap_or(if u.https { 443 } else { 80 });
        self.https == other.https
            && self.authority.host().eq_ignore_ascii_case(other.authority.host())
            && port(self) == port(other)
    }

    /// The last element of the path; empty when there is none.
    pub fn last_segment(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The URL with `suffix` (`/…`) after its path.
    pub fn join(&self, suffix: &str) -> Url {
        let mut url = self.clone();
        url.path.push_str(suffix.trim_end_matches('/'));
        url
    }

    /// Whether the id of a project is to be put into it, as keystoneauth's endpoints have it.
    pub fn wants_project(&self) -> bool {
        PROJECT.iter().any(|p| self.path.contains(p))
    }

    /// The URL with the id of a project where that is to be put.
    pub fn of_project(&self, id: &str) -> Url {
        let mut encoded = String::new();
        super::names::encode_into(&mut encoded, id);
        let path = PROJECT.iter().fold(self.path.clone(), |path, p| path.replace(p, &encoded));
        Url { path, ..self.clone() }
    }

    /// The URL with `segment`, which is encoded, in the place of the last element of its path.
    pub fn with_last_segment(&self, segment: &str) -> Url {
        let mut url = self.clone();
        url.path.truncate(self.path.len() - self.last_segment().len());
        if url.path.is_empty() {
            url.path.push('/');
        }
        super::names::encode_into(&mut url.path, segment);
        url
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme(), self.authority, self.path)
    }
}

/// Parameters of a query that give access, besides those whose names end in `_sig`.
const SIGNING: [&str; 3] = ["x-amz-signature", "x-amz-credential", "x-amz-security-token"];

/// A signature in a query gives access: not for messages.
pub(crate) fn without_signature(text: &str) -> Cow<'_, str> {
    let gives_access = |name: &str| {
        name.len() >= 4 && name.as_bytes()[name.len() - 4..].eq_ignore_ascii_case(b"_sig")
            || SIGNING.iter().any(|s| name.eq_ignore_ascii_case(s))
    };
    let Some((path, query)) = text.split_once('?') else { return text.into() };
    let name = |parameter: &str| parameter.split_once('=').map_or(0, |(name, _)| name.len());
    if !query.split('&').any(|p| gives_access(&p[..name(p)])) {
        return text.into();
    }
    let shown = query.split('&').map(|p| match &p[..name(p)] {
        name if gives_access(name) => format!("{name}=..."),
        _ => p.to_owned(),
    });
    format!("{path}?{}", shown.collect::<Vec<_>>().join("&")).into()
}

/// A URL of the server's, for messages: without user and password, and without a query, which may hold anything.
pub(crate) fn without_secrets(url: &str) -> String {
    let (url, query) = match url.split_once('?') {
        Some((url, _)) => (url, "?..."),
        None => (url, ""),
    };
    let (scheme, rest) = match url.split_once("//") {
        Some((scheme, rest)) => (format!("{scheme}//"), rest),
        None => (String::new(), url),
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let host = match (scheme.as_str(), rest[..end].rfind('@')) {
        ("", _) | (_, None) => rest.to_owned(),
        (_, Some(at)) => format!("...{}", &rest[at..]),
    };
    format!("{scheme}{host}{query}")
}

/// Path and query for messages, without a signature. A byte outside ASCII, which stands there as the character of its
/// value, is shown as in C: `\xe4`.
pub(crate) fn shown_target(target: &str) -> Cow<'_, str> {
    let shown = without_signature(target);
    if shown.is_ascii() {
        return shown;
    }
    let mut escaped = String::with_capacity(shown.len() * 2);
    for c in shown.chars() {
        match c.is_ascii() {
            true => escaped.push(c),
            false => escaped.push_str(&format!("\\x{:02x}", u32::from(c))),
        }
    }
    escaped.into()
}

/// A URL that was refused, for a message: quoted, cut, and without what may be a secret.
pub(crate) struct Shown<'a>(pub &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.split(['?', '#']).next().unwrap_or_default();
        if text.contains('@') {
            return f.write_str("the URL");
        }
        let cut: String = text.chars().take(200).collect();
        write!(f, "{cut:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        Url::parse(text).unwrap_err().message().to_owned()
    }

    #[test]
    fn parts_are_kept_as_given() {
        let u = Url::parse("https://swift.example.com:8443/v1/AUTH_a%2Fb/../x").unwrap();
        assert_eq!(u.scheme(), "https");
        assert_eq!(u.authority().as_str(), "swift.example.com:8443");
        assert_eq!(u.authority().as_str(), "swift.example.com:8443");
        assert_eq!(u.path(), "/v1/AUTH_a%2Fb/../x");
        assert_eq!(u.to_string(), "https://swift.example.com:8443/v1/AUTH_a%2Fb/../x");
        assert_eq!(Url::parse("HTTP://h").unwrap().scheme(), "http");
        assert_eq!(Url::parse("https://[::1]/x").unwrap().authority().host(), "[::1]");
        assert_eq!(Url::parse("http://[::1]:81/x").unwrap().authority().port_u16(), Some(81));
    }

    #[test]
    fn au_06_the_id_of_a_project_is_put_where_it_is_wanted() {
        let u = Url::parse("http://h/v1/AUTH_%(project_id)s").unwrap();
        assert!(u.wants_project() && !Url::parse("http://h/v1/AUTH_x").unwrap().wants_project());
        assert_eq!(u.of_project("0ab/").to_string(), "http://h/v1/AUTH_0ab%2F");
        assert_eq!(Url::parse("http://h/$(tenant_id)s/x").unwrap().of_project("i").path(), "/i/x");
    }

    #[test]
    fn au_43_another_account_takes_the_place_of_the_last_segment() {
        let other = |text: &str| Url::parse(text).unwrap().with_last_segment("a b").to_string();
        assert_eq!(other("http://h/v1/AUTH_x"), "http://h/v1/a%20b");
        assert_eq!(other("http://h/v1/AUTH_x/"), "http://h/v1/a%20b");
        assert_eq!(other("http://h"), "http://h/a%20b");
    }

    #[test]
    fn df_06_slashes_at_the_end_are_dropped() {
        assert_eq!(Url::parse("http://h/v1/a//").unwrap().path(), "/v1/a");
        assert_eq!(Url::parse("http://h/").unwrap().to_string(), "http://h");
        assert_eq!(Url::parse("http://h").unwrap().path(), "");
    }

    #[test]
    fn au_20_query_and_fragment_are_dropped() {
        assert_eq!(Url::parse("http://h/auth/v1.0?a=b#c").unwrap().to_string(), "http://h/auth/v1.0");
    }

    #[test]
    fn ht_01_only_http_and_https() {
        assert!(message("ftp://h/x").contains("http:// or https://"));
        assert!(message("example.com:8080").contains("http:// or https://"));
        assert!(message("").contains("http:// or https://"));
        for text in [
            "http://",
            "http:///x",
            "http://:80/x",
            "http://h h/",
            "http://h:/x",
            "http://h:0",
            "http://h:99999/",
        ] {
            assert!(Url::parse(text).is_err(), "{text}");
        }
        assert!(message("http://h/ä").contains("percent-encoded"));
    }

    #[test]
    fn a_password_in_a_url_is_refused_and_not_shown() {
        let m = message("http://user:geheim@h/v1");
        assert!(m.contains("user or password") && !m.contains("geheim"), "{m}");
        let m = message("ftp://h/v1?signature=geheim");
        assert!(!m.contains("geheim"), "{m}");
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let same = |a: &str, b: &str| Url::parse(a).unwrap().same_origin(&Url::parse(b).unwrap());
        assert!(same("http://h/v1/a", "HTTP://H:80/x"));
        assert!(same("https://h", "https://h:443"));
        assert!(!same("http://h", "https://h"));
        assert!(!same("http://h", "http://h:8080"));
        assert!(!same("http://h", "http://i"));
        assert!(!same("http://h:443", "https://h"));
    }

    #[test]
    fn joining_appends_to_the_path() {
        let u = Url::parse("http://h/identity/").unwrap();
        assert_eq!(u.join("/v3").to_string(), "http://h/identity/v3");
        assert_eq!(u.join("/v3").last_segment(), "v3");
        assert_eq!(Url::parse("http://h").unwrap().last_segment(), "");
    }

    #[test]
    fn signatures_stay_out_of_messages() {
        assert_eq!(without_signature("/v1/a?temp_url_sig=abc&x=1"), "/v1/a?temp_url_sig=...&x=1");
        assert_eq!(without_signature("/v1/a?x=1"), "/v1/a?x=1");
        assert_eq!(shown_target("/\u{e4}?temp_url_sig=\u{e4}&x=\u{80}"), "/\\xe4?temp_url_sig=...&x=\\x80");
        let twice = "/v1/a?temp_url_sig=abc&x=1&swiftinfo_sig=def";
        assert_eq!(without_signature(twice), "/v1/a?temp_url_sig=...&x=1&swiftinfo_sig=...");
        let s3 = "/b/o?X-Amz-Credential=id%2F1&x-amz-date=2&X-AMZ-SIGNATURE=abc&X-Amz-Security-Token=t";
        let shown = "/b/o?X-Amz-Credential=...&x-amz-date=2&X-AMZ-SIGNATURE=...&X-Amz-Security-Token=...";
        assert_eq!(without_signature(s3), shown);
        for (url, shown) in [
            ("https://me:geheim@h:1/v1/a?key=geheim", "https://...@h:1/v1/a?..."),
            ("http://h/v1/a@b", "http://h/v1/a@b"),
            ("//me@h", "//...@h"),
            ("/v1/a/c?temp_url_sig=geheim", "/v1/a/c?..."),
            ("", ""),
        ] {
            assert_eq!(without_secrets(url), shown);
        }
    }
}
