//! The Connection API: one call per REST operation, authenticated, retried, streamed.

mod account;
mod bulk;
mod cluster;
mod container;
mod copy;
mod dlo;
mod engine;
mod gzip;
mod metadata;
mod object;
mod operation;
mod raw;
mod relocate;
mod signing;
mod slo;
mod symlink;
mod versions;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::auth::provider::Login;
use super::auth::{Authenticator, Session};
use super::cancel::{Call, CallGuard, Calls};
use super::capabilities::Capabilities;
use super::config::{Config, Options};
use super::error::Result;
use super::http::Client;
use super::meter::Meter;
use super::request::Request;
use super::retry::Retry;

pub use bulk::Archive;
pub use cluster::Endpoints;
pub(crate) use object::ObjectGet;
pub(crate) use operation::Operation;
pub(crate) use versions::{KEEP_DELETED, KEEP_OVERWRITTEN};

/// What all clones share.
struct Shared {
    config: Config,
    options: Options,
    http: Client,
    auth: Authenticator,
    /// What the cluster said it offers, when that was needed.
    capabilities: Mutex<Option<Arc<Capabilities>>>,
}

/// A client of one account. Cheap to clone; clones share token, sockets and settings. All methods may run at once,
/// on any thread.
#[derive(Clone)]
pub struct Connection {
    handle: Arc<Handle>,
}

/// What clones share, and others of the same client may have of their own.
#[derive(Clone)]
struct Handle {
    shared: Arc<Shared>,
    calls: Arc<Calls>,
    meter: Arc<Meter>,
    /// The account that is meant instead of that of the storage URL.
    account: Option<Arc<str>>,
}

impl From<Handle> for Connection {
    fn from(handle: Handle) -> Connection {
        Connection { handle: Arc::new(handle) }
    }
}

impl Connection {
    /// Checks the settings; no I/O, but to read the files of a cloud that the settings name and that was not read yet.
    pub fn new(config: &Config) -> Result<Connection> {
        let config = &*config.with_cloud()?;
        let options = Options::from_config(config)?;
        let http = Client::new(&options);
        let auth = Authenticator::new(&options)?;
        Ok(Connection::from(Handle {
            shared: Arc::new(Shared {
                config: config.clone(),
                options,
                http,
                auth,
                capabilities: Mutex::default(),
            }),
            calls: Arc::default(),
            meter: Arc::default(),
            account: None,
        }))
    }

    /// The same account, token and sockets, but [`interrupt`](Connection::interrupt) of one does not end calls of
    /// the other.
    pub fn separate(&self) -> Connection {
        Handle { calls: Arc::default(), meter: Arc::default(), ..(*self.handle).clone() }.into()
    }

    /// The same token and sockets, but containers and objects are those of another account of the cluster.
    pub(crate) fn of_account(&self, account: &str) -> Connection {
        Handle { account: Some(account.into()), ..(*self.handle).clone() }.into()
    }

    /// Whether containers and objects are those of this account.
    pub(crate) fn is_of_account(&self, account: &str) -> bool {
        match &self.handle.account {
            Some(own) => **own == *account,
            None => self.handle.shared.auth.storage_url().is_some_and(|url| {
                percent_encoding::percent_decode_str(url.last_segment()).eq(account.bytes())
            }),
        }
    }

    /// The same, but its requests are counted by `meter`.
    pub(crate) fn metered(&self, meter: Arc<Meter>) -> Connection {
        Handle { meter, ..(*self.handle).clone() }.into()
    }

    /// The settings it was made from.
    pub fn config(&self) -> &Config {
        &self.handle.shared.config
    }

    /// Gets a token now instead of at the first request.
    pub fn authenticate(&self, r: &Request) -> Result<()> {
        if self.handle.shared.auth.is_ready() {
            return Ok(());
        }
        let guard = self.begin(r);
        let mut retry = Retry::new(&self.handle.shared.options, &r.retry);
        loop {
            retry.begin();
            match self.session(guard.call()) {
                Ok(_) => return Ok(()),
                Err(e) => {
                    retry.failed(&e);
                    Self::pause(e, &mut retry, guard.call()).map_err(|e| e.with_history(retry.history()))?;
                }
            }
        }
    }

    /// Storage URL, once authenticated or given.
    pub fn storage_url(&self) -> Option<String> {
        self.handle.shared.auth.storage_url().map(|url| url.to_string())
    }

    /// Storage URL, tokens and when they expire, once authenticated or given.
    pub fn login(&self) -> Option<Login> {
        self.handle.shared.auth.current().map(|s| Login::from(&*s))
    }

    /// Token, once authenticated or given.
    pub fn token(&self) -> Option<String> {
        self.handle.shared.auth.current().map(|s| s.token.clone())
    }

    /// A number that becomes another when token and storage URL may.
    pub(crate) fn login_number(&self) -> u64 {
        self.handle.shared.auth.ended()
    }

    /// How often a token was got in place of another one.
    pub fn reauthentications(&self) -> u64 {
        self.handle.shared.auth.renewals()
    }

    /// Ends every call in progress on this connection with `Cancelled`; later calls are not affected.
    pub fn interrupt(&self) {
        self.handle.calls.abort_all();
    }

    /// Closes the sockets that lie idle; later calls open new ones.
    pub fn close_idle(&self) {
        self.handle.shared.http.forget_connections();
    }

    /// Begins a call that lasts no longer than the connection is borrowed.
    fn begin(&self, r: &Request) -> CallGuard<&Calls> {
        CallGuard::new(&self.handle.calls, r.cancel.as_ref(), deadline(r))
    }

    /// Begins a call that lasts until its answer is read.
    fn begin_for_long(&self, r: &Request) -> CallGuard {
        CallGuard::new(self.handle.calls.clone(), r.cancel.as_ref(), deadline(r))
    }

    fn session(&self, call: &Arc<Call>) -> Result<Arc<Session>> {
        self.handle.shared.auth.session(&self.handle.shared.http, call)
    }
}

/// When a call must be over that begins now.
fn deadline(r: &Request) -> Option<Instant> {
    r.timeout.and_then(|t| Instant::now().checked_add(t))
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("storage_url", &self.storage_url()).finish_non_exhaustive()
    }
}
