//! Version 1, of tempauth and its like: one GET, everything in headers.

use std::time::Duration;

use super::super::config::header_safe;
use super::super::config::plan::V1;
use super::super::error::Result;
use super::super::headers::Headers;
use super::super::url::Url;
use super::exchange::Exchange;
use super::{Asked, Granted};

pub(super) fn authenticate(credentials: &V1, asked: &Asked<'_>) -> Result<Granted> {
    let exchange = Exchange {
        http: asked.http,
        call: asked.call,
        service: &credentials.url,
        origin: asked.url_origin,
        who: format!("user {:?} with its key", credentials.user),
        check: if asked.service {
            "this is the token of the service (X-Service-Token): check service_username and service_key"
        } else {
            "check the options user and key (ST_USER, ST_KEY)"
        },
        wrong_url: "for version 1 (tempauth) the URL usually ends in /auth/v1.0; for Keystone set \
                    auth_version to 3",
        token: false,
        secrets: vec![&credentials.key],
    };
    // AU-20
    let mut headers = Headers::new();
    headers.push("X-Auth-User", credentials.user.as_bytes());
    headers.push("X-Auth-Key", credentials.key.expose().as_bytes());
    let answer = exchange.send("GET", &credentials.url, &headers, None)?.headers;

    // AU-21, AU-22
    let token = answer.get_str("x-storage-token").or_else(|| answer.get_str("x-auth-token"));
    let Some(token) = token.filter(|t| !t.is_empty() && header_safe(t)) else {
        return Err(exchange.unexpected("the answer has no token (X-Auth-Token)"));
    };
    let storage_url = match (asked.storage_url, answer.get_str("x-storage-url")) {
        (Some(url), _) => url.clone(),
        (None, Some(text)) => {
            Url::parse(text).map_err(|e| exchange.unexpected(&format!("X-Storage-Url: {e}")))?
        }
        (None, None) => return Err(exchange.unexpected("the answer has no X-Storage-Url")),
    };
    let storage_url = match (&credentials.account, asked.storage_url) {
        // AU-43
        (Some(account), None) => storage_url.with_last_segment(account),
        _ => storage_url,
    };
    let life = answer.get_u64("x-auth-token-expires").map(Duration::from_secs);
    Ok(Granted { token: token.to_owned(), service_token: None, storage_url, life })
}
