//! What both versions of Keystone have in common.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::super::config::header_safe;
use super::super::config::plan::Endpoint;
use super::super::error::{Error, Kind, Result};
use super::super::headers::Headers;
use super::super::time;
use super::super::url::Url;
use super::exchange::Exchange;
use super::{Asked, Granted, catalog};

/// What an answer of Keystone says, wherever its version says it.
pub(super) struct Answer<'a> {
    pub token: Option<&'a str>,
    pub issued: &'a Value,
    pub expires: &'a Value,
    pub catalog: &'a Value,
    /// The id of the project.
    pub project: &'a Value,
}

/// The headers of every request.
pub(super) fn headers() -> Headers {
    let mut headers = Headers::new();
    headers.push("Accept", b"application/json");
    headers.push("Content-Type", b"application/json");
    headers
}

/// The body as JSON.
pub(super) fn json(exchange: &Exchange<'_>, body: &[u8]) -> Result<Value> {
    serde_json::from_slice(body).map_err(|_| exchange.unexpected("the answer is not JSON"))
}

/// Token, storage URL and life from an answer.
pub(super) fn granted(
    exchange: &Exchange<'_>,
    answer: &Answer<'_>,
    endpoint: &Endpoint,
    asked: &Asked<'_>,
) -> Result<Granted> {
    let Some(token) = answer.token.filter(|t| !t.is_empty() && header_safe(t)) else {
        return Err(exchange.unexpected("the answer has no token"));
    };
    // AU-06: with a storage URL at hand the catalogue does not matter.
    let storage_url: Url = match asked.storage_url {
        Some(url) if url.wants_project() => match answer.project.as_str() {
            Some(id) => url.of_project(id),
            None => {
                return Err(Error::new(
                    Kind::Auth,
                    format!(
                        "the storage URL that is set wants the id of a project ({url}), but the token is for none"
                    ),
                ));
            }
        },
        Some(url) => url.clone(),
        None => catalog::choose(answer.catalog, endpoint, exchange.service)?,
    };
    let life = life(answer.issued, answer.expires, SystemTime::now());
    Ok(Granted { token: token.to_owned(), service_token: None, storage_url, life })
}

/// How long the token lives. Both times are of the server's clock, so it does not matter how wrong ours is.
fn life(issued: &Value, expires: &Value, now: SystemTime) -> Option<Duration> {
    let expires = time::from_iso(expires.as_str()?)?;
    let issued = issued.as_str().and_then(time::from_iso).unwrap_or(now);
    expires.duration_since(issued).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_life_of_a_token_does_not_depend_on_our_clock() {
        let (issued, expires) = (json!("2020-01-01T00:00:00.000000Z"), json!("2020-01-01T01:00:00.000000Z"));
        let now = SystemTime::now();
        assert_eq!(life(&issued, &expires, now), Some(Duration::from_secs(3600)));
        let when = time::from_iso("2020-01-01T00:30:00Z").unwrap();
        assert_eq!(life(&Value::Null, &expires, when), Some(Duration::from_secs(1800)));
        assert_eq!(life(&expires, &issued, now), None);
        assert_eq!(life(&issued, &json!("later"), now), None);
        assert_eq!(life(&issued, &Value::Null, now), None);
    }
}
