//! An identity service made of a closure, for the tests of `wire` formats and of `sharing` sessions,
//! and of `logging`.

mod logging;
mod sharing;
mod wire;

use serde_json::Value;

use super::super::config::Config;
use super::*;

/// A request as the identity service sees it.
struct Seen {
    method: String,
    url: String,
    headers: Headers,
    body: Value,
}

type Answer = dyn Fn(usize, &Arc<Call>) -> Result<Fetched> + Send + Sync;

/// An identity service that keeps what it was asked; `answer` gets the number of the request.
struct Fake {
    seen: Mutex<Vec<Seen>>,
    answer: Box<Answer>,
}

impl Fake {
    fn new(answer: impl Fn(usize, &Arc<Call>) -> Result<Fetched> + Send + Sync + 'static) -> Fake {
        Fake { seen: Mutex::default(), answer: Box::new(answer) }
    }

    fn count(&self) -> usize {
        lock(&self.seen).len()
    }
}

impl Fetch for Fake {
    fn fetch(
        &self,
        method: &str,
        url: &str,
        headers: &Headers,
        body: Option<&[u8]>,
        call: &Arc<Call>,
    ) -> Result<Fetched> {
        let n = {
            let mut seen = lock(&self.seen);
            seen.push(Seen {
                method: method.into(),
                url: url.into(),
                headers: headers.clone(),
                body: body.map_or(Value::Null, |b| serde_json::from_slice(b).unwrap()),
            });
            seen.len()
        };
        (self.answer)(n, call)
    }
}

fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Fetched {
    let mut h = Headers::new();
    for (name, value) in headers {
        h.push(name, value.as_bytes());
    }
    Fetched { status, reason: String::new(), headers: h, body: body.as_bytes().to_vec() }
}

/// A good answer of tempauth; the token tells the requests apart.
fn v1_reply(n: usize) -> Fetched {
    let token = format!("tk{n}");
    reply(200, &[("X-Storage-Url", "http://s/v1/AUTH_a/"), ("X-Auth-Token", &token)], "")
}

fn authenticator(set: &[(&str, &str)]) -> Authenticator {
    let mut c = Config::new();
    for (k, v) in set {
        c.set(k, Some(v)).unwrap();
    }
    Authenticator::new(&Options::from_config(&c).unwrap()).unwrap()
}

const V1: [(&str, &str); 3] = [("auth", "http://h/auth/v1.0"), ("user", "acc:me"), ("key", "geheim")];

fn with<'a>(base: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [base, more].concat()
}

fn call() -> Arc<Call> {
    Arc::new(Call::new(None))
}
