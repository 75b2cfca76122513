//! Temporary URLs and forms for what lies in the account of a connection, with the key that is stored there.

use super::Connection;
use crate::core::error::{Error, Kind, Result};
use crate::core::formpost::{Form, FormPost};
use crate::core::request::Request;
use crate::core::signature::Digest;
use crate::core::tempurl::TempUrl;
use crate::core::url::Url;

impl Connection {
    /// A temporary URL for an object of this account. What `t` lacks is found out: the key is that of the container or
    /// the account, which only their owner sees, and the digest is the best that the server takes. Its path is not
    /// looked at.
    pub fn sign_tempurl(&self, t: &TempUrl, container: &str, object: &str, r: &Request) -> Result<String> {
        let mut t = t.clone();
        t.place_below(&self.base_url(r)?, container, object)?;
        if !t.has_key() {
            t.set_key(&self.signing_key(container, r)?)?;
        }
        if !t.has_digest() {
            t.set_digest(self.signing_digest("tempurl", r)?);
        }
        t.generate()
    }

    /// A form for uploads into a container of this account; what `f` lacks is found out as for
    /// [`sign_tempurl`](Connection::sign_tempurl).
    pub fn sign_formpost(&self, f: &FormPost, container: &str, prefix: &str, r: &Request) -> Result<Form> {
        let mut f = f.clone();
        f.place_below(&self.base_url(r)?, container, prefix)?;
        if !f.has_key() {
            f.set_key(&self.signing_key(container, r)?)?;
        }
        if !f.has_digest() {
            f.set_digest(self.signing_digest("formpost", r)?);
        }
        f.generate()
    }

    /// The storage URL; authenticates when it is not known yet.
    pub(super) fn base_url(&self, r: &Request) -> Result<Url> {
        if self.handle.shared.auth.storage_url().is_none() {
            self.authenticate(r)?;
        }
        self.handle.shared.auth.storage_url().ok_or_else(|| {
            Error::new(Kind::State, "there is no storage URL: set os_storage_url (OS_STORAGE_URL)")
        })
    }

    /// A key of the container or the account.
    fn signing_key(&self, container: &str, r: &Request) -> Result<String> {
        for level in ["container", "account"] {
            let head =
                if level == "container" { self.head_container(container, r) } else { self.head_account(r) }?;
            for second in ["", "-2"] {
                let name = format!("x-{level}-meta-temp-url-key{second}");
                if let Some(key) = head.headers().get_str(&name).filter(|k| !k.is_empty()) {
                    return Ok(key.to_owned());
                }
            }
        }
        Err(Error::new(
            Kind::State,
            format!(
                "neither the container {container:?} nor the account shows a key for temporary URLs: its owner sets one \
                 as metadata Temp-URL-Key, and only the owner sees it; or give the key"
            ),
        ))
    }

    /// The best digest that the server takes.
    fn signing_digest(&self, what: &str, r: &Request) -> Result<Digest> {
        let Some(capabilities) = self.known_capabilities(r)? else { return Ok(Digest::Sha256) };
        let allowed = capabilities.list(&format!("{what}.allowed_digests"));
        if !capabilities.has(what) {
            return Err(Error::new(Kind::Unsupported, format!("this cluster does not offer {what}")));
        }
        match allowed {
            // Older servers know only that one, and do not mention it.
            None => Ok(Digest::Sha1),
            Some(allowed) => Digest::best(allowed.iter().map(String::as_str)).ok_or_else(|| {
                Error::new(
                    Kind::Unsupported,
                    format!("{what} of this cluster takes only {}", allowed.join(", ")),
                )
            }),
        }
    }
}
