//! Proxies: which one a request goes through, and what it asks of them.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::uri::Authority;
use percent_encoding::percent_decode_str;

use crate::core::error::{Error, Kind, Result};

/// An HTTP proxy.
#[derive(PartialEq)]
pub(crate) struct Proxy {
    https: bool,
    authority: Authority,
    port: u16,
    /// What `Proxy-Authorization` holds. A secret.
    authorization: Option<String>,
}

/// Without user and password.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", if self.https { "https" } else { "http" }, self.authority.host(), self.port)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Proxy {
    /// Reads `http://user:password@host:port`; `http` and a port are taken for granted where they are missing.
    pub fn parse(text: &str) -> Result<Proxy> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let https = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            other if other.starts_with("socks") => {
                return Err(Error::new(
                    Kind::Unsupported,
                    "SOCKS proxies are not supported; name an HTTP proxy, http://host:port",
                ));
            }
            other => {
                let text = format!("{other:?} is no scheme of a proxy; it is http or https");
                return Err(Error::invalid(text));
            }
        };
        // What stands before the host is not shown: it may be a password.
        let (user, host) = match rest.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, rest),
        };
        let wrong = || Error::invalid(format!("{host:?} is not host:port of a proxy"));
        let bare = host.strip_suffix('/').unwrap_or(host);
        let authority: Authority = bare.parse().map_err(|_| wrong())?;
        let named = authority.as_str().len() > authority.host().len();
        let port = match authority.port_u16() {
            Some(port) if port > 0 => port,
            None if !named => {
                if https {
                    443
                } else {
                    80
                }
            }
            _ => return Err(wrong()),
        };
        if authority.host().is_empty() {
            return Err(wrong());
        }
        let authorization = user.map(|user| {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            let mut both = percent_decode_str(name).collect::<Vec<u8>>();
            both.push(b':');
            both.extend(percent_decode_str(password));
            format!("Basic {}", STANDARD.encode(both))
        });
        Ok(Proxy { https, authority, port, authorization })
    }

    /// Whether one speaks TLS with the proxy itself.
    pub fn is_https(&self) -> bool {
        self.https
    }

    pub fn host(&self) -> &str {
        self.authority.host()
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn authorization(&self) -> Option<&str> {
        self.authorization.as_deref()
    }

    /// What to do about a 407.
    pub fn advice(&self) -> String {
        match self.authorization {
            Some(_) => format!("the proxy {self} does not accept the user and password in its URL"),
            None => {
                let scheme = if self.https { "https" } else { "http" };
                format!(
                    "the proxy {self} wants a user and password; give them in its URL, as in \
                     {scheme}://user:password@{}:{}",
                    self.host(),
                    self.port
                )
            }
        }
    }

    /// Says what part it has in the failure of a request that was made through it.
    pub fn explain(&self, e: Error) -> Error {
        match e.http_status() {
            407 => e.with_kind(Kind::Connect).remark(self.advice()),
            500.. => e.remark(format_args!("the request went through the proxy {self}")),
            _ => e,
        }
    }

    /// The request for a tunnel to `target`, which is host and port.
    pub fn connect_request(&self, target: &str) -> String {
        let mut request = format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n");
        if let Some(a) = &self.authorization {
            request.push_str(&format!("proxy-authorization: {a}\r\n"));
        }
        request.push_str("\r\n");
        request
    }

    /// An error unless the head of the answer to that request is a success.
    pub fn check_tunnel(&self, head: &[u8], target: &str) -> Result<()> {
        let head = String::from_utf8_lossy(head);
        let line = head.lines().next().unwrap_or_default();
        let status = line
            .strip_prefix("HTTP/1.")
            .and_then(|l| l.split_once(' '))
            .and_then(|(_, rest)| rest.get(..3)?.parse::<u16>().ok().map(|s| (s, rest)));
        let Some((status, said)) = status else {
            let text =
                format!("the proxy {self} does not answer as an HTTP proxy does, when asked for {target}");
            return Err(Error::new(Kind::Connect, text).with_retryable(false));
        };
        if (200..300).contains(&status) {
            return Ok(());
        }
        let said: String = said.chars().take(100).map(|c| if c.is_control() { ' ' } else { c }).collect();
        let text = match status {
            407 => format!("no connection to {target}: {} ({said})", self.advice()),
            _ => format!("the proxy {self} refuses a connection to {target}: {said}"),
        };
        Err(Error::new(Kind::Connect, text).with_retryable(status >= 500))
    }
}

/// An entry of `no_proxy`.
#[derive(Clone, Debug, PartialEq)]
enum Except {
    All,
    /// A domain with all below it, and maybe a port.
    Domain(String, Option<u16>),
    /// Addresses whose first bits are these, and maybe a port.
    Net(IpAddr, u8, Option<u16>),
}

impl Except {
    fn parse(entry: &str) -> Option<Except> {
        if entry == "*" {
            return Some(Except::All);
        }
        if let Some((ip, bits)) = entry.split_once('/') {
            let ip: IpAddr = unbracketed(ip).parse().ok()?;
            let bits = bits.parse().ok().filter(|b| *b <= width(ip))?;
            return Some(Except::Net(ip, bits, None));
        }
        if let Ok(ip) = unbracketed(entry).parse::<IpAddr>() {
            return Some(Except::Net(ip, width(ip), None));
        }
        let (host, port) = match entry.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (entry, None),
        };
        if let Ok(ip) = unbracketed(host).parse::<IpAddr>() {
            return Some(Except::Net(ip, width(ip), port));
        }
        let domain = host.trim_start_matches('*').trim_start_matches('.').trim_end_matches('.');
        (!domain.is_empty()).then(|| Except::Domain(domain.to_ascii_lowercase(), port))
    }

    fn covers(&self, host: &str, port: u16) -> bool {
        let here = |p: &Option<u16>| p.is_none_or(|p| p == port);
        match self {
            Except::All => true,
            Except::Domain(domain, p) => {
                let below = host.strip_suffix(domain.as_str());
                here(p) && below.is_some_and(|b| b.is_empty() || b.ends_with('.'))
            }
            Except::Net(net, bits, p) => {
                here(p)
                    && unbracketed(host)
                        .parse()
                        .is_ok_and(|ip: IpAddr| same_start(ip.to_canonical(), *net, *bits))
            }
        }
    }
}

fn unbracketed(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

fn width(ip: IpAddr) -> u8 {
    if ip.is_ipv4() { 32 } else { 128 }
}

fn same_start(a: IpAddr, b: IpAddr, bits: u8) -> bool {
    let differ = match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => u128::from(a.to_bits() ^ b.to_bits()) << 96,
        (IpAddr::V6(a), IpAddr::V6(b)) => a.to_bits() ^ b.to_bits(),
        _ => return false,
    };
    differ.leading_zeros() >= u32::from(bits)
}

/// The proxies of a client, and what does not go through them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies {
    http: Option<Arc<Proxy>>,
    https: Option<Arc<Proxy>>,
    except: Vec<Except>,
}

impl Proxies {
    /// `http` and `https` go before `all`; "" is none.
    pub fn new(all: &str, http: &str, https: &str, except: &str) -> Result<Proxies> {
        let one = |own: &str| -> Result<Option<Arc<Proxy>>> {
            let text = if own.is_empty() { all } else { own };
            if text.is_empty() { Ok(None) } else { Ok(Some(Arc::new(Proxy::parse(text)?))) }
        };
        Ok(Proxies {
            http: one(http)?,
            https: one(https)?,
            except: except.split([',', ' ']).map(str::trim).filter_map(Except::parse).collect(),
        })
    }

    /// The proxy for a request to there, if it goes through one.
    pub fn of(&self, https: bool, host: &str, port: u16) -> Option<&Arc<Proxy>> {
        let proxy = if https { &self.https } else { &self.http }.as_ref()?;
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        (!self.except.iter().any(|e| e.covers(&host, port))).then_some(proxy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_read_and_shown_without_their_secrets() {
        for (text, shown, authorization) in [
            ("http://p:3128", "http://p:3128", None),
            ("p:3128/", "http://p:3128", None),
            ("HTTPS://p", "https://p:443", None),
            ("http://p", "http://p:80", None),
            ("http://[::1]:8080", "http://[::1]:8080", None),
            ("http://user:pa%3Ass@p:1", "http://p:1", Some("Basic dXNlcjpwYTpzcw==")),
            ("http://me%40home:p@ss@p:1", "http://p:1", Some("Basic bWVAaG9tZTpwQHNz")),
            ("http://user@p:1", "http://p:1", Some("Basic dXNlcjo=")),
        ] {
            let p = Proxy::parse(text).unwrap();
            assert_eq!(p.to_string(), shown, "{text}");
            assert_eq!(p.authorization(), authorization, "{text}");
            assert!(!format!("{p:?}{}", p.advice()).contains("ss@"));
        }
        for text in [
            "",
            "http://",
            "http://p:99999",
            "http://p:0",
            "http://p:",
            "ftp://p",
            "http://a b",
            "http://p/x",
        ] {
            assert!(Proxy::parse(text).is_err(), "{text}");
        }
        for text in ["socks5://p:1080", "socks4://p", "socks5h://u:secret@p:1080"] {
            let e = Proxy::parse(text).err().unwrap();
            assert_eq!(e.kind(), Kind::Unsupported);
            assert!(e.message().contains("SOCKS") && !e.message().contains("secret"), "{e}");
        }
        assert!(!Proxy::parse("http://u:secret@p:x").err().unwrap().message().contains("secret"));
    }

    #[test]
    fn what_goes_through_which_proxy() {
        let p = Proxies::new("http://all:1", "http://plain:2", "", "").unwrap();
        assert_eq!(p.of(false, "h", 80).unwrap().to_string(), "http://plain:2");
        assert_eq!(p.of(true, "h", 443).unwrap().to_string(), "http://all:1");
        let p = Proxies::new("", "", "http://tls:3", "").unwrap();
        assert!(p.of(false, "h", 80).is_none() && p.of(true, "h", 443).is_some());
    }

    #[test]
    fn no_proxy_in_all_its_forms() {
        let around = |list: &str, host: &str, port: u16| {
            Proxies::new("http://p:1", "", "", list).unwrap().of(false, host, port).is_none()
        };
        for (list, host, port) in [
            ("*", "anything", 1),
            ("example.com", "example.com", 80),
            ("example.com", "EXAMPLE.COM.", 80),
            ("example.com", "swift.example.com", 80),
            (".example.com", "swift.example.com", 80),
            (".example.com", "example.com", 80),
            ("*.example.com", "swift.example.com", 80),
            ("a, b.org ,c", "b.org", 80),
            ("a b.org c", "c", 80),
            ("example.com:8080", "example.com", 8080),
            ("127.0.0.1", "127.0.0.1", 80),
            ("127.0.0.1:8080", "127.0.0.1", 8080),
            ("10.0.0.0/8", "10.200.3.4", 80),
            ("192.168.1.128/25", "192.168.1.129", 80),
            ("0.0.0.0/0", "1.2.3.4", 80),
            ("::1", "[::1]", 80),
            ("[::1]:8080", "[::1]", 8080),
            ("fd00::/8", "[fd12::3]", 80),
        ] {
            assert!(around(list, host, port), "{list} {host} {port}");
        }
        for (list, host, port) in [
            ("", "h", 80),
            ("example.com", "notexample.com", 80),
            ("example.com", "example.com.org", 80),
            ("example.com:8080", "example.com", 80),
            ("127.0.0.1:8080", "127.0.0.1", 80),
            ("10.0.0.0/8", "11.0.0.1", 80),
            ("192.168.1.128/25", "192.168.1.127", 80),
            ("10.0.0.0/99", "10.0.0.1", 80),
            ("10.0.0.0/8", "ten.example.com", 80),
            ("::/0", "1.2.3.4", 80),
            (",, :80", "h", 80),
        ] {
            assert!(!around(list, host, port), "{list} {host} {port}");
        }
    }

    #[test]
    fn answers_to_the_wish_for_a_tunnel() {
        let p = Proxy::parse("http://u:secret@p:1").unwrap();
        assert!(p.check_tunnel(b"HTTP/1.1 200 Connection established\r\n\r\n", "h:443").is_ok());
        assert!(p.check_tunnel(b"HTTP/1.0 204\r\n\r\n", "h:443").is_ok());
        for (head, says, retryable) in [
            (&b"HTTP/1.1 407 Auth\r\n\r\n"[..], "does not accept the user and password", false),
            (b"HTTP/1.1 403 Forbidden\r\n\r\n", "refuses a connection to h:443: 403 Forbidden", false),
            (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "502 Bad Gateway", true),
            (b"SSH-2.0 x\r\n\r\n", "does not answer as an HTTP proxy", false),
            (b"", "does not answer as an HTTP proxy", false),
        ] {
            let e = p.check_tunnel(head, "h:443").err().unwrap();
            assert_eq!((e.kind(), e.retryable()), (Kind::Connect, retryable), "{e}");
            let told = e.message();
            assert!(told.contains(says) && told.contains("h:443") && told.contains("http://p:1"), "{e}");
            assert!(!told.contains("secret"), "{e}");
        }
    }
}
