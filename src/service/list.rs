//! list: the containers of the account, or the objects of a container, page by page.

use std::sync::{Arc, Mutex};

use serde_json::value::RawValue;

use super::engine::Plan;
use super::json::HeaderMap;
use super::pool::Lane;
use super::result::JobResult;
use super::settings::JobSettings;
use super::verb::Remote;
use super::work::{Next, Turn, Wait, Work};
use crate::core::cancel::lock;
use crate::core::listing::Rows;
use crate::core::names::check_container;
use crate::core::{Error, Headers, Kind, Listing, Request, Result};

/// Pages that may wait unread.
const UNREAD: usize = 2;

pub(super) fn plan(remote: Remote, settings: &JobSettings<'_>, container: Option<String>) -> Result<Plan> {
    if let Some(c) = &container {
        check_container(c)?;
    }
    let versions = container.is_some() && settings.flag("versions")?;
    let mut asked = Request { headers: settings.headers(None)?, ..Request::new() };
    for key in ["prefix", "delimiter", "marker"] {
        if let Some(value) = settings.text(key)? {
            asked.set_query(key, Some(&value))?;
        }
    }
    if versions {
        asked.set_query("versions", Some("true"))?;
        if let Some(value) = settings.text("version_marker")? {
            asked.set_query("version_marker", Some(&value))?;
        }
    } else if container.is_some() && settings.text("version_marker")?.is_some() {
        return Err(Error::invalid("option version_marker has a meaning only with the option versions"));
    }
    let prefix = settings.text("prefix")?;
    let long = container.is_none() && settings.flag("long")?;
    let work = List { remote, container, asked, prefix, long, listing: Mutex::new(None) };
    let plan = Plan::new(Lane::Container, Arc::new(work), 1);
    Ok(Plan { objects: Some(0), ..plan })
}

struct List {
    remote: Remote,
    container: Option<String>,
    /// What every page is asked for with.
    asked: Request,
    prefix: Option<String>,
    /// Whether each container is asked for its headers.
    long: bool,
    /// From the first turn on. Turns come one after the other, so nobody waits for it.
    listing: Mutex<Option<Listing>>,
}

impl List {
    /// The listing, begun at the first turn.
    fn begun<'a>(&self, slot: &'a mut Option<Listing>, turn: &Turn) -> Result<&'a mut Listing> {
        if let Some(listing) = slot {
            return Ok(listing);
        }
        let request = Request { cancel: self.remote.request(turn).cancel, ..self.asked.clone() };
        let connection = &self.remote.connection;
        Ok(slot.insert(match &self.container {
            Some(c) => connection.list_container(c, &request)?,
            None => connection.list_account(&request)?,
        }))
    }

    /// Gets the next page; `None` at the end.
    fn page(&self, listing: &mut Listing, turn: &Turn) -> Result<Option<JobResult>> {
        if !self.remote.next_page(listing)? {
            return Ok(None);
        }
        let mut result = self.about(listing);
        result.json = listing.take_page()?;
        result.bytes = result.json.len() as u64;
        if self.long {
            self.add_headers(&mut result, turn)?;
        }
        Ok(Some(result))
    }

    /// Puts the headers of each container into its row, as `meta` (LI-02).
    fn add_headers(&self, page: &mut JobResult, turn: &Turn) -> Result<()> {
        let page = &mut **page;
        let request = self.remote.request(turn);
        let bad = |e: serde_json::Error| Error::new(Kind::Protocol, format!("the page is no listing: {e}"));
        let texts: Vec<&RawValue> = serde_json::from_slice(&page.json).map_err(bad)?;
        let mut rows = Rows::new(page.json.clone());
        let mut out = Vec::with_capacity(page.json.len() * 4);
        for text in texts {
            let Some(name) = rows.next()?.map(|row| row.name().to_owned()) else { break };
            let outcome = self.remote.connection.head_container(&name, &request);
            let headers = match outcome {
                Ok(mut response) => {
                    page.attempts += response.attempts();
                    response.take_headers()
                }
                // It was deleted since.
                Err(e) if e.kind() == Kind::NotFound => Headers::new(),
                Err(e) => return Err(e),
            };
            out.push(if out.is_empty() { b'[' } else { b',' });
            let row = text.get().trim_end();
            out.extend_from_slice(row.strip_suffix('}').unwrap_or(row).as_bytes());
            out.extend_from_slice(b", \"meta\": ");
            serde_json::to_writer(&mut out, &HeaderMap(&headers)).map_err(bad)?;
            out.push(b'}');
        }
        if out.is_empty() {
            out.push(b'[');
        }
        out.push(b']');
        page.json = out;
        Ok(())
    }

    /// A result about the page that `listing` has at hand.
    fn about(&self, listing: &Listing) -> JobResult {
        let mut result = self.blank(0);
        result.marker = Some(listing.marker().to_owned());
        result.version_marker = self.container.is_some().then(|| listing.version_marker().to_owned());
        if let Some(r) = listing.response() {
            result.note(r);
        }
        result
    }

    /// The result when the page after `asked` could not be had.
    fn failed(&self, listing: &Listing, asked: (String, String), error: Error) -> JobResult {
        // What is at hand is that page, which is no good, or the one before, which this is not about.
        let mut result = if listing.marker() == asked.0 { self.about(listing) } else { self.blank(0) };
        result.marker = Some(asked.0);
        result.version_marker = self.container.is_some().then_some(asked.1);
        result.failed(error)
    }
}

impl Work for List {
    fn blank(&self, _: usize) -> JobResult {
        let action = if self.container.is_some() { "list_container_part" } else { "list_account_part" };
        let mut result = JobResult::about(action, self.container.as_deref(), None);
        result.prefix.clone_from(&self.prefix);
        result.counted = 0;
        result
    }

    fn run(&self, _: usize, turn: &mut Turn) -> Next {
        let mut slot = lock(&self.listing);
        let listing = match self.begun(&mut slot, turn) {
            Ok(listing) => listing,
            Err(e) => return Next::done(self.blank(0).failed(e)),
        };
        // Pages that nobody will read need not be fetched.
        if turn.job().is_wanted() {
            // With them a caller takes the listing up again where it failed (LI-05).
            let asked = (listing.next_marker().into_owned(), listing.next_version_marker().to_owned());
            match self.page(listing, turn) {
                Ok(Some(page)) => {
                    if turn.job().interim(page) {
                        return Next::Again(Wait::Unread(UNREAD));
                    }
                }
                Ok(None) => {}
                Err(e) => return Next::done(self.failed(listing, asked, e)),
            }
        }
        Next::done(self.about(listing))
    }
}
