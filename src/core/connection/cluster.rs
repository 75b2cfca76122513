//! What is asked of the cluster and not of an account: capabilities, health, where things lie. No token goes with it.

use std::sync::Arc;

use http::Method;
use serde_json::Value;

use super::Connection;
use super::engine::Send;
use super::operation::Operation;
use super::raw::{Place, Raw};
use crate::core::cancel::lock;
use crate::core::capabilities::Capabilities;
use crate::core::error::{Error, Kind, Result};
use crate::core::names;
use crate::core::request::Request;
use crate::core::response::Response;

/// The answer about one object, container or account: where it lies in the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// URLs on the storage nodes.
    pub urls: Vec<String>,
    /// Headers that a request to one of them needs.
    pub headers: Vec<(String, String)>,
}

impl Connection {
    /// `GET /info`: what the cluster offers, as JSON in the body. No token is sent.
    pub fn capabilities(&self, r: &Request) -> Result<Response> {
        let mut op = Operation::cluster("Capabilities GET", Method::GET, "/info");
        op.plain = true;
        self.perform(&op, Send::Nothing, r)
    }

    /// What the cluster offers, taken apart. With a `url` it is that cluster (CR-13): a storage URL, one that has `/info`
    /// in its path, or one to which that is appended; its query is sent, so a signed one will do.
    pub fn read_capabilities(&self, url: Option<&str>, r: &Request) -> Result<Capabilities> {
        let response = match url {
            None => self.capabilities(r),
            Some(url) => {
                let mut raw = Raw::object("Capabilities GET", Method::GET, url)?;
                if let Place::Elsewhere(_, target) = &mut raw.place {
                    *target = info_target(target);
                }
                self.perform(&Operation { plain: true, ..raw.operation() }, Send::Nothing, r)
            }
        };
        let mut response = response?;
        Capabilities::parse(whole("Capabilities GET", &mut response)?)
    }

    /// What the cluster offers, asked for once in the life of the connection; `None` when it does not tell.
    pub(crate) fn known_capabilities(&self, r: &Request) -> Result<Option<Arc<Capabilities>>> {
        if let Some(known) = lock(&self.handle.shared.capabilities).clone() {
            return Ok(Some(known));
        }
        match self.read_capabilities(None, r) {
            Ok(found) => {
                let found = Arc::new(found);
                *lock(&self.handle.shared.capabilities) = Some(found.clone());
                Ok(Some(found))
            }
            // It is switched off, or a gateway keeps it.
            Err(e) if matches!(e.http_status(), 401 | 403 | 404 | 405) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Whether the server is up: `GET /healthcheck` gives `OK`.
    pub fn healthcheck(&self, r: &Request) -> Result<()> {
        let op = Operation::cluster("Health check", Method::GET, "/healthcheck");
        let body = self.perform(&op, Send::Nothing, r)?.read_all(1 << 16)?;
        if body.trim_ascii() == b"OK" {
            return Ok(());
        }
        let text: String = String::from_utf8_lossy(&body).chars().take(100).collect();
        Err(Error::new(Kind::Protocol, format!("Health check failed: the answer is {text:?} and not OK")))
    }

    /// `GET /crossdomain.xml`, in the body: whose programs in a browser may use this cluster.
    pub fn crossdomain(&self, r: &Request) -> Result<Response> {
        self.perform(
            &Operation::cluster("Cross-domain policy GET", Method::GET, "/crossdomain.xml"),
            Send::Nothing,
            r,
        )
    }

    /// Where an object, a container or the account lies in the cluster: `GET /endpoints`. For programs that run on its
    /// own machines; most clusters offer that to no one else.
    pub fn endpoints(&self, container: Option<&str>, object: Option<&str>, r: &Request) -> Result<Endpoints> {
        let storage_url = self.base_url(r)?;
        let path = storage_url.path();
        let account = names::version_at(path).and_then(|at| path[at + 1..].split_once('/'));
        let Some((_, account)) = account.filter(|(_, a)| !a.is_empty()) else {
            return Err(Error::invalid(format!("the storage URL {storage_url} does not name an account")));
        };
        let mut target = format!("/endpoints/v2/{account}");
        match (container, object) {
            (None, None) => {}
            (None, Some(_)) => {
                return Err(Error::invalid("an object is in a container, and that is not given"));
            }
            (Some(container), object) => {
                names::check_container(container)?;
                object.map(names::check_object).transpose()?;
                names::push_resource(&mut target, container, object);
            }
        }
        let op = Operation::cluster("Endpoints GET", Method::GET, &target);
        let mut response = self.perform(&op, Send::Nothing, r)?;
        let body = whole("Endpoints GET", &mut response)?;
        endpoints(&body).ok_or_else(|| {
            Error::new(Kind::Protocol, "Endpoints GET failed: the answer is not the JSON it should be")
        })
    }
}

/// The body of an answer that is some KiB of JSON: taken apart, it needs many times its length in memory.
fn whole(what: &str, response: &mut Response) -> Result<Vec<u8>> {
    response.read_all(LONGEST).map_err(|e| match e.kind() {
        Kind::TooLarge => {
            Error::new(Kind::Protocol, format!("{what} failed: the answer is longer than {LONGEST} bytes"))
        }
        _ => e,
    })
}

const LONGEST: usize = 4 << 20;

fn endpoints(json: &[u8]) -> Option<Endpoints> {
    let all: Value = serde_json::from_slice(json).ok()?;
    let texts = |v: &Value| -> Option<Vec<String>> {
        v.as_array()?.iter().map(|u| u.as_str().map(str::to_owned)).collect()
    };
    let urls = texts(all.get("endpoints")?)?;
    let headers = match all.get("headers").and_then(Value::as_object) {
        None => Vec::new(),
        Some(headers) => {
            headers.iter().map(|(n, v)| Some((n.clone(), v.as_str()?.to_owned()))).collect::<Option<_>>()?
        }
    };
    Some(Endpoints { urls, headers })
}

/// Where the capabilities of the cluster with this path are: instead of the version and what follows, or behind all of
/// it, unless they are there already. The query stays.
fn info_target(target: &str) -> String {
    let (path, query) = target.split_at(target.find('?').unwrap_or(target.len()));
    let path = match names::version_at(path) {
        Some(at) => format!("{}/info", &path[..at]),
        None if path.contains("/info") => path.to_owned(),
        None => format!("{}/info", path.trim_end_matches('/')),
    };
    path + query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cr_13_where_the_capabilities_are() {
        for (given, want) in [
            ("/", "/info"),
            ("/info", "/info"),
            ("/info?swiftinfo_sig=a&swiftinfo_expires=1", "/info?swiftinfo_sig=a&swiftinfo_expires=1"),
            ("/v1/AUTH_test", "/info"),
            ("/v1.0/AUTH_test/c/o?x=1", "/info?x=1"),
            ("/swift/v1", "/swift/info"),
            ("/swift/info", "/swift/info"),
            ("/swift/", "/swift/info"),
        ] {
            assert_eq!(info_target(given), want, "{given}");
        }
    }

    #[test]
    fn endpoints_of_the_second_version() {
        let e = endpoints(br#"{"endpoints": ["http://h:1/d/1/a"], "headers": {"X-A": "1"}}"#).unwrap();
        assert_eq!(e.urls, ["http://h:1/d/1/a"]);
        assert_eq!(e.headers, [("X-A".to_owned(), "1".to_owned())]);
        assert!(endpoints(br#"{"endpoints": []}"#).unwrap().headers.is_empty());
        for bad in
            [&b""[..], b"[]", b"{}", br#"{"endpoints": [1]}"#, br#"{"endpoints": [], "headers": {"a": 1}}"#]
        {
            assert_eq!(endpoints(bad), None);
        }
    }
}
