//! capabilities: what the cluster says of itself.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::engine::Plan;
use super::job::{Next, Turn, Work};
use super::pool::Lane;
use super::result::JobResult;
use super::verb::Remote;
use crate::core::{Error, Kind, Result};

/// Far more than any cluster has to say.
const LONGEST: usize = 4 << 20;

pub(super) fn plan(remote: Remote) -> Plan {
    Plan::new(Lane::Container, Arc::new(Capabilities { remote }), 1)
}

struct Capabilities {
    remote: Remote,
}

impl Work for Capabilities {
    fn blank(&self, _: usize) -> JobResult {
        JobResult::about("capabilities", None, None)
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let mut result = self.blank(index);
        let outcome =
            self.remote.connection.capabilities(&self.remote.request(turn)).and_then(|mut response| {
                result.take(&mut response);
                let body = response.read_all(LONGEST);
                result.bytes = response.bytes_read();
                checked(body?)
            });
        Next::done(match outcome {
            Ok(json) => {
                result.json = json;
                result
            }
            Err(e) => result.failed(e),
        })
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
