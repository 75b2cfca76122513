//! capabilities: what a cluster says of itself, asked once for each in the life of a service.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use serde_json::value::RawValue;

use super::engine::Plan;
use super::pool::Lane;
use super::result::JobResult;
use super::settings::JobSettings;
use super::verb::Remote;
use super::work::{Next, Turn, Work};
use crate::core::cancel::lock;
use crate::core::{Error, Kind, Result};

/// Far more than any cluster has to say.
const LONGEST: usize = 4 << 20;

/// What was answered and when, by the URL that was asked; the empty one is that of the account.
pub(super) type Cache = Arc<Mutex<HashMap<String, (Vec<u8>, SystemTime)>>>;

pub(super) fn plan(remote: Remote, settings: &JobSettings<'_>, cache: Cache) -> Result<Plan> {
    let url = settings.text("url")?;
    let refresh = settings.flag("refresh_cache")?;
    Ok(Plan::new(Lane::Container, Arc::new(Capabilities { remote, url, refresh, cache }), 1))
}

struct Capabilities {
    remote: Remote,
    /// Of another cluster.
    url: Option<String>,
    /// Whether to ask though it is known.
    refresh: bool,
    cache: Cache,
}

impl Capabilities {
    fn ask(&self, turn: &Turn, result: &mut JobResult) -> Result<Vec<u8>> {
        let (connection, meter) = self.remote.metered();
        let request = self.remote.request(turn);
        let json = match &self.url {
            Some(url) => connection.read_capabilities(Some(url), &request).map(|c| c.json().into()),
            None => connection.capabilities(&request).and_then(|mut response| {
                result.take(&mut response);
                let body = response.read_all(LONGEST);
                result.bytes = response.bytes_read();
                checked(body?)
            }),
        };
        result.attempts = meter.requests() as u32;
        json
    }
}

impl Work for Capabilities {
    fn blank(&self, _: usize) -> JobResult {
        let mut result = JobResult::about("capabilities", None, None);
        result.url.clone_from(&self.url);
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let mut result = self.blank(index);
        let url = self.url.clone().unwrap_or_default();
        if !self.refresh
            && let Some((json, when)) = lock(&self.cache).get(&url).cloned()
        {
            (result.json, result.asked) = (json, Some(when));
            return Next::done(result);
        }
        match self.ask(turn, &mut result) {
            Ok(json) => {
                let now = SystemTime::now();
                lock(&self.cache).insert(url, (json.clone(), now));
                (result.json, result.asked) = (json, Some(now));
                Next::done(result)
            }
            Err(e) => Next::done(result.failed(e)),
        }
    }
}

/// Refuses what is not JSON.
fn checked(body: Vec<u8>) -> Result<Vec<u8>> {
    match serde_json::from_slice::<&RawValue>(&body) {
        Ok(_) => Ok(body),
        Err(e) => {
            Err(Error::new(Kind::Protocol, format!("the capabilities of the cluster are not JSON: {e}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_is_a_failure() {
        assert_eq!(checked(b"{\"swift\": {}}".to_vec()).unwrap(), b"{\"swift\": {}}");
        for bad in [&b""[..], b"<html>", b"{", b"\"\xff\""] {
            assert_eq!(checked(bad.to_vec()).unwrap_err().kind(), Kind::Protocol);
        }
    }
}
