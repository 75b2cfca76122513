//! Listings of accounts and containers: page after page in constant memory, rows read where they lie.

mod entry;
mod mould;
#[cfg(test)]
mod pages;
mod rows;
mod scanner;
mod shape;

use std::borrow::Cow;

use http::Method;

use super::config::boolean;
use super::connection::{Connection, Operation};
use super::error::{Error, Kind, Result};
use super::headers::Headers;
use super::names;
use super::request::Request;
use super::response::Response;

pub use entry::Entry;
pub use rows::{Cursor, Rows};

/// An iterator over all rows of a listing. After an error, calling [`next`](Listing::next) again asks for the failed
/// page again.
#[derive(Debug)]
pub struct Listing {
    connection: Connection,
    container: Option<String>,
    request: Request,
    versions: bool,
    reverse: bool,
    rows: Rows,
    /// What brought the page at hand.
    response: Option<Response>,
    marker: String,
    version_marker: String,
    /// No page was asked for yet.
    fresh: bool,
    /// The page at hand turned out bad: what was not read of it is asked for again.
    again: bool,
    /// A page passed before, and after how many more pages another one is kept: pages that come round are found
    /// without any word on their order, which servers see differently.
    passed: (String, String),
    pages: u64,
    failed: Option<Error>,
    ended: bool,
    /// Room for the next page, after one that was taken.
    length: usize,
}

impl Listing {
    pub(crate) fn new(connection: Connection, container: Option<&str>, r: &Request) -> Result<Listing> {
        if let Some(c) = container {
            names::check_container(c)?;
        }
        if r.query.iter().any(|(n, _)| n == "format") {
            return Err(Error::invalid(
                "listings are read as JSON: the query parameter format cannot be set",
            ));
        }
        if let Some(limit) = r.query_value("limit")
            && !limit.parse::<u64>().is_ok_and(|n| n > 0)
        {
            // The server would send an empty page for 0, which means the end, and everything for what is no number.
            return Err(Error::invalid(format!("limit is the size of a page, at least 1, not {limit:?}")));
        }
        let mut request = r.clone();
        let mut start = |name: &str| {
            let value = request.query_value(name).unwrap_or_default().to_owned();
            request.query.retain(|(n, _)| n != name);
            value
        };
        Ok(Listing {
            marker: start("marker"),
            version_marker: start("version_marker"),
            versions: r.query.iter().any(|(n, _)| n == "versions"),
            reverse: r.query_value("reverse").and_then(boolean).unwrap_or(false),
            connection,
            container: container.map(str::to_owned),
            request,
            rows: Rows::default(),
            response: None,
            fresh: true,
            again: false,
            passed: Default::default(),
            pages: 0,
            failed: None,
            ended: false,
            length: 0,
        })
    }

    /// Goes to the next row of the page; a page that is not what it should be is given up where it fails.
    fn advance(&mut self) -> Result<bool> {
        self.rows.advance().map_err(|e| self.give_up(e))
    }

    /// Goes to the last row of the page.
    fn advance_to_last(&mut self) -> Result<()> {
        self.rows.advance_to_last().map_err(|e| self.give_up(e))
    }

    #[cold]
    fn give_up(&mut self, e: Error) -> Error {
        self.rows.page_mut().clear();
        self.again = true;
        match &self.container {
            Some(c) => e.context(format_args!("Container GET {c:?} failed")),
            None => e.context("Account GET failed"),
        }
    }

    /// The next row, over page borders; `None` at the end, which only an empty page is.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Result<Option<&Entry>> {
        if self.rows.advance_at_a_glance() {
            return Ok(Some(self.rows.entry()));
        }
        self.next_at_length()
    }

    /// The next row if it lies in the page and a glance is all it takes, which cannot panic; else it is to be had by
    /// [`next_at_length`](Listing::next_at_length).
    #[inline(always)]
    pub fn next_at_a_glance(&mut self) -> Option<&Entry> {
        if self.rows.advance_at_a_glance() { Some(self.rows.entry()) } else { None }
    }

    /// The next row after a glance was not enough.
    pub fn next_at_length(&mut self) -> Result<Option<&Entry>> {
        let mut some = self.rows.advance_at_length().map_err(|e| self.give_up(e))?;
        while !some {
            if !self.fetch_page()? {
                return Ok(None);
            }
            some = self.advance()?;
        }
        Ok(Some(self.rows.entry()))
    }

    /// Asks for the next page; what is left of the page at hand is skipped. `false` at the end.
    pub fn fetch_page(&mut self) -> Result<bool> {
        if let Some(e) = &self.failed {
            return Err(e.clone());
        }
        if self.ended {
            return Ok(false);
        }
        self.advance_to_last()?;
        let marker = self.next_marker().into_owned();
        let version_marker = self.next_version_marker().to_owned();
        let mut query = vec![("format", Some("json"))];
        if !marker.is_empty() {
            query.push(("marker", Some(marker.as_str())));
        }
        if self.versions && !version_marker.is_empty() {
            query.push(("version_marker", Some(version_marker.as_str())));
        }
        let what = if self.container.is_some() { "Container GET" } else { "Account GET" };
        let mut op = match &self.container {
            Some(c) => Operation::container(what, Method::GET, c)?,
            None => Operation::account(what, Method::GET),
        };
        op.query = &query;
        op.plain = true;
        // As much as the page before, if that was taken: nearly all pages are as long.
        self.rows.page_mut().reserve_exact(self.length);
        let fetched = self.connection.perform_into(&op, &self.request, self.rows.page_mut());
        let response = match fetched {
            Ok(response) => response,
            Err(e) => {
                // As it was, so that the same page is asked for again.
                self.rows.page_mut().clear();
                return Err(e);
            }
        };
        // Of what was cut off before its body nothing is left, and that is not the end of the listing.
        if response.status() != 204 && self.rows.page().trim_ascii().is_empty() {
            self.again = true;
            return Err(Error::new(Kind::Protocol, "the listing is not what it should be: no page came"));
        }
        let same = marker == self.marker && version_marker == self.version_marker;
        let here = (marker.clone(), version_marker.clone());
        let comes_round = !self.fresh && !self.again && (same || here == self.passed);
        self.pages += 1;
        if self.pages.is_power_of_two() {
            self.passed = here;
        }
        self.response = Some(response);
        self.marker = marker;
        self.version_marker = version_marker;
        self.fresh = false;
        self.again = false;
        // A look at the first row; then back to it.
        let some = self.advance()?;
        self.rows.restart();
        self.ended = !some;
        if some && comes_round {
            self.rows.page_mut().clear();
            let e = Error::new(Kind::Protocol, "the listing does not advance: its pages come round again");
            self.failed = Some(e.clone());
            return Err(e);
        }
        Ok(some)
    }

    /// Headers of the page at hand: they are those of the account or container.
    pub fn headers(&self) -> Option<&Headers> {
        self.response.as_ref().map(Response::headers)
    }

    /// The response that brought the page at hand. Its body is the page, so there is none left to read.
    pub fn response(&self) -> Option<&Response> {
        self.response.as_ref()
    }

    /// The marker the page at hand was asked for with.
    pub fn marker(&self) -> &str {
        &self.marker
    }

    /// The marker among the versions of one name the page at hand was asked for with.
    pub fn version_marker(&self) -> &str {
        &self.version_marker
    }

    /// The marker the next page is asked for with, once the rows of the page at hand are read or taken.
    pub(crate) fn next_marker(&self) -> Cow<'_, str> {
        let last = self.rows.entry();
        match last.name() {
            // Without any row so far the page is the first one still.
            "" => self.marker.as_str().into(),
            // After a pseudo-directory a listing of versions would begin with that one again.
            subdir if self.versions && last.is_subdir() => past(subdir, self.reverse).into(),
            name => name.into(),
        }
    }

    /// The same for the marker among versions.
    pub(crate) fn next_version_marker(&self) -> &str {
        if self.rows.entry().name().is_empty() {
            return &self.version_marker;
        }
        self.rows.entry().get("version_id").unwrap_or_default()
    }

    /// Takes the JSON text of the page at hand (an array), as the server sent it; its rows cannot be read after that.
    pub fn take_page(&mut self) -> Result<Vec<u8>> {
        self.advance_to_last()?;
        let page = std::mem::take(self.rows.page_mut());
        self.length = page.len() + page.len() / 64;
        Ok(page)
    }
}

/// A marker beyond every name in a pseudo-directory: names are compared by their bytes, and the last character that
/// there is stands behind all others.
fn past(subdir: &str, reverse: bool) -> String {
    const LAST: char = '\u{10ffff}';
    let mut marker = subdir.to_owned();
    if reverse {
        // From the other side it is what stands before the first of them, its own name.
        let before = marker.pop().and_then(|c| char::from_u32((c as u32).checked_sub(1)?));
        match before {
            Some(c) => marker.push(c),
            None => return subdir.to_owned(),
        }
    }
    marker.push(LAST);
    marker
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_passes_a_whole_pseudo_directory() {
        let after = past("d/", false);
        assert!(["d/", "d/x", "d/\u{fc}", "d/\u{1f600}z"].iter().all(|n| *n < &*after));
        assert!(["d0", "e"].iter().all(|n| *n > &*after));
        let before = past("d/", true);
        assert!(["d/", "d/x"].iter().all(|n| *n > &*before));
        assert!(["d", "d.", "d.x", "c"].iter().all(|n| *n < &*before));
    }
}
