//! What a request sets on an account, and what account and container have in common.

use super::Request;
use crate::core::acl::AccountAcl;
use crate::core::error::{Error, Result};

/// Swift keeps this much of what a caller adds to transaction ids.
const TRANS_ID_EXTRA: usize = 32;

/// One of the two keys that temp URLs of an account or container are signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TempUrlKey {
    /// The header `Temp-URL-Key`.
    First,
    /// The header `Temp-URL-Key-2`: with two keys one can be changed while URLs signed with the other still work.
    Second,
}

impl TempUrlKey {
    pub(super) fn name(self) -> &'static str {
        match self {
            TempUrlKey::First => "Temp-URL-Key",
            TempUrlKey::Second => "Temp-URL-Key-2",
        }
    }
}

impl Request {
    /// Reads what was written last, not what the nearest copy holds: `X-Newest`.
    pub fn set_newest(&mut self, newest: bool) {
        match newest {
            true => self.headers.set("X-Newest", b"true"),
            false => self.headers.remove("X-Newest"),
        }
    }

    /// Adds text to the transaction ids of the call, by which its requests are found in logs: `X-Trans-Id-Extra`.
    pub fn set_trans_id_extra(&mut self, extra: Option<&str>) -> Result<()> {
        if let Some(text) = extra
            && (text.is_empty()
                || text.len() > TRANS_ID_EXTRA
                || !text.bytes().all(|b| b.is_ascii_graphic() || b == b' '))
        {
            return Err(Error::invalid(format!(
                "the addition to transaction ids must be 1 to {TRANS_ID_EXTRA} characters of ASCII: Swift drops the rest"
            )));
        }
        self.set_header("X-Trans-Id-Extra", extra)
    }

    /// Has the server remove metadata of an `Account` or a `Container`: the header `X-Remove-<kind>-Meta-<name>`.
    pub fn remove_metadata(&mut self, kind: &str, name: &str) -> Result<()> {
        if name.is_empty() {
            return Err(Error::invalid("the name of the metadata is empty"));
        }
        self.set_kept(&format!("X-{kind}-Meta-{name}"), Some(""))
    }

    /// Sets what an account or container keeps until told otherwise. The empty text has the server remove it, by
    /// `X-Remove-`; `None` takes either out of the request.
    pub(super) fn set_kept(&mut self, name: &str, value: Option<&str>) -> Result<()> {
        let remove = format!("X-Remove-{}", name.trim_start_matches("X-"));
        match value {
            Some("") => {
                self.set_header(&remove, Some("x"))?;
                self.set_header(name, None)
            }
            _ => {
                self.set_header(name, value)?;
                self.set_header(&remove, None)
            }
        }
    }

    /// Sets or, without a number, removes a number that an account or container keeps.
    pub(super) fn set_kept_number(&mut self, name: &str, number: Option<u64>) -> Result<()> {
        self.set_kept(name, Some(&number.map_or(String::new(), |n| n.to_string())))
    }

    /// Sets the key that temp URLs of the account are signed with; "" removes it, `None` leaves it alone.
    pub fn set_account_temp_url_key(&mut self, which: TempUrlKey, key: Option<&str>) -> Result<()> {
        self.set_kept(&format!("X-Account-Meta-{}", which.name()), key)
    }

    /// Sets who besides its owners may use the account, in place of who might before; an empty list ends that.
    pub fn set_account_acl(&mut self, acl: Option<&AccountAcl>) -> Result<()> {
        self.set_header("X-Account-Access-Control", acl.map(AccountAcl::to_header).as_deref())
    }

    /// Sets how many bytes the account may hold, in all or in one storage policy; `None` removes the quota. For
    /// reseller admins.
    pub fn set_account_quota_bytes(&mut self, policy: Option<&str>, bytes: Option<u64>) -> Result<()> {
        self.set_kept_number(&quota("Bytes", policy), bytes)
    }

    /// Sets how many objects the account may hold, in all or in one storage policy; `None` removes the quota. For
    /// reseller admins.
    pub fn set_account_quota_count(&mut self, policy: Option<&str>, objects: Option<u64>) -> Result<()> {
        self.set_kept_number(&quota("Count", policy), objects)
    }

    /// Sets whether ETags come in quotes, as the standard has them, for every container that does not say otherwise.
    pub fn set_account_rfc_etags(&mut self, quoted: bool) -> Result<()> {
        self.set_header("X-Account-Rfc-Compliant-Etags", Some(if quoted { "true" } else { "false" }))
    }
}

/// The header of a quota of an account.
pub(crate) fn quota(of: &str, policy: Option<&str>) -> String {
    match policy {
        Some(policy) => format!("X-Account-Quota-{of}-Policy-{policy}"),
        None => format!("X-Account-Quota-{of}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(r: &Request) -> Vec<(&str, &str)> {
        r.headers.iter().map(|(n, v)| (n, std::str::from_utf8(v).unwrap())).collect()
    }

    #[test]
    fn what_is_kept_is_set_removed_and_left_alone() {
        let mut r = Request::new();
        r.set_account_temp_url_key(TempUrlKey::First, Some("k1")).unwrap();
        r.set_account_temp_url_key(TempUrlKey::Second, Some("")).unwrap();
        assert_eq!(
            shown(&r),
            [("X-Account-Meta-Temp-URL-Key", "k1"), ("X-Remove-Account-Meta-Temp-URL-Key-2", "x")]
        );
        r.set_account_temp_url_key(TempUrlKey::First, Some("")).unwrap();
        r.set_account_temp_url_key(TempUrlKey::Second, Some("k2")).unwrap();
        assert_eq!(
            shown(&r),
            [("X-Remove-Account-Meta-Temp-URL-Key", "x"), ("X-Account-Meta-Temp-URL-Key-2", "k2")]
        );
        r.set_account_temp_url_key(TempUrlKey::First, None).unwrap();
        r.set_account_temp_url_key(TempUrlKey::Second, None).unwrap();
        assert!(r.headers.is_empty());
    }

    #[test]
    fn an_addition_to_transaction_ids_is_not_cut() {
        let mut r = Request::new();
        assert!(r.set_trans_id_extra(Some(&"x".repeat(33))).is_err());
        assert!(r.set_trans_id_extra(Some("")).is_err());
        assert!(r.set_trans_id_extra(Some("\u{e9}")).is_err());
        assert!(r.set_trans_id_extra(Some(&"x".repeat(32))).is_ok());
        assert!(r.set_trans_id_extra(None).is_ok());
        assert!(r.headers.is_empty());
    }

    #[test]
    fn quotas_may_be_of_one_policy() {
        let mut r = Request::new();
        r.set_account_quota_bytes(None, Some(10)).unwrap();
        r.set_account_quota_count(Some("gold"), None).unwrap();
        assert_eq!(
            shown(&r),
            [("X-Account-Quota-Bytes", "10"), ("X-Remove-Account-Quota-Count-Policy-gold", "x")]
        );
        assert!(r.set_account_quota_bytes(Some("no policy"), Some(1)).is_err());
    }
}
