//! list: the containers of the account, or the objects of a container, page by page.

use std::sync::{Arc, Mutex};

use super::job::{Next, Turn, Work};
use super::pool::Lane;
use super::result::JobResult;
use super::verb::{Plan, Remote};
use crate::core::cancel::lock;
use crate::core::names::check_container;
use crate::core::{Error, Listing, Result};

/// Pages that may wait unread.
const UNREAD: usize = 2;

pub(super) fn plan(remote: Remote, container: Option<String>) -> Result<Plan> {
    if let Some(c) = &container {
        check_container(c)?;
    }
    let work = List { remote, container, listing: Mutex::new(None) };
    Ok(Plan { lane: Lane::Container, work: Arc::new(work), count: 1 })
}

struct List {
    remote: Remote,
    container: Option<String>,
    /// From the first turn on. Turns come one after the other, so nobody waits for it.
    listing: Mutex<Option<Listing>>,
}

impl List {
    /// The listing, begun at the first turn.
    fn begun<'a>(&self, slot: &'a mut Option<Listing>, turn: &Turn) -> Result<&'a mut Listing> {
        if let Some(listing) = slot {
            return Ok(listing);
        }
        let request = self.remote.request(turn);
        let connection = &self.remote.connection;
        Ok(slot.insert(match &self.container {
            Some(c) => connection.list_container(c, &request)?,
            None => connection.list_account(&request)?,
        }))
    }

    /// Gets the next page; `None` at the end.
    fn page(&self, listing: &mut Listing) -> Result<Option<JobResult>> {
        if !listing.fetch_page()? {
            return Ok(None);
        }
        let mut result = self.about(listing);
        result.json = listing.take_page()?;
        result.bytes = result.json.len() as u64;
        Ok(Some(result))
    }

    /// A result about the page that `listing` has at hand.
    fn about(&self, listing: &Listing) -> JobResult {
        let mut result = self.blank(0);
        result.marker = Some(listing.marker().to_owned());
        if let Some(r) = listing.response() {
            result.note(r);
        }
        result
    }

    /// The result when the page after `asked` could not be had.
    fn failed(&self, listing: &Listing, asked: String, error: Error) -> JobResult {
        // What is at hand is that page, which is no good, or the one before, which this is not about.
        let mut result = if listing.marker() == asked { self.about(listing) } else { self.blank(0) };
        result.marker = Some(asked);
        result.failed(error)
    }
}

impl Work for List {
    fn blank(&self, _: usize) -> JobResult {
        let action = if self.container.is_some() { "list_container_part" } else { "list_account_part" };
        JobResult::about(action, self.container.as_deref(), None)
    }

    fn run(&self, _: usize, turn: &mut Turn) -> Next {
        let mut slot = lock(&self.listing);
        let listing = match self.begun(&mut slot, turn) {
            Ok(listing) => listing,
            Err(e) => return Next::done(self.blank(0).failed(e)),
        };
        // Pages that nobody will read need not be fetched.
        if turn.job().is_wanted() {
            // With it a caller takes the listing up again where it failed (LI-05).
            let asked = listing.next_marker().to_owned();
            match self.page(listing) {
                Ok(Some(page)) => {
                    if turn.job().interim(page) {
                        return Next::Again(UNREAD);
                    }
                }
                Ok(None) => {}
                Err(e) => return Next::done(self.failed(listing, asked, e)),
            }
        }
        Next::done(self.about(listing))
    }
}
