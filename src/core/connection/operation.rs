//! What an operation is: its method, what it is about, and the path that makes of it.

use http::Method;

use crate::core::error::Result;
use crate::core::headers::Headers;
use crate::core::names;
use crate::core::report::Wanted;
use crate::core::request::Request;
use crate::core::url::{Url, shown_target};

/// What an operation is about.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    Account,
    Container(&'a str),
    Object(&'a str, &'a str),
    /// An object of another account: account, container, object.
    ObjectOf(&'a str, &'a str, &'a str),
    /// A path of the cluster's own, such as `/info`: it stands where the version does in the storage URL.
    Cluster(&'a str),
    /// Path and query as they are, below the account: nothing, `?…`, or what follows a slash. Here and in the next two
    /// a byte outside ASCII stands as the character of its value.
    Below(&'a str),
    /// Path and query as they are, on the server of the account.
    Server(&'a str),
    /// Path and query as they are, on any server.
    Elsewhere(&'a Url, &'a str),
}

/// An operation on the account, a container or an object, or one on the cluster.
pub(crate) struct Operation<'a> {
    /// "Object GET", for messages.
    pub name: &'static str,
    pub method: Method,
    pub target: Target<'a>,
    /// Query parameters of the operation itself, before those of the request.
    pub query: &'a [(&'a str, Option<&'a str>)],
    /// Headers of the operation itself; those of the request replace them.
    pub headers: Headers,
    /// Whether the token goes with it, unless the request says otherwise.
    pub token: bool,
    /// Where the answer is a report, the place for it: a failure it tells of is one of the attempt.
    pub report: Option<&'a Wanted>,
    /// Whether an answer that is no success goes to the caller as it is, once there is no more to try.
    pub any_status: bool,
    /// Whether the headers of the request say how its body is framed.
    pub own_framing: bool,
    /// Whether its answer is ours to read, so that it may come compressed.
    pub plain: bool,
}

impl<'a> Operation<'a> {
    /// An operation on the account.
    pub fn account(name: &'static str, method: Method) -> Operation<'a> {
        Operation {
            name,
            method,
            target: Target::Account,
            query: &[],
            headers: Headers::new(),
            token: true,
            report: None,
            any_status: false,
            own_framing: false,
            plain: false,
        }
    }

    /// An operation on a container.
    pub fn container(name: &'static str, method: Method, container: &'a str) -> Result<Operation<'a>> {
        names::check_container(container)?;
        Ok(Operation { target: Target::Container(container), ..Operation::account(name, method) })
    }

    /// An operation on an object.
    pub fn object(
        name: &'static str,
        method: Method,
        container: &'a str,
        object: &'a str,
    ) -> Result<Operation<'a>> {
        names::check_container(container)?;
        names::check_object(object)?;
        Ok(Operation { target: Target::Object(container, object), ..Operation::account(name, method) })
    }

    /// An operation on the cluster: no token goes with it.
    pub fn cluster(name: &'static str, method: Method, path: &'a str) -> Operation<'a> {
        Operation { target: Target::Cluster(path), token: false, ..Operation::account(name, method) }
    }

    /// Asks for the report that `wanted` is the place for.
    pub fn reporting(mut self, wanted: &'a Wanted) -> Operation<'a> {
        self.headers.set("accept", b"application/json");
        self.report = Some(wanted);
        self
    }

    /// What it is and what it is about, for messages: `Object GET "photos/cat.jpg"`.
    pub fn title(&self) -> String {
        let name = self.name;
        match self.target {
            Target::Account | Target::Cluster(_) => name.to_owned(),
            Target::Container(c) => format!("{name} {c:?}"),
            Target::Object(c, o) => format!("{name} {:?}", format!("{c}/{o}")),
            Target::Below(path) | Target::Server(path) | Target::Elsewhere(_, path) => {
                format!("{} \"{}\"", self.method, shown_target(path))
            }
            Target::ObjectOf(a, c, o) => format!("{name} {:?}", format!("{a}/{c}/{o}")),
        }
    }

    /// Path and query, encoded.
    pub fn target(&self, base: &Url, r: &Request) -> String {
        let path = base.path();
        let mut target = match self.target {
            Target::Account => path.to_owned(),
            Target::Container(c) => {
                let mut target = String::with_capacity(path.len() + c.len() + 32);
                target.push_str(path);
                names::push_resource(&mut target, c, None);
                target
            }
            Target::ObjectOf(a, c, o) => {
                // The account is the last element of a storage URL.
                let mut target = path[..path.rfind('/').map_or(0, |at| at + 1)].to_owned();
                names::encode_into(&mut target, a);
                names::push_resource(&mut target, c, Some(o));
                target
            }
            Target::Object(c, o) => {
                let mut target = String::with_capacity(path.len() + c.len() + o.len() + 32);
                target.push_str(path);
                names::push_resource(&mut target, c, Some(o));
                target
            }
            Target::Cluster(own) => cluster_path(path, own),
            Target::Below(rest) => {
                let slash = if rest.is_empty() || rest.starts_with('?') { "" } else { "/" };
                format!("{path}{slash}{rest}")
            }
            Target::Server(whole) | Target::Elsewhere(_, whole) => whole.to_owned(),
        };
        if target.is_empty() || target.starts_with('?') {
            // A storage URL without a path: the name of its host says which account it is.
            target.insert(0, '/');
        }
        let given = r.query.iter().map(|(n, v)| (n.as_str(), v.as_deref()));
        names::push_query(&mut target, self.query.iter().copied().chain(given));
        target
    }

    /// The whole URL, without secrets.
    pub fn url(&self, base: &Url, r: &Request) -> String {
        shown_url(base, &self.target(base, r))
    }

    /// Whether its query holds a signature, which stands in for a token.
    pub fn is_signed(&self, r: &Request) -> bool {
        let mut given = self.query.iter().map(|(n, _)| *n).chain(r.query.iter().map(|(n, _)| n.as_str()));
        given.any(|n| n == SIGNATURE)
            || match self.target {
                Target::Below(t) | Target::Server(t) | Target::Elsewhere(_, t) => {
                    let query = t.split_once('?').map_or("", |(_, q)| q);
                    query.split('&').any(|p| p.split('=').next() == Some(SIGNATURE))
                }
                _ => false,
            }
    }
}

/// The parameter of a temporary URL that holds its signature.
const SIGNATURE: &str = "temp_url_sig";

/// A URL for messages.
pub(super) fn shown_url(base: &Url, target: &str) -> String {
    format!("{}://{}{}", base.scheme(), base.authority(), shown_target(target))
}

/// Where a cluster whose storage URL has the path `storage` has a path of its own: what stands before `/v1` is
/// kept, as gateways put one there.
fn cluster_path(storage: &str, own: &str) -> String {
    let before = names::version_at(storage).map_or("", |at| &storage[..at]);
    format!("{before}{own}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cr_13_info_keeps_what_stands_before_the_version() {
        assert_eq!(cluster_path("/v1/AUTH_test", "/info"), "/info");
        assert_eq!(cluster_path("/swift/v1", "/info"), "/swift/info");
        assert_eq!(cluster_path("/swift/v1.0/AUTH_x", "/info"), "/swift/info");
        assert_eq!(cluster_path("/very/odd", "/info"), "/info");
        assert_eq!(cluster_path("", "/info"), "/info");
    }
}
