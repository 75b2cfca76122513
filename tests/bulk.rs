//! Bulk delete and archive upload against the real Swift.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::Write;
use std::os::fd::AsFd;
use std::process::{Command, Stdio};

use support::faulty::memory;
use support::large::Room;
use support::{Folder, pattern, real, unique};
use swiftclient::core::connection::Archive;
use swiftclient::core::{Connection, Kind, Request, Source};

#[test]
fn any_paths_are_deleted_objects_first() {
    let room = Room::new("bulk");
    let (cn, c, r) = (&room.connection, room.name.as_str(), Request::new());
    let other = unique("bulk-other");
    cn.put_container(&other, &r).unwrap();
    // What a line must not end at, a query must not begin at, or is decoded once too often.
    let long = "é".repeat(512);
    let percent = "%".repeat(1024);
    let names = [
        "plain",
        "a\nb",
        "a?b",
        "100%",
        "%41",
        "a//b/",
        "/a",
        "..",
        " a ",
        "\t",
        "\u{1}\u{7f}",
        "a#b&c=d;e",
        "日本",
        &long,
        &percent,
    ];
    let mut paths = vec![other.clone()];
    for name in names {
        room.put(name, b"x");
        paths.push(format!("{c}/{name}"));
    }
    cn.put_object(&other, "in it", &memory(b"x"), &r).unwrap();
    paths.push(format!("/{other}/in it"));
    paths.push(format!("{c}/missing"));
    let report = cn.bulk_delete(&paths, &r).unwrap();
    // The container comes first in the list and is empty only after its object.
    assert_eq!((report.deleted(), report.not_found()), (names.len() as u64 + 2, 1));
    assert_eq!((report.status(), report.errors().len()), (200, 0));
    room.lists(&[]);
    assert_eq!(cn.head_container(&other, &r).unwrap_err().kind(), Kind::NotFound);
}

#[test]
fn df_17_what_cannot_be_deleted_is_a_failure_that_names_it() {
    let room = Room::new("bulk-fail");
    room.put("o", b"x");
    let (cn, c, r) = (&room.connection, room.name.clone(), Request::new());
    let e = cn.bulk_delete(&[c.as_str(), "no-such-container", "no-such-container/o"], &r).unwrap_err();
    assert_eq!((e.kind(), e.http_status(), e.attempts()), (Kind::Conflict, 409, 1), "{e}");
    let report = e.report().unwrap();
    assert_eq!((report.deleted(), report.not_found(), report.errors().len()), (0, 2, 1));
    let failed = &report.errors()[0];
    assert_eq!((failed.container(), failed.object(), failed.status()), (c.as_str(), None, 409));
    assert_eq!(failed.reason(), "409 Conflict");
    assert!(e.failure().unwrap().transaction_id().is_some());
    for paths in [&[][..], &["c/"], &[""], &["/"], &["//o"]] {
        assert_eq!(cn.bulk_delete(paths, &r).unwrap_err().kind(), Kind::InvalidArgument, "{paths:?}");
    }
}

#[test]
fn a_token_that_is_not_good_is_a_failure_of_the_call() {
    // The bulk middleware stands before the authentication: the answer is 200, and the paths fail one by one.
    let room = Room::new("bulk-token");
    room.put("o", b"x");
    let mut stale = Request::new();
    stale.set_header("X-Auth-Token", Some("AUTH_tkgone")).unwrap();
    let path = format!("{}/o", room.name);
    let e = room.connection.bulk_delete(&[&path], &stale).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Unauthorized, 401), "{e}");
    assert_eq!(e.report().unwrap().errors()[0].status(), 401);
    room.lists(&["o"]);
}

#[test]
fn progress_counts_paths_and_can_end_it() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    let room = Room::new("bulk-progress");
    room.put("a", b"x");
    let seen = Arc::new(AtomicU64::new(0));
    let told = seen.clone();
    let mut r = Request::new();
    r.progress = Some(Arc::new(move |done, total| {
        assert_eq!(total, Some(2));
        told.store(done, Ordering::Relaxed);
        true
    }));
    let paths = [format!("{}/a", room.name), format!("{}/b", room.name)];
    room.connection.bulk_delete(&paths, &r).unwrap();
    assert_eq!(seen.load(Ordering::Relaxed), 2);
    r.progress = Some(Arc::new(|_, _| false));
    assert_eq!(room.connection.bulk_delete(&paths, &r).unwrap_err().kind(), Kind::Cancelled);
}

/// An archive of `f`, `dir/é %` and `dir/sub/g`, packed by the system's own tar.
fn tar(folder: &Folder, how: &str, file: &str) -> std::path::PathBuf {
    std::fs::create_dir_all(folder.path("in/dir/sub")).unwrap();
    for (name, text) in [("f", "first"), ("dir/é %", "second"), ("dir/sub/g", "third")] {
        std::fs::write(folder.path("in").join(name), text).unwrap();
    }
    let path = folder.path(file);
    let made =
        Command::new("tar").arg(how).arg(&path).arg("-C").arg(folder.path("in")).args(["f", "dir"]).status();
    assert!(made.unwrap().success());
    path
}

#[test]
fn archives_of_all_formats_from_any_source() {
    let folder = Folder::new("archives");
    let formats = [
        (Archive::Tar, "-cf", "a.tar"),
        (Archive::TarGz, "-czf", "a.tar.gz"),
        (Archive::TarBz2, "-cjf", "a.tar.bz2"),
    ];
    for (format, how, file) in formats {
        let room = Room::new("archive");
        let (cn, c, r) = (&room.connection, room.name.as_str(), Request::new());
        let path = tar(&folder, how, file);
        assert_eq!(Archive::of_name(&path), Some(format));
        // A file; a pipe, whose length nobody knows; memory, with a prefix.
        let report = cn.upload_archive(Some(c), None, format, &Source::file(&path), &r).unwrap();
        assert_eq!((report.status(), report.created()), (201, 3));
        room.lists(&["dir/sub/g", "dir/é %", "f"]);
        assert_eq!(room.get("dir/é %", &r), b"second");
        let bytes = std::fs::read(&path).unwrap();
        let mut cat = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut to = cat.stdin.take().unwrap();
        let all = bytes.clone();
        let feed = std::thread::spawn(move || to.write_all(&all).unwrap());
        let pipe = Source::fd(cat.stdout.as_ref().unwrap().as_fd(), None).unwrap();
        assert_eq!(cn.upload_archive(Some(c), Some("pipe"), format, &pipe, &r).unwrap().created(), 3);
        feed.join().unwrap();
        cat.wait().unwrap();
        cn.upload_archive(Some(c), Some("é %/"), format, &memory(&bytes), &r).unwrap();
        assert_eq!(room.get("pipe/f", &r), b"first");
        assert_eq!(room.get("é %/dir/sub/g", &r), b"third");
    }
}

#[test]
fn metadata_of_the_request_goes_to_all_objects() {
    let folder = Folder::new("archive-meta");
    let room = Room::new("archive-meta");
    let mut r = Request::new();
    r.set_metadata("Object", "color", "blue").unwrap();
    r.set_header("X-Delete-After", Some("86400")).unwrap();
    // That of the archive is not that of the objects.
    r.set_header("Content-Type", Some("application/x-tar")).unwrap();
    let source = Source::file(tar(&folder, "-cf", "a.tar"));
    room.connection.upload_archive(Some(&room.name), None, Archive::Tar, &source, &r).unwrap();
    room.lists(&["dir/sub/g", "dir/é %", "f"]);
    for name in room.names() {
        let head = room.connection.head_object(&room.name, &name, &Request::new()).unwrap();
        assert_eq!(head.headers().get_str("x-object-meta-color"), Some("blue"), "{name}");
        assert!(head.headers().get("x-delete-at").is_some(), "{name}");
        assert_ne!(head.headers().get_str("content-type"), Some("application/x-tar"), "{name}");
    }
}

#[test]
fn below_the_account_the_first_part_of_a_path_is_the_container() {
    let folder = Folder::new("archive-account");
    let c = unique("archive-made");
    std::fs::create_dir_all(folder.path(&c)).unwrap();
    std::fs::write(folder.path(&c).join("o"), "in it").unwrap();
    let path = folder.path("a.tar");
    let made = Command::new("tar").arg("-cf").arg(&path).arg("-C").arg(&folder.0).arg(&c).status();
    assert!(made.unwrap().success());
    let cn = Connection::new(&real::v1()).unwrap();
    let r = Request::new();
    let report = cn.upload_archive(None, None, Archive::Tar, &Source::file(&path), &r).unwrap();
    assert_eq!(report.created(), 1);
    assert_eq!(cn.get_object(&c, "o", &r).unwrap().read_all(100).unwrap(), b"in it");
    let report = cn.bulk_delete(&[c.clone(), format!("{c}/o")], &r).unwrap();
    assert_eq!(report.deleted(), 2);
}

#[test]
fn a_broken_archive_is_a_failure_after_what_came_before() {
    let folder = Folder::new("archive-broken");
    let room = Room::new("archive-broken");
    let (cn, c, r) = (&room.connection, room.name.as_str(), Request::new());
    let whole = tar(&folder, "-cf", "a.tar");
    // It ends in the bytes of the second file.
    let bytes = std::fs::read(&whole).unwrap();
    let second = bytes.windows(6).position(|w| w == b"second").unwrap();
    let e = cn.upload_archive(Some(c), None, Archive::Tar, &memory(&bytes[..second + 3]), &r).unwrap_err();
    assert_eq!((e.kind(), e.http_status(), e.attempts()), (Kind::Http, 400, 1), "{e}");
    assert!(e.message().contains("Invalid Tar File"), "{e}");
    assert!(e.report().unwrap().created() >= 1, "{e}");
    cn.head_object(c, "f", &r).unwrap();
    // One that is none is refused at its first bytes, and the rest of it is not waited for.
    let e = cn.upload_archive(Some(c), None, Archive::TarBz2, &memory(&pattern(32 << 20)), &r).unwrap_err();
    assert!(e.message().contains("Invalid Tar File"), "{e}");
}

#[test]
fn files_that_cannot_be_stored_are_told_and_the_others_are_stored() {
    let folder = Folder::new("archive-part");
    let room = Room::new("archive-part");
    let source = Source::file(tar(&folder, "-cf", "a.tar"));
    // Only the shortest name fits behind it.
    let prefix = "p".repeat(1024 - 2);
    let r = Request::new();
    let e = room
        .connection
        .upload_archive(Some(&room.name), Some(&prefix), Archive::Tar, &source, &r)
        .unwrap_err();
    let report = e.report().unwrap();
    assert_eq!((report.created(), report.errors().len(), e.kind()), (1, 2, Kind::Http), "{e}");
    assert!(report.errors().iter().all(|e| e.status() == 400 && e.container() == room.name));
    assert_eq!(report.errors()[0].object().map(|o| o.starts_with("pppp")), Some(true));
}
