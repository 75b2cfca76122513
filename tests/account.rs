//! Accounts on a real Swift: metadata, keys, access lists, quotas, and what only a reseller admin may.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use support::real::{self, Container};
use support::unique;
use swiftclient::core::request::TempUrlKey;
use swiftclient::core::{AccountAccess, AccountAcl, Config, Connection, Kind, Request, Source};

fn memory(bytes: &[u8]) -> Source {
    Source::memory(Arc::new(bytes.to_vec()))
}

/// A user of tempauth.
fn user(name: &str, key: &str) -> Config {
    let mut c = real::v1();
    c.set("user", Some(name)).unwrap();
    c.set("key", Some(key)).unwrap();
    c
}

/// The storage URL of another account beside the one of `ST_USER`.
fn storage_url(account: &str) -> String {
    let url = real::value("ST_AUTH");
    format!("{}/v1/{account}", url.strip_suffix("/auth/v1.0").unwrap())
}

/// The reseller admin, at work on an account.
fn admin_on(account: &str) -> Connection {
    let mut c = user("admin:admin", "admin");
    c.set("os_storage_url", Some(&storage_url(account))).unwrap();
    Connection::new(&c).unwrap()
}

/// An account of a test's own, deleted when dropped.
struct Account {
    name: String,
    admin: Connection,
}

impl Account {
    fn new(what: &str) -> Account {
        let name = format!("AUTH_{}", unique(what));
        let admin = admin_on(&name);
        assert_eq!(admin.put_account(&Request::new()).unwrap().status(), 201);
        Account { name, admin }
    }

    /// Another user, at work on it.
    fn used_by(&self, name: &str, key: &str) -> Connection {
        let mut c = user(name, key);
        c.set("os_storage_url", Some(&storage_url(&self.name))).unwrap();
        Connection::new(&c).unwrap()
    }

    /// Changes it, and has the server look at it afresh.
    fn post(&self, change: impl FnOnce(&mut Request)) {
        let mut r = Request::new();
        change(&mut r);
        assert_eq!(self.admin.post_account(&r).unwrap().status(), 204);
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let _ = self.admin.delete_account(&Request::new());
    }
}

#[test]
fn co_01_head_account_tells_counts() {
    let c = Container::new(&real::v1(), "counts");
    let head = c.connection.head_account(&Request::new()).unwrap();
    assert_eq!(head.status(), 204);
    let h = head.headers();
    assert!(h.container_count().is_some() && h.object_count().is_some() && h.bytes_used().is_some(), "{h:?}");
    // HT-09: names in any case.
    assert!(h.get("X-ACCOUNT-CONTAINER-COUNT").is_some());
}

#[test]
fn co_03_post_account_merges_and_removes_metadata() {
    let account = Account::new("metadata");
    account.post(|r| {
        r.set_metadata("Account", "colour", "blue").unwrap();
        r.set_metadata("Account", "uni\u{e12}", "\u{fc}ber 5").unwrap();
        r.set_metadata("Account", "third", "a%20b").unwrap();
    });
    account.post(|r| r.set_metadata("Account", "colour", "red").unwrap());
    let head = account.admin.head_account(&Request::new()).unwrap();
    let h = head.headers();
    // What a POST does not name stays.
    assert_eq!(h.get_metadata("Colour"), Some(&b"red"[..]));
    assert_eq!(h.get_metadata("uni\u{e12}"), Some("\u{fc}ber 5".as_bytes()), "{h:?}");
    // HT-08, DF-29: as it came, and decoded.
    assert_eq!(h.get_metadata("third"), Some(&b"a%20b"[..]));
    assert_eq!(h.get_metadata_decoded("third").as_deref(), Some("a b"));
    let mut names: Vec<_> = h.metadata().map(|(n, _)| n.to_lowercase()).collect();
    names.sort();
    assert_eq!(names, ["colour", "third", "uni\u{e12}"]);
    // Both ways to remove.
    account.post(|r| {
        r.set_metadata("Account", "colour", "").unwrap();
        r.remove_metadata("Account", "uni\u{e12}").unwrap();
    });
    let head = account.admin.head_account(&Request::new()).unwrap();
    assert_eq!(head.headers().metadata().map(|(n, _)| n.to_lowercase()).collect::<Vec<_>>(), ["third"]);
}

#[test]
fn limits_of_metadata_are_the_servers() {
    let account = Account::new("limits");
    let mut info = account.admin.capabilities(&Request::new()).unwrap();
    let info: serde_json::Value = serde_json::from_slice(&info.read_all(1 << 20).unwrap()).unwrap();
    let limit = |name: &str| info["swift"][name].as_u64().unwrap() as usize;
    let post = |name: &str, value: &str| {
        let mut r = Request::new();
        r.set_metadata("Account", name, value).unwrap();
        account.admin.post_account(&r)
    };
    let long = "n".repeat(limit("max_meta_name_length"));
    let wide = "v".repeat(limit("max_meta_value_length"));
    post(&long, &wide).unwrap();
    for (name, value) in [(format!("{long}n"), wide.clone()), (long, format!("{wide}v"))] {
        let e = post(&name, &value).unwrap_err();
        assert_eq!((e.kind(), e.http_status(), e.attempts()), (Kind::Http, 400, 1), "{e}");
    }
    // As many as there may be go through, one more does not.
    let mut r = Request::new();
    for i in 0..limit("max_meta_count") {
        r.set_metadata("Account", &format!("m{i}"), "1").unwrap();
    }
    let other = Account::new("limits");
    other.admin.post_account(&r).unwrap();
    assert_eq!(
        other.admin.head_account(&Request::new()).unwrap().headers().metadata().count(),
        limit("max_meta_count")
    );
    let mut r = Request::new();
    r.set_metadata("Account", "one-more", "1").unwrap();
    assert_eq!(other.admin.post_account(&r).unwrap_err().http_status(), 400);
}

#[test]
fn accounts_are_created_and_deleted_by_the_reseller_admin() {
    let name = format!("AUTH_{}", unique("account"));
    let (admin, r) = (admin_on(&name), Request::new());
    assert_eq!(admin.put_account(&r).unwrap().status(), 201);
    assert_eq!(admin.put_account(&r).unwrap().status(), 202);
    assert_eq!(admin.head_account(&r).unwrap().status(), 204);
    assert_eq!(admin.delete_account(&r).unwrap().status(), 204);
    let e = admin.head_account(&r).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::NotFound, 410), "{e}");
    assert!(e.message().starts_with("Account HEAD failed"), "{e}");
    // Nobody else.
    let tester = Connection::new(&real::v1()).unwrap();
    for e in [tester.put_account(&r).unwrap_err(), tester.delete_account(&r).unwrap_err()] {
        assert_eq!((e.kind(), e.http_status()), (Kind::Forbidden, 403), "{e}");
    }
}

#[test]
fn temp_url_keys_are_for_owners() {
    let account = Account::new("keys");
    account.post(|r| {
        r.set_account_temp_url_key(TempUrlKey::First, Some("first secret")).unwrap();
        r.set_account_temp_url_key(TempUrlKey::Second, Some("second secret")).unwrap();
    });
    let keys = || {
        let head = account.admin.head_account(&Request::new()).unwrap();
        let key = |name| head.headers().get_metadata(name).map(|k| String::from_utf8(k.to_vec()).unwrap());
        (key("Temp-URL-Key"), key("Temp-URL-Key-2"))
    };
    assert_eq!(keys(), (Some("first secret".into()), Some("second secret".into())));
    account.post(|r| r.set_account_temp_url_key(TempUrlKey::First, Some("")).unwrap());
    assert_eq!(keys(), (None, Some("second secret".into())));
    // Others, let in to read, do not see it.
    let mut acl = AccountAcl::new();
    acl.add(AccountAccess::ReadOnly, "test2:tester2").unwrap();
    account.post(|r| r.set_account_acl(Some(&acl)).unwrap());
    let reader = account.used_by("test2:tester2", "testing2");
    let head = reader.head_account(&Request::new()).unwrap();
    assert_eq!(head.headers().metadata().count(), 0, "{head:?}");
    assert_eq!(head.headers().account_acl().unwrap(), None);
}

#[test]
fn an_account_acl_lets_users_in_and_out() {
    let account = Account::new("acl");
    let (reader, r) = (account.used_by("test2:tester2", "testing2"), Request::new());
    let (c, o) = ("c", "o");
    account.admin.put_container(c, &r).unwrap();
    account.admin.put_object(c, o, &memory(b"hello"), &r).unwrap();
    let kind = |e: swiftclient::core::Error| e.kind();
    let read = || reader.get_object(c, o, &r).map(|_| ()).map_err(kind);
    let write = || reader.put_object(c, "o2", &memory(b"x"), &r).map(|_| ()).map_err(kind);
    let manage = || reader.post_account(&r).map(|_| ()).map_err(kind);
    let no = Err(Kind::Forbidden);
    assert_eq!((read(), write(), manage()), (no, no, no));

    let mut acl = AccountAcl::new();
    let give = |acl: &AccountAcl| account.post(|r| r.set_account_acl(Some(acl)).unwrap());
    for (access, want) in [
        (AccountAccess::ReadOnly, (Ok(()), no, no)),
        (AccountAccess::ReadWrite, (Ok(()), Ok(()), no)),
        (AccountAccess::Admin, (Ok(()), Ok(()), Ok(()))),
    ] {
        acl = AccountAcl::new();
        acl.add(access, "test2:tester2").unwrap();
        // A name that has to be escaped in a header.
        acl.add(access, "\u{fc}ser:\u{1f600}").unwrap();
        give(&acl);
        let head = account.admin.head_account(&r).unwrap();
        let raw = head.headers().get("x-account-access-control").unwrap();
        assert!(raw.is_ascii(), "{raw:?}");
        assert_eq!(head.headers().account_acl().unwrap().as_ref(), Some(&acl));
        assert_eq!((read(), write(), manage()), want, "{access:?}");
    }
    assert!(acl.remove(AccountAccess::Admin, "test2:tester2"));
    give(&acl);
    assert_eq!((read(), write(), manage()), (no, no, no));
    give(&AccountAcl::new());
    assert_eq!(account.admin.head_account(&r).unwrap().headers().account_acl().unwrap(), None);
}

#[test]
fn quotas_of_an_account_are_kept() {
    let account = Account::new("quota");
    let (r, owner_list) = (Request::new(), {
        let mut acl = AccountAcl::new();
        acl.add(AccountAccess::Admin, "test:tester").unwrap();
        acl
    });
    // A reseller admin is not held to them.
    account.post(|r| r.set_account_acl(Some(&owner_list)).unwrap());
    let owner = account.used_by("test:tester", "testing");
    owner.put_container("c", &r).unwrap();
    let put = |bytes: &[u8]| owner.put_object("c", "o", &memory(bytes), &r).map(|_| ()).map_err(|e| e.kind());

    account.post(|r| {
        r.set_account_quota_bytes(None, Some(10)).unwrap();
        r.set_account_quota_count(None, Some(7)).unwrap();
        r.set_account_quota_bytes(Some("gold"), Some(8)).unwrap();
        r.set_account_quota_count(Some("silver"), Some(3)).unwrap();
    });
    let head = owner.head_account(&r).unwrap();
    let h = head.headers();
    assert_eq!((h.quota_bytes(None), h.quota_count(None)), (Some(10), Some(7)), "{h:?}");
    assert_eq!((h.quota_bytes(Some("gold")), h.quota_count(Some("silver"))), (Some(8), Some(3)));
    assert_eq!((h.quota_bytes(Some("silver")), h.quota_count(Some("gold"))), (None, None));
    assert_eq!(put(b"0123456789a"), Err(Kind::TooLarge));
    assert_eq!(put(b"01234567"), Ok(()));
    // That of the policy is the smaller one.
    assert_eq!(put(b"012345678"), Err(Kind::TooLarge));

    let mut wanted = Request::new();
    wanted.set_account_quota_bytes(None, Some(1000)).unwrap();
    assert_eq!(owner.post_account(&wanted).unwrap_err().kind(), Kind::Forbidden);

    account.post(|r| {
        r.set_account_quota_bytes(None, None).unwrap();
        r.set_account_quota_count(None, None).unwrap();
        r.set_account_quota_bytes(Some("gold"), None).unwrap();
        r.set_account_quota_count(Some("silver"), None).unwrap();
    });
    let head = owner.head_account(&r).unwrap();
    let h = head.headers();
    assert_eq!((h.quota_bytes(None), h.quota_count(None)), (None, None));
    assert_eq!((h.quota_bytes(Some("gold")), h.quota_count(Some("silver"))), (None, None));
    assert_eq!(put(b"0123456789abc"), Ok(()));
}

#[test]
fn storage_policies_of_an_account_are_told() {
    let account = Account::new("policies");
    let mut r = Request::new();
    account.admin.put_container("c-gold", &r).unwrap();
    account.admin.put_object("c-gold", "o", &memory(b"hello"), &r).unwrap();
    r.set_storage_policy(Some("silver")).unwrap();
    account.admin.put_container("c-silver", &r).unwrap();
    let r = Request::new();
    let complete = || {
        let head = account.admin.head_account(&r).unwrap();
        let h = head.headers();
        let mut policies = h.policies();
        policies.sort_by(|a, b| a.name.cmp(&b.name));
        let names: Vec<_> = policies.iter().map(|p| p.name.as_str()).collect();
        if names != ["gold", "silver"] || policies[0].objects != Some(1) {
            return None;
        }
        assert_eq!((policies[0].containers, policies[0].bytes), (Some(1), Some(5)), "{policies:?}");
        assert_eq!((policies[1].containers, policies[1].objects), (Some(1), Some(0)), "{policies:?}");
        assert_eq!((h.container_count(), h.object_count(), h.bytes_used()), (Some(2), Some(1), Some(5)));
        Some(())
    };
    // Containers report to their account within a second or two.
    support::eventually(complete);
}

#[test]
fn etags_come_in_quotes_when_the_account_says_so() {
    let account = Account::new("etags");
    let r = Request::new();
    account.admin.put_container("c", &r).unwrap();
    account.admin.put_object("c", "o", &memory(b"hello"), &r).unwrap();
    let etag = || {
        let head = account.admin.head_object("c", "o", &r).unwrap();
        let raw = head.headers().get_str("etag").unwrap().to_owned();
        // The typed accessor does not care.
        assert_eq!(head.etag(), Some("5d41402abc4b2a76b9719d911017c592"));
        raw
    };
    assert!(!etag().starts_with('"'));
    account.post(|r| r.set_account_rfc_etags(true).unwrap());
    assert_eq!(etag(), "\"5d41402abc4b2a76b9719d911017c592\"");
    // The body is checked against it all the same, and a container can differ.
    assert_eq!(account.admin.get_object("c", "o", &r).unwrap().read_all(9).unwrap(), b"hello");
    let mut plain = Request::new();
    plain.set_container_rfc_etags(false).unwrap();
    account.admin.post_container("c", &plain).unwrap();
    assert!(!etag().starts_with('"'));
    let mut follow = Request::new();
    follow.set_header("X-Container-Rfc-Compliant-Etags", Some("")).unwrap();
    account.admin.post_container("c", &follow).unwrap();
    assert!(etag().starts_with('"'));
    account.post(|r| r.set_account_rfc_etags(false).unwrap());
    assert!(!etag().starts_with('"'));
}

#[test]
fn cr_01_a_callers_token_replaces_ours() {
    let (tester, other) = (real::v1(), user("test2:tester2", "testing2"));
    let (tester, other) = (Connection::new(&tester).unwrap(), Connection::new(&other).unwrap());
    other.authenticate(&Request::new()).unwrap();
    let mut r = Request::new();
    r.set_header("x-auth-token", Some(&other.token().unwrap())).unwrap();
    let e = tester.head_account(&r).unwrap_err();
    assert_eq!((e.kind(), e.attempts()), (Kind::Forbidden, 1), "{e}");
    tester.head_account(&Request::new()).unwrap();
}

#[test]
fn transaction_ids_carry_an_addition() {
    let cn = Connection::new(&real::v1()).unwrap();
    let mut r = Request::new();
    let extra = "nightly run 7 0123456789 abcdefg";
    assert_eq!(extra.len(), 32);
    r.set_trans_id_extra(Some(extra)).unwrap();
    let head = cn.head_account(&r).unwrap();
    let id = head.transaction_id().unwrap();
    assert!(id.starts_with("tx") && id.ends_with("-nightly%20run%207%200123456789%20abcdefg"), "{id}");
    assert_eq!(head.headers().get_str("x-openstack-request-id"), Some(id));
    // Failures carry it too.
    let e = cn.head_container("no such container", &r).unwrap_err();
    assert!(e.message().contains("-nightly%20run%207"), "{e}");
    // What Swift would cut or drop is refused, and what was set stays.
    for bad in [&"x".repeat(33), "", "é", "a\tb"] {
        let e = r.set_trans_id_extra(Some(bad)).unwrap_err();
        assert_eq!(e.kind(), Kind::InvalidArgument, "{bad:?}");
    }
    assert_eq!(r.headers.get_str("x-trans-id-extra"), Some(extra));
}

#[test]
fn cr_16_what_a_connection_knows_can_be_asked() {
    let cn = Connection::new(&real::v1()).unwrap();
    assert_eq!((cn.storage_url(), cn.token()), (None, None));
    let head = cn.head_account(&Request::new()).unwrap();
    assert!(cn.storage_url().unwrap().ends_with("/v1/AUTH_test"));
    assert!(cn.token().unwrap().starts_with("AUTH_tk"));
    assert_eq!(head.attempts(), 1);
    assert_eq!(cn.config().get("retries").unwrap(), "5");
}
