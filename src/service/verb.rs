//! What can be asked for, and how it becomes work.

use std::sync::{Arc, OnceLock};

use super::engine::Plan;
use super::objects::Objects;
use super::progress::Tally;
use super::settings::Settings;
use super::statistics::{Board, Counters, VERBS};
use super::work::Turn;
use super::{capabilities, copy, delete, download, list, post, stat, upload};
use crate::core::meter::Meter;
use crate::core::names::check_container;
use crate::core::{Config, Connection, Error, Listing, Request, Response, Result};

/// What a job does. Each has options of its own (`Verb::options`); others are refused.
#[derive(Clone, Debug)]
pub enum Verb {
    /// The account, a container, or each object of a list.
    Stat {
        /// `None`: the account.
        container: Option<String>,
        /// `None`: the container itself.
        objects: Option<Objects>,
    },
    /// The containers of the account, or the objects of a container, page by page. Each page is a result; the
    /// last result has no rows. No more than two unread pages are kept: taking one lets the job go on.
    List {
        /// `None`: the account.
        container: Option<String>,
    },
    /// Metadata and other settings of the account, of a container (made when it is not there) or of each object of a
    /// list.
    Post {
        /// `None`: the account.
        container: Option<String>,
        /// `None`: the container itself.
        objects: Option<Objects>,
    },
    /// Files, directories and other sources, as whole objects or in segments.
    Upload {
        /// With a slash: what stands behind it goes before the names of all objects.
        container: String,
        /// Names, and what they are made of; a name alone is the path of a file too.
        objects: Objects,
    },
    /// Each object of a list, or all there are, to files or to the caller.
    Download {
        /// `None`: the account, which the option `yes_all` must allow.
        container: Option<String>,
        /// `None`: all objects, of which the options `prefix` and `marker` choose.
        objects: Option<Objects>,
    },
    /// Each object of a list, or a container with all that is in it, or what its names begin with.
    Delete {
        /// `None`: the account, which the option `yes_all` must allow.
        container: Option<String>,
        /// `None`: the container.
        objects: Option<Objects>,
    },
    /// Each object of a list to where the option `destination` says.
    Copy {
        /// Where the objects are.
        container: String,
        /// Their names.
        objects: Objects,
    },
    /// `GET /info`.
    Capabilities,
}

impl Verb {
    /// Its place among [`VERBS`].
    pub(super) fn number(&self) -> usize {
        match self {
            Verb::Stat { .. } => 0,
            Verb::List { .. } => 1,
            Verb::Post { .. } => 2,
            Verb::Upload { .. } => 3,
            Verb::Download { .. } => 4,
            Verb::Delete { .. } => 5,
            Verb::Copy { .. } => 6,
            Verb::Capabilities => 7,
        }
    }

    /// The options that mean something for it.
    fn options(&self) -> &'static [&'static str] {
        match self {
            Verb::Stat { objects: None, .. } => &["header", "human", "verbose", "progress_interval"],
            Verb::Stat { .. } => {
                &["header", "human", "verbose", "version_id", "fail_fast", "progress_interval"]
            }
            Verb::List { container: None } => {
                &["header", "prefix", "delimiter", "marker", "long", "progress_interval"]
            }
            Verb::List { .. } => &[
                "header",
                "prefix",
                "delimiter",
                "marker",
                "versions",
                "version_marker",
                "progress_interval",
            ],
            Verb::Post { container: None, .. } => &["meta", "header", "progress_interval"],
            Verb::Post { objects: None, .. } => {
                &["meta", "header", "read_acl", "write_acl", "sync_to", "sync_key", "progress_interval"]
            }
            Verb::Post { .. } => &["meta", "header", "fail_fast", "progress_interval"],
            Verb::Upload { .. } => upload::OPTIONS,
            Verb::Download { objects, .. } => download::options(objects.is_some()),
            Verb::Delete { objects, .. } => delete::options(objects.is_some()),
            Verb::Copy { .. } => &[
                "destination",
                "fresh_metadata",
                "meta",
                "header",
                "version_id",
                "segment_container",
                "leave_segments",
                "clean_segments",
                "fail_fast",
                "progress_interval",
            ],
            Verb::Capabilities => &["url", "refresh_cache", "progress_interval"],
        }
    }

    /// Checks what can be checked without the network.
    pub(super) fn plan(
        self,
        connection: &Connection,
        settings: &Settings,
        options: Option<&Config>,
        common: &Common,
    ) -> Result<Plan> {
        let number = self.number();
        let settings = settings.for_job(VERBS[number], self.options(), options)?;
        let remote = Remote {
            connection: connection.metered(common.board[number].meter.clone()),
            counters: common.board[number].clone(),
            bulk_delete: common.bulk_delete.clone(),
        };
        let fail_fast = settings.flag("fail_fast")?;
        let every = settings.config().get_duration("progress_interval")?;
        let plan = match self {
            Verb::Stat { container, objects } => stat::plan(remote, &settings, container, objects),
            Verb::List { container } => list::plan(remote, &settings, container),
            Verb::Post { container, objects } => post::plan(remote, &settings, container, objects),
            Verb::Upload { container, objects } => upload::plan(remote, &settings, &container, objects),
            Verb::Download { container, objects } => download::plan(remote, &settings, container, objects),
            Verb::Delete { container, objects } => delete::plan(remote, &settings, container, objects),
            Verb::Copy { container, objects } => copy::plan(remote, &settings, container, objects),
            Verb::Capabilities => capabilities::plan(remote, &settings, common.capabilities.clone()),
        }?;
        Ok(Plan {
            fail_fast,
            report_every: (!every.is_zero()).then_some(every),
            tally: Tally::below(&common.tally),
            ..plan
        })
    }
}

/// What all jobs of a service share.
#[derive(Default)]
pub(super) struct Common {
    pub tally: Arc<Tally>,
    pub board: Board,
    bulk_delete: Arc<OnceLock<bool>>,
    capabilities: capabilities::Cache,
}

/// The server, as the work of one job sees it.
#[derive(Clone)]
pub(super) struct Remote {
    pub connection: Connection,
    pub counters: Arc<Counters>,
    /// Whether the cluster has bulk delete, once that is known.
    bulk_delete: Arc<OnceLock<bool>>,
}

impl Remote {
    /// The extras of a call: it ends when the job is cancelled.
    pub fn request(&self, turn: &Turn) -> Request {
        Request { cancel: Some(turn.job().cancel_token().clone()), ..Request::new() }
    }

    /// Whether the cluster has bulk delete, as it says of itself. One that says nothing is asked again.
    pub fn offers_bulk_delete(&self, request: &Request) -> bool {
        if let Some(known) = self.bulk_delete.get() {
            return *known;
        }
        let Some(offers) = self.connection.offers_bulk_delete(request) else { return false };
        *self.bulk_delete.get_or_init(|| offers)
    }

    /// The same with another connection.
    pub fn with(&self, connection: Connection) -> Remote {
        Remote { connection, ..self.clone() }
    }

    /// A connection whose requests are counted by themselves too, and what counts them.
    pub fn metered(&self) -> (Connection, Arc<Meter>) {
        let meter = Meter::below(&self.counters.meter);
        (self.connection.metered(meter.clone()), meter)
    }

    /// Gets the next page of a listing; `false` at its end.
    pub fn next_page(&self, listing: &mut Listing) -> Result<bool> {
        let page = listing.fetch_page();
        if page.is_ok() {
            let length = listing.response().and_then(Response::content_length);
            self.counters.received(length.unwrap_or(0));
        }
        page
    }
}

/// Refuses names that would address something else.
pub(super) fn check_target(container: Option<&str>, objects: Option<&Objects>) -> Result<()> {
    match (container, objects) {
        (None, Some(_)) => return Err(Error::invalid("objects are in a container: name it")),
        (None, None) => {}
        (Some(c), _) => check_container(c)?,
    }
    match objects {
        // A program that found no object to delete must not lose the container.
        Some(o) if o.has_bodies() => {
            Err(Error::invalid("objects with a file or another source are for an upload"))
        }
        Some(o) if o.is_empty() => {
            Err(Error::invalid("objects holds no name; what is meant without any is said by leaving it out"))
        }
        _ => Ok(()),
    }
}
