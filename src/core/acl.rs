//! Access lists: the JSON of an account, and the elements of a container's.

use super::error::{Error, Kind, Result};
use super::names;

/// What a user may do with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountAccess {
    /// Everything its owner may.
    Admin,
    /// Read and write containers and objects.
    ReadWrite,
    /// Read containers and objects.
    ReadOnly,
}

impl AccountAccess {
    /// In the order in which the lists are written.
    const ALL: [AccountAccess; 3] = [AccountAccess::Admin, AccountAccess::ReadOnly, AccountAccess::ReadWrite];

    /// The key of the list in JSON.
    pub fn name(self) -> &'static str {
        match self {
            AccountAccess::Admin => "admin",
            AccountAccess::ReadWrite => "read-write",
            AccountAccess::ReadOnly => "read-only",
        }
    }
}

/// Who besides its owners may use an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountAcl {
    users: Vec<(AccountAccess, String)>,
}

impl AccountAcl {
    /// Nobody.
    pub fn new() -> AccountAcl {
        AccountAcl::default()
    }

    /// Gives a user an access; one that has it already is fine.
    pub fn add(&mut self, access: AccountAccess, user: &str) -> Result<()> {
        if user.is_empty() {
            return Err(Error::invalid("the user is empty"));
        }
        if !self.users(access).any(|u| u == user) {
            self.users.push((access, user.to_owned()));
        }
        Ok(())
    }

    /// Takes an access from a user; whether the user had it.
    pub fn remove(&mut self, access: AccountAccess, user: &str) -> bool {
        let before = self.users.len();
        self.users.retain(|(a, u)| (*a, u.as_str()) != (access, user));
        self.users.len() < before
    }

    /// Who has an access.
    pub fn users(&self, access: AccountAccess) -> impl Iterator<Item = &str> {
        self.users.iter().filter(move |(a, _)| *a == access).map(|(_, u)| u.as_str())
    }

    /// Reads the value of `X-Account-Access-Control`.
    pub fn from_header(value: &[u8]) -> Result<AccountAcl> {
        let bad = |why: &dyn std::fmt::Display| {
            Error::new(Kind::Protocol, format!("X-Account-Access-Control is not what it should be: {why}"))
        };
        let mut acl = AccountAcl::new();
        if value.trim_ascii().is_empty() {
            return Ok(acl);
        }
        let lists: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(value).map_err(|e| bad(&e))?;
        for access in AccountAccess::ALL {
            let Some(list) = lists.get(access.name()) else { continue };
            let users = list.as_array().ok_or_else(|| bad(&"a list is none"))?;
            for user in users {
                let user =
                    user.as_str().filter(|u| !u.is_empty()).ok_or_else(|| bad(&"a user is no text"))?;
                acl.add(access, user)?;
            }
        }
        Ok(acl)
    }

    /// The value of `X-Account-Access-Control`: JSON in ASCII, as Swift wants it; nothing when nobody has an access.
    pub fn to_header(&self) -> String {
        let mut out = String::new();
        for access in AccountAccess::ALL {
            let mut users = self.users(access).peekable();
            if users.peek().is_none() {
                continue;
            }
            out.push_str(if out.is_empty() { "{\"" } else { "],\"" });
            out.push_str(access.name());
            out.push_str("\":[");
            for (i, user) in users.enumerate() {
                if i > 0 {
                    out.push(',');
                }
                push_ascii_json(&mut out, user);
            }
        }
        if !out.is_empty() {
            out.push_str("]}");
        }
        out
    }
}

/// Text in JSON, with escapes for all that is not printable ASCII.
fn push_ascii_json(out: &mut String, text: &str) {
    use std::fmt::Write as _;
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

/// Lets those list a container who may read it without being named.
pub(crate) const LISTINGS: &str = ".rlistings";

/// The element for a user of a project, `*` for any. Swift undoes the encoding, so that a name may hold a comma.
pub(crate) fn user(project: &str, user: Option<&str>) -> Result<String> {
    let mut out = String::new();
    push_name(&mut out, project, "project")?;
    if let Some(user) = user {
        out.push(':');
        push_name(&mut out, user, "user")?;
    }
    Ok(out)
}

fn push_name(out: &mut String, name: &str, what: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::invalid(format!("the {what} is empty; \"*\" means any")));
    }
    match name {
        "*" => out.push('*'),
        _ => {
            // A dot in front would make it a directive.
            let rest = name.strip_prefix('.').inspect(|_| out.push_str("%2E")).unwrap_or(name);
            names::encode_into(out, rest);
        }
    }
    Ok(())
}

/// The element for a host that pages come from.
pub(crate) fn referrer(host: &str, allowed: bool) -> Result<String> {
    let bad = |c: char| c == ',' || c == ':' || c.is_whitespace() || c.is_control();
    if host.is_empty() || host == "." || host.starts_with('-') || host.contains(bad) {
        return Err(Error::invalid(format!(
            "{host:?} is no host: give its name, a domain as \".example.com\", or \"*\" for any"
        )));
    }
    Ok(format!(".r:{}{host}", if allowed { "" } else { "-" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_an_account_goes_both_ways() {
        let mut acl = AccountAcl::new();
        assert_eq!(acl.to_header(), "");
        acl.add(AccountAccess::ReadWrite, "a:b").unwrap();
        acl.add(AccountAccess::ReadWrite, "a:b").unwrap();
        acl.add(AccountAccess::ReadWrite, "q\"\\").unwrap();
        acl.add(AccountAccess::Admin, "\u{fc}\u{1f600}\u{7f}").unwrap();
        let text = acl.to_header();
        let want = r#"{"admin":["\u00fc\ud83d\ude00\u007f"],"read-write":["a:b","q\"\\"]}"#;
        assert_eq!(text, want);
        let back = AccountAcl::from_header(text.as_bytes()).unwrap();
        for access in AccountAccess::ALL {
            assert!(acl.users(access).eq(back.users(access)), "{access:?}");
        }
        assert!(acl.remove(AccountAccess::ReadWrite, "a:b"));
        assert!(!acl.remove(AccountAccess::ReadWrite, "a:b"));
        assert_eq!(acl.users(AccountAccess::ReadWrite).count(), 1);
        assert!(acl.add(AccountAccess::Admin, "").is_err());
        assert_eq!(AccountAcl::from_header(b" ").unwrap(), AccountAcl::new());
        for bad in ["[]", "{", r#"{"admin":1}"#, r#"{"admin":[1]}"#, r#"{"admin":[""]}"#] {
            assert!(AccountAcl::from_header(bad.as_bytes()).is_err(), "{bad}");
        }
        // Servers to come may have more lists.
        assert!(AccountAcl::from_header(br#"{"other":1}"#).is_ok());
    }

    #[test]
    fn elements_of_a_container_cannot_be_mistaken() {
        assert_eq!(user("p", Some("u")).unwrap(), "p:u");
        assert_eq!(user("*", Some("*")).unwrap(), "*:*");
        assert_eq!(user("a,b", Some("c:d \u{fc}")).unwrap(), "a%2Cb:c%3Ad%20%C3%BC");
        assert_eq!(user(".rlistings", None).unwrap(), "%2Erlistings");
        assert!(user("", None).is_err() && user("p", Some("")).is_err());
        assert_eq!(referrer("*", true).unwrap(), ".r:*");
        assert_eq!(referrer("thief.example", false).unwrap(), ".r:-thief.example");
        for bad in ["", ".", "-a", "a,b", "a b", "a:80"] {
            assert!(referrer(bad, true).is_err(), "{bad}");
        }
    }
}
