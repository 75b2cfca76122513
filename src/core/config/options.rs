//! The settings as what the connection works with: typed, resolved, checked against each other.

use std::path::PathBuf;
use std::time::Duration;

use super::super::error::{Error, Result};
use super::super::http::Proxies;
use super::plan::AuthPlan;
use super::{Config, keys};

/// The settings in effect. Zero times that mean "no limit" are `None` here.
#[derive(Clone, Debug)]
pub struct Options {
    /// How to get a token and a storage URL.
    pub(crate) auth: AuthPlan,
    /// How many times a failed request is made again.
    pub retries: u32,
    /// Whether 429 and 498 are tried again.
    pub retry_on_ratelimit: bool,
    /// Whether to authenticate anew before each new attempt.
    pub force_auth_retry: bool,
    /// Whether a 403 is answered with a new token too.
    pub reauth_on_forbidden: bool,
    /// Pause before the second attempt; it doubles each time.
    pub starting_backoff: Duration,
    /// The longest pause.
    pub max_backoff: Duration,
    /// The fraction of each pause that is random, 0 to 1.
    pub backoff_jitter: f64,
    /// The longest pause that a server may ask for, zero when it is not asked; `None`: as `max_backoff`.
    pub retry_after_max: Option<Duration>,
    /// How long after the start of a call another request may begin.
    pub retry_max_elapsed: Option<Duration>,
    /// How long one read or write may wait.
    pub timeout: Option<Duration>,
    /// How long name lookup, TCP and TLS of a new connection may take together.
    pub connect_timeout: Option<Duration>,
    /// How long to wait for `100 Continue` before a body is sent; `None`: it is not announced.
    pub expect: Option<Duration>,
    /// Which requests go through a proxy.
    pub(crate) proxies: Proxies,
    /// The User-Agent header.
    pub user_agent: String,
    /// Whether any TLS certificate is trusted.
    pub insecure: bool,
    /// Certificates to trust instead of the system's.
    pub cacert: Option<PathBuf>,
    /// Client certificate.
    pub cert: Option<PathBuf>,
    /// Key of the client certificate, when not in the same file.
    pub cert_key: Option<PathBuf>,
    /// Whether bodies are checked against their MD5.
    pub checksum: bool,
    /// Workers for accounts and containers.
    pub container_threads: usize,
    /// Workers for uploads, updates and copies of objects.
    pub object_uu_threads: usize,
    /// Workers for downloads, deletions and the state of objects.
    pub object_dd_threads: usize,
    /// How much may be queued in a service.
    pub max_queued: usize,
}

impl Options {
    /// Resolves settings; an error says which of them are missing or do not go together.
    pub fn from_config(c: &Config) -> Result<Options> {
        let cert = path(c, "os_cert")?;
        let cert_key = path(c, "os_key")?;
        if cert_key.is_some() && cert.is_none() {
            return Err(Error::invalid(
                "option os_key is the key of a client certificate, but os_cert, the certificate, is not set",
            ));
        }
        let timeout = limit(c.get_duration("timeout")?);
        let mut connect_timeout = limit(c.get_duration("connect_timeout")?);
        // Whoever asks for short waits means these too, unless they said otherwise.
        if !c.is_set("connect_timeout")?
            && c.is_set("timeout")?
            && let (Some(t), Some(connect)) = (timeout, connect_timeout)
        {
            connect_timeout = Some(t.min(connect));
        }
        Ok(Options {
            auth: AuthPlan::from_config(c)?,
            retries: count(c, "retries")?,
            retry_on_ratelimit: c.get_bool("retry_on_ratelimit")?,
            force_auth_retry: c.get_bool("force_auth_retry")?,
            reauth_on_forbidden: c.get_bool("reauth_on_forbidden")?,
            starting_backoff: c.get_duration("starting_backoff")?,
            max_backoff: c.get_duration("max_backoff")?,
            backoff_jitter: c.get_f64("backoff_jitter")?,
            retry_after_max: match c.is_set("retry_after_max")? {
                true => Some(c.get_duration("retry_after_max")?),
                false => None,
            },
            retry_max_elapsed: limit(c.get_duration("retry_max_elapsed")?),
            timeout,
            connect_timeout,
            expect: match c.get_bool("expect_continue")? {
                true => Some(c.get_duration("expect_timeout")?),
                false => None,
            },
            proxies: Proxies::new(
                c.get("proxy")?,
                c.get("http_proxy")?,
                c.get("https_proxy")?,
                c.get("no_proxy")?,
            )?,
            user_agent: text_or_default(c, "user_agent")?.to_owned(),
            insecure: c.get_bool("insecure")?,
            cacert: path(c, "os_cacert")?,
            cert,
            cert_key,
            checksum: c.get_bool("checksum")?,
            container_threads: count(c, "container_threads")?,
            object_uu_threads: count(c, "object_uu_threads")?,
            object_dd_threads: count(c, "object_dd_threads")?,
            max_queued: count(c, "max_queued")?,
        })
    }
}

fn limit(time: Duration) -> Option<Duration> {
    (!time.is_zero()).then_some(time)
}

fn path(c: &Config, key: &str) -> Result<Option<PathBuf>> {
    let text = c.get(key)?;
    Ok((!text.is_empty()).then(|| PathBuf::from(text)))
}

/// A whole number; the bounds of its key keep it within any integer type.
fn count<T: TryFrom<u64>>(c: &Config, key: &str) -> Result<T> {
    T::try_from(c.get_u64(key)?).map_err(|_| Error::invalid(format!("option {key} is too large")))
}

/// The value in effect, the default also when it was set to empty text.
pub(super) fn text_or_default<'a>(c: &'a Config, key: &str) -> Result<&'a str> {
    Ok(match c.get(key)? {
        "" => keys()[keys::find(key)?].default.to_str().unwrap_or_default(),
        text => text,
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::error::Kind;
    use super::*;

    fn config(set: &[(&str, &str)]) -> Config {
        let mut c = Config::new();
        for (k, v) in [("os_storage_url", "http://h/v1/a"), ("os_auth_token", "t")].iter().chain(set) {
            c.set(k, Some(v)).unwrap();
        }
        c
    }

    fn options(set: &[(&str, &str)]) -> Options {
        Options::from_config(&config(set)).unwrap()
    }

    #[test]
    fn rt_01_defaults() {
        let o = options(&[]);
        assert_eq!((o.retries, o.retry_on_ratelimit, o.force_auth_retry), (5, true, false));
        assert_eq!(o.starting_backoff, Duration::from_secs(1));
        assert_eq!(o.max_backoff, Duration::from_secs(64));
        assert_eq!(o.backoff_jitter, 0.5);
        assert_eq!(
            (o.expect, options(&[("expect_continue", "1")]).expect),
            (None, Some(Duration::from_secs(1)))
        );
        assert_eq!((o.retry_after_max, o.retry_max_elapsed), (None, None));
        assert_eq!(o.timeout, Some(Duration::from_secs(300)));
        assert_eq!(o.connect_timeout, Some(Duration::from_secs(30)));
        assert_eq!(o.user_agent, format!("libswiftclient/{}", env!("CARGO_PKG_VERSION")));
        assert!(!o.insecure && o.checksum && o.cacert.is_none() && o.cert.is_none() && o.cert_key.is_none());
        assert_eq!((o.container_threads, o.object_uu_threads, o.object_dd_threads), (10, 10, 10));
        assert_eq!(o.max_queued, 10_000);
    }

    #[test]
    fn every_option_takes_effect() {
        let o = options(&[
            ("retries", "0"),
            ("retry_on_ratelimit", "no"),
            ("force_auth_retry", "yes"),
            ("reauth_on_forbidden", "yes"),
            ("starting_backoff", "0.25"),
            ("max_backoff", "2m"),
            ("backoff_jitter", "1"),
            ("retry_after_max", "0"),
            ("retry_max_elapsed", "9"),
            ("timeout", "7"),
            ("connect_timeout", "3"),
            ("expect_continue", "yes"),
            ("expect_timeout", "0.5"),
            ("proxy", "http://p:1"),
            ("http_proxy", "p:2"),
            ("no_proxy", "here"),
            ("user_agent", "me/1"),
            ("insecure", "1"),
            ("os_cacert", "/ca"),
            ("os_cert", "/cert"),
            ("os_key", "/key"),
            ("checksum", "off"),
            ("container_threads", "1"),
            ("object_uu_threads", "2"),
            ("object_dd_threads", "3"),
            ("max_queued", "4"),
        ]);
        assert_eq!((o.retries, o.retry_on_ratelimit, o.force_auth_retry), (0, false, true));
        assert!(o.reauth_on_forbidden);
        assert_eq!(o.starting_backoff, Duration::from_millis(250));
        assert_eq!(o.max_backoff, Duration::from_secs(120));
        assert_eq!(o.backoff_jitter, 1.0);
        assert_eq!(o.retry_after_max, Some(Duration::ZERO));
        assert_eq!(o.retry_max_elapsed, Some(Duration::from_secs(9)));
        assert_eq!(o.timeout, Some(Duration::from_secs(7)));
        assert_eq!(o.connect_timeout, Some(Duration::from_secs(3)));
        assert_eq!(o.expect, Some(Duration::from_millis(500)));
        assert_eq!(o.proxies.of(false, "there", 80).unwrap().to_string(), "http://p:2");
        assert_eq!(o.proxies.of(true, "there", 443).unwrap().to_string(), "http://p:1");
        assert!(o.proxies.of(true, "here", 443).is_none());
        assert_eq!(o.user_agent, "me/1");
        assert!(o.insecure && !o.checksum);
        assert_eq!(o.cacert, Some("/ca".into()));
        assert_eq!((o.cert, o.cert_key), (Some("/cert".into()), Some("/key".into())));
        assert_eq!((o.container_threads, o.object_uu_threads, o.object_dd_threads), (1, 2, 3));
        assert_eq!(o.max_queued, 4);
    }

    #[test]
    fn zero_is_no_limit_and_a_short_timeout_holds_for_connecting() {
        let o = options(&[("timeout", "0"), ("connect_timeout", "0s")]);
        assert_eq!((o.timeout, o.connect_timeout), (None, None));
        assert_eq!(options(&[("timeout", "2")]).connect_timeout, Some(Duration::from_secs(2)));
        assert_eq!(options(&[("timeout", "0")]).connect_timeout, Some(Duration::from_secs(30)));
        assert_eq!(options(&[("timeout", "90")]).connect_timeout, Some(Duration::from_secs(30)));
        let both = options(&[("timeout", "2"), ("connect_timeout", "9")]);
        assert_eq!(both.connect_timeout, Some(Duration::from_secs(9)));
    }

    #[test]
    fn an_empty_user_agent_is_the_default() {
        assert!(options(&[("user_agent", "")]).user_agent.starts_with("libswiftclient/"));
    }

    #[test]
    fn au_62_a_key_without_a_certificate_is_refused() {
        let e = Options::from_config(&config(&[("os_key", "/key")])).unwrap_err();
        assert_eq!(e.kind(), Kind::InvalidArgument);
        assert!(e.message().contains("os_cert"), "{e}");
        assert_eq!(options(&[("os_cert", "/both")]).cert_key, None);
    }
}
