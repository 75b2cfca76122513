//! What can be asked for, and how it becomes work.

use std::sync::Arc;

use super::job::{Turn, Work};
use super::pool::Lane;
use super::settings::Settings;
use super::{capabilities, delete, download, list, stat, upload};
use crate::core::names::{check_container, check_object};
use crate::core::{Config, Connection, Request, Result, Source};

/// What a job does.
#[derive(Clone, Debug)]
pub enum Verb {
    /// The account, a container, or each object of a list (empty: the container).
    Stat {
        /// `None`: the account.
        container: Option<String>,
        /// Names of objects in it.
        objects: Vec<String>,
    },
    /// The containers of the account, or the objects of a container, page by page. Each page is a result; the
    /// last result has no rows. No more than two unread pages are kept: taking one lets the job go on.
    List {
        /// `None`: the account.
        container: Option<String>,
    },
    /// One whole object from a source. Option `checksum`.
    Upload {
        /// Must be there.
        container: String,
        /// The object's name.
        object: String,
        /// The body.
        source: Source,
    },
    /// Each object of a list (not empty), to files. Options `checksum`, `out_file` (one object only) and
    /// `out_directory`.
    Download {
        /// Where the objects are.
        container: String,
        /// Their names; each is the path of its file too.
        objects: Vec<String>,
    },
    /// Each object of a list; an empty list deletes the (empty) container itself.
    Delete {
        /// Where the objects are.
        container: String,
        /// Their names.
        objects: Vec<String>,
    },
    /// `GET /info`.
    Capabilities,
}

/// What is to be done where.
pub(super) struct Plan {
    pub lane: Lane,
    pub work: Arc<dyn Work>,
    /// How many elements it has.
    pub count: usize,
}

impl Verb {
    fn name(&self) -> &'static str {
        match self {
            Verb::Stat { .. } => "stat",
            Verb::List { .. } => "list",
            Verb::Upload { .. } => "upload",
            Verb::Download { .. } => "download",
            Verb::Delete { .. } => "delete",
            Verb::Capabilities => "capabilities",
        }
    }

    /// The options that mean something for it.
    fn options(&self) -> &'static [&'static str] {
        match self {
            Verb::Upload { .. } => &["checksum"],
            Verb::Download { .. } => &["checksum", "out_file", "out_directory"],
            Verb::Stat { .. } | Verb::List { .. } | Verb::Delete { .. } | Verb::Capabilities => &[],
        }
    }

    /// Checks what can be checked without the network.
    pub(super) fn plan(
        self,
        connection: &Connection,
        settings: &Settings,
        options: Option<&Config>,
    ) -> Result<Plan> {
        let settings = settings.for_job(self.name(), self.options(), options)?;
        let remote =
            Remote { connection: connection.clone(), checksum: settings.config().get_bool("checksum")? };
        match self {
            Verb::Stat { container, objects } => stat::plan(remote, container, objects),
            Verb::List { container } => list::plan(remote, container),
            Verb::Upload { container, object, source } => upload::plan(remote, container, object, source),
            Verb::Download { container, objects } => download::plan(remote, &settings, container, objects),
            Verb::Delete { container, objects } => delete::plan(remote, container, objects),
            Verb::Capabilities => Ok(capabilities::plan(remote)),
        }
    }
}

/// The server, as the work of one job sees it.
pub(super) struct Remote {
    pub connection: Connection,
    checksum: bool,
}

impl Remote {
    /// The extras of a call: it ends when the job is cancelled.
    pub fn request(&self, turn: &Turn) -> Request {
        Request {
            cancel: Some(turn.job().cancel_token().clone()),
            checksum: Some(self.checksum),
            ..Request::new()
        }
    }
}

/// Refuses names that would address something else.
pub(super) fn check_names(container: &str, objects: &[String]) -> Result<()> {
    check_container(container)?;
    objects.iter().enumerate().try_for_each(|(i, object)| {
        check_object(object).map_err(|e| e.context(format_args!("object number {} of the list", i + 1)))
    })
}
