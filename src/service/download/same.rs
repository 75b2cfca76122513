//! Whether a local file has the content of an object already (DL-12), whatever the object is made of.

use std::fs::File;
use std::path::Path;

use crate::core::error::Failure;
use crate::core::{Error, Headers, Kind, Request, Response, Result};
use crate::service::local::Local;
use crate::service::made::{Made, pieces, same_as_file};
use crate::service::result::{IDENTICAL, JobResult};
use crate::service::verb::Remote;
use crate::service::work::Turn;

/// A local file that may be what is to be downloaded.
pub(super) struct Compare {
    local: Local,
    file: File,
    sum: String,
}

impl Compare {
    /// Reads the file; `None` when there is none.
    pub fn begin(path: &Path, turn: &Turn) -> Result<Option<Compare>> {
        if !path.is_file() {
            return Ok(None);
        }
        let local = Local::examine(path)?;
        let file = local.open()?;
        let sum = local.sum(&file, 0, local.size, turn.job().cancel_token())?;
        // One that became shorter meanwhile is none that can be compared.
        Ok(sum.map(|sum| Compare { local, file, sum }))
    }

    /// The MD5 of the whole file.
    pub fn sum(&self) -> &str {
        &self.sum
    }

    /// Whether a large object with these headers has the same bytes, as far as its pieces are known. The ETag of a
    /// plain one has been compared by the server.
    pub fn is_same(
        &self,
        remote: &Remote,
        container: &str,
        object: &str,
        headers: &Headers,
        request: &Request,
        turn: &Turn,
    ) -> Result<bool> {
        let made = Made::of(headers);
        if made == Made::Plain
            || headers.get("content-range").is_some()
            || headers.get_u64("content-length") != Some(self.local.size)
        {
            return Ok(false);
        }
        let cancel = turn.job().cancel_token();
        let pieces = match pieces(remote, container, object, &made, request) {
            Ok(pieces) => pieces,
            Err(e) if e.kind() == Kind::Cancelled => return Err(e),
            // Who may read the object need not be allowed to read its manifest.
            Err(_) => return Ok(false),
        };
        same_as_file(&pieces, self.local.size, &self.file, |f, at, length| {
            self.local.sum(f, at, length, cancel)
        })
    }
}

/// The failure of a request; that of its condition says that the file is what it should be.
pub(super) fn noted(e: Error, compared: bool, result: &mut JobResult) -> Error {
    if compared && e.kind() == Kind::NotModified {
        result.status = Some(IDENTICAL);
        return e.remark("the file has the same content (skip_identical)");
    }
    e
}

/// The same failure, of a large object that was found to be what the file is.
pub(super) fn identical(mut response: Response, result: &mut JobResult) -> Error {
    let failure = Failure {
        status: 304,
        reason: "Not Modified".to_owned(),
        headers: response.take_headers(),
        body: Vec::new(),
    };
    let e = Error::from_failure("Object GET", failure).with_attempts(response.attempts());
    noted(e, true, result)
}
