//! What a job finds by itself: the objects of a container and the containers of the account, page by page, with a
//! bound on what is found ahead of what is done.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use super::pool::Lane;
use super::result::JobResult;
use super::verb::Remote;
use super::work::{Group, Next, Turn, Wait, Work};
use crate::core::cancel::lock;
use crate::core::listing::Rows;
use crate::core::{Error, Listing, Request, Result};

/// While fewer found objects than this are not done or their results not read, the next page is asked for.
pub(super) const AHEAD: usize = 2000;
/// Containers that are gone through at once.
const CONTAINERS: usize = 8;

/// A row of a listing, as far as jobs need it.
pub(super) struct Found {
    pub name: String,
    pub bytes: u64,
    pub version_id: Option<String>,
    /// It is a static large object.
    pub slo: bool,
    /// It points to another object.
    pub symlink: bool,
}

/// A listing that is gone through in turns of an element.
pub(super) struct Finder {
    container: Option<String>,
    query: Vec<(String, Option<String>)>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    listing: Option<Listing>,
    /// How the listing ended, once it has.
    end: Option<Result<()>>,
    attempts: u32,
}

/// What a turn brings.
pub(super) enum Step {
    /// The rows of the next page.
    Page(Vec<Found>),
    /// There are no more pages; now is the time to wait for what was found.
    Over,
    /// The same, told before: how the listing ended.
    Done(Result<()>),
}

impl Finder {
    /// Of the objects of a container, or with `None` of the containers of the account.
    pub fn new(container: Option<&str>, query: &[(&str, Option<&str>)]) -> Finder {
        let given = |(n, v): &(&str, Option<&str>)| Some(((*n).to_owned(), Some((*v)?.to_owned())));
        Finder {
            container: container.map(str::to_owned),
            query: query.iter().filter_map(given).collect(),
            state: Mutex::default(),
        }
    }

    /// Goes on by one page.
    pub fn step(&self, remote: &Remote, turn: &Turn) -> Step {
        let mut state = lock(&self.state);
        if let Some(end) = &state.end {
            return Step::Done(end.clone());
        }
        match self.page(&mut state, remote, turn) {
            Ok(Some(rows)) => Step::Page(rows),
            end => {
                state.end = Some(end.map(|_| ()));
                state.listing = None;
                turn.job().tally().found_all();
                Step::Over
            }
        }
    }

    /// Begins from the start.
    pub fn restart(&self, turn: &Turn) {
        lock(&self.state).end = None;
        turn.job().tally().search();
    }

    /// Requests made so far.
    pub fn attempts(&self) -> u32 {
        lock(&self.state).attempts
    }

    fn page(&self, state: &mut State, remote: &Remote, turn: &Turn) -> Result<Option<Vec<Found>>> {
        let listing = match &mut state.listing {
            Some(listing) => listing,
            slot => {
                let request = Request { query: self.query.clone(), ..remote.request(turn) };
                slot.insert(match &self.container {
                    Some(c) => remote.connection.list_container(c, &request)?,
                    None => remote.connection.list_account(&request)?,
                })
            }
        };
        let page = remote.next_page(listing);
        state.attempts += match &page {
            Ok(_) => listing.response().map_or(0, |r| r.attempts()),
            Err(e) => e.attempts(),
        };
        if !page? {
            return Ok(None);
        }
        let mut rows = Rows::new(listing.take_page()?);
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            if !row.is_subdir() {
                found.push(Found {
                    name: row.name().to_owned(),
                    bytes: row.bytes(),
                    version_id: row.get("version_id").map(str::to_owned),
                    slo: row.get("slo_etag").is_some(),
                    symlink: row.get("symlink_path").is_some(),
                });
            }
        }
        Ok(Some(found))
    }
}

/// Goes through the containers of the account, a few at a time.
pub(super) struct Account<F> {
    remote: Remote,
    action: &'static str,
    shuffle: bool,
    /// What is done with a container.
    make: F,
    finder: Finder,
    waiting: Mutex<VecDeque<String>>,
    group: Arc<Group>,
}

impl<F: Fn(String) -> Arc<dyn Work> + Send + Sync> Account<F> {
    pub fn new(remote: Remote, action: &'static str, shuffle: bool, make: F) -> Account<F> {
        Account {
            remote,
            action,
            shuffle,
            make,
            finder: Finder::new(None, &[]),
            waiting: Mutex::default(),
            group: Group::new(),
        }
    }
}

impl<F: Fn(String) -> Arc<dyn Work> + Send + Sync> Work for Account<F> {
    fn blank(&self, _: usize) -> JobResult {
        let mut result = JobResult::about(self.action, None, None);
        result.counted = 0;
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let mut waiting = lock(&self.waiting);
        if waiting.is_empty() {
            match self.finder.step(&self.remote, turn) {
                Step::Page(rows) => {
                    let mut names: Vec<String> = rows.into_iter().map(|r| r.name).collect();
                    if self.shuffle {
                        fastrand::shuffle(&mut names);
                    }
                    waiting.extend(names);
                }
                Step::Over => return Next::Again(Wait::Done(self.group.clone())),
                Step::Done(end) => {
                    let mut result = self.blank(index);
                    result.attempts = self.finder.attempts();
                    let failed = self.group.failed();
                    return Next::done(match end {
                        Err(e) => result.failed(e),
                        Ok(()) if failed > 0 => result.failed(incomplete(failed, "containers")),
                        Ok(()) => result,
                    });
                }
            }
        }
        while self.group.open() < CONTAINERS
            && let Some(name) = waiting.pop_front()
        {
            turn.job().tally().search();
            turn.job().add(Lane::Container, (self.make)(name), 1, Some(&self.group));
        }
        Next::Again(Wait::Backlog(self.group.clone(), CONTAINERS))
    }
}

/// Why what stands for many is not a success.
#[cold]
pub(super) fn incomplete(failed: usize, what: &str) -> Error {
    Error::new(crate::core::Kind::Conflict, format!("{failed} of the {what} failed; their results say why"))
}
