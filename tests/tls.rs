//! Whom to trust, who we are, and what is said when a certificate is not good.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use support::certs::{Authority, Certificate};
use support::faulty::{arrived, endless, memory};
use support::tls::{TlsServer, head};
use support::{Folder, real};
use swiftclient::core::{Config, Connection, Error, Kind, Request, Source};

fn head_account(c: &Config) -> Result<(), Error> {
    Connection::new(c).unwrap().head_account(&Request::new()).map(drop)
}

fn set(c: &Config, settings: &[(&str, &str)]) -> Config {
    let mut c = c.clone();
    for (k, v) in settings {
        c.set(k, Some(v)).unwrap();
    }
    c
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn openssl(arguments: &[&str]) {
    let out = Command::new("openssl").args(arguments).output().unwrap();
    assert!(out.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn au_61_authorities_may_lie_in_a_directory() {
    let folder = Folder::new("authorities");
    let mut c = real::v1_tls();
    c.set("retries", Some("0")).unwrap();
    let c = set(&c, &[("os_cacert", text(&folder.0))]);
    let e = head_account(&c).unwrap_err();
    assert_eq!(e.kind(), Kind::InvalidArgument, "{e}");
    assert!(e.message().contains("os_cacert") && e.message().contains(text(&folder.0)), "{e}");
    // Other files do not matter, nor folders, nor an authority that is not asked for.
    std::fs::write(folder.path("README"), "certificates lie here").unwrap();
    std::fs::create_dir(folder.path("more")).unwrap();
    std::fs::write(folder.path("other.crt"), Authority::new("another").pem()).unwrap();
    assert_eq!(head_account(&c).unwrap_err().kind(), Kind::Tls);
    let ca = std::fs::read(real::value("OS_CACERT")).unwrap();
    std::fs::write(folder.path("ca.pem"), ca).unwrap();
    std::os::unix::fs::symlink("ca.pem", folder.path("1a2b3c4d.0")).unwrap();
    head_account(&c).unwrap();
}

#[test]
fn what_is_wrong_with_a_certificate_is_told() {
    let authority = Authority::new("good");
    let ca = authority.file();
    let long_ago = rcgen::date_time_ymd(2001, 1, 1);
    let far_away = rcgen::date_time_ymd(2500, 1, 1);
    for (certificate, host, says) in [
        (authority.issue(&["elsewhere.example"]), "127.0.0.1", "is not for that host name"),
        (authority.issue(&["127.0.0.2"]), "127.0.0.1", "is not for that host name"),
        (authority.issue_with(&["127.0.0.1"], |p| p.not_after = long_ago), "127.0.0.1", "has expired"),
        (authority.issue_with(&["127.0.0.1"], |p| p.not_before = far_away), "127.0.0.1", "not valid yet"),
        (Authority::new("bad").issue(&["127.0.0.1"]), "127.0.0.1", "not from a trusted authority"),
    ] {
        let s = TlsServer::plain(certificate.server());
        let c = s.config(host, &ca);
        let e = head_account(&c).unwrap_err();
        assert_eq!((e.kind(), e.retryable(), e.attempts()), (Kind::Tls, false, 1), "{e}");
        assert!(e.message().contains(says), "{e}");
        // Who does not want to know does not hear of it.
        head_account(&set(&c, &[("insecure", "yes")])).unwrap();
    }
}

#[test]
fn a_certificate_that_a_server_signed_for_itself_is_trusted_when_it_is_named() {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
    let folder = support::Folder::new("self-signed");
    let long_ago = rcgen::date_time_ymd(2001, 1, 1);
    // As `openssl req -x509` makes them: authorities, by their own word.
    for (name, says) in [("127.0.0.1", None), ("127.0.0.2", Some("host name")), ("expired", Some("expired"))]
    {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        if name == "expired" {
            params.not_after = long_ago;
        }
        let key = KeyPair::generate().unwrap();
        let own = params.self_signed(&key).unwrap();
        let certificate = Certificate { certificate: own.pem(), key: key.serialize_pem() };
        let (mine, other) = (folder.path("mine.pem"), Authority::new("other"));
        std::fs::write(&mine, own.pem()).unwrap();
        let s = TlsServer::plain(certificate.server());
        match (head_account(&s.config("127.0.0.1", &mine)), says) {
            (outcome, None) => outcome.unwrap(),
            (outcome, Some(says)) => {
                let e = outcome.unwrap_err();
                assert!(e.kind() == Kind::Tls && e.message().contains(says), "{e}");
            }
        }
        // Nobody else is trusted for that.
        assert_eq!(head_account(&s.config("127.0.0.1", &other.file())).unwrap_err().kind(), Kind::Tls);
    }
}

#[test]
fn names_and_addresses_are_both_checked_and_names_are_sent() {
    let authority = Authority::new("names");
    for (names, host) in [(&["127.0.0.1"][..], "127.0.0.1"), (&["localhost"], "localhost")] {
        let s = TlsServer::new(authority.issue(names).server(), |tls, _| {
            let Some(_) = head(tls) else { return };
            let name = tls.conn.server_name().unwrap_or("none").to_owned();
            let _ = tls.write_all(format!("HTTP/1.1 204 Fine\r\nX-Name: {name}\r\n\r\n").as_bytes());
        });
        let cn = Connection::new(&s.config(host, &authority.file())).unwrap();
        let r = cn.head_account(&Request::new()).unwrap();
        // An address is no server name (RFC 6066).
        let sent = if host == "localhost" { host } else { "none" };
        assert_eq!(r.headers().get_str("x-name"), Some(sent));
    }
}

#[test]
fn the_cipher_that_costs_least_is_offered_first_and_the_others_too() {
    use rustls::version::{TLS12, TLS13};
    let (authority, folder) = (Authority::new("ciphers"), Folder::new("ciphers"));
    // The key of an elliptic curve and one of RSA have suites of their own in TLS 1.2.
    let rsa = text(&folder.path("rsa.key")).to_owned();
    openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", &rsa]);
    let rsa = std::fs::read_to_string(rsa).unwrap();
    let curve = authority.issue(&["localhost"]);
    let rsa = Certificate { certificate: authority.issue_for("localhost", &rsa), key: rsa };
    for (certificate, version, only, chosen) in [
        (&curve, &TLS13, "", "TLS13_AES_128_GCM_SHA256"),
        (&curve, &TLS13, "AES_256", "TLS13_AES_256_GCM_SHA384"),
        (&curve, &TLS13, "CHACHA20", "TLS13_CHACHA20_POLY1305_SHA256"),
        (&curve, &TLS12, "", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        (&curve, &TLS12, "AES_256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
        (&rsa, &TLS12, "", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        (&rsa, &TLS12, "CHACHA20", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
    ] {
        let mut provider = rustls::crypto::ring::default_provider();
        provider.cipher_suites.retain(|s| format!("{:?}", s.suite()).contains(only));
        let s = TlsServer::new(certificate.server_with(provider, version), |tls, _| {
            let Some(_) = head(tls) else { return };
            let suite = tls.conn.negotiated_cipher_suite().unwrap().suite();
            let _ = tls.write_all(format!("HTTP/1.1 204 Fine\r\nX-Suite: {suite:?}\r\n\r\n").as_bytes());
        });
        let cn = Connection::new(&s.config("localhost", &authority.file())).unwrap();
        let r = cn.head_account(&Request::new()).unwrap();
        assert_eq!(r.headers().get_str("x-suite"), Some(chosen), "{only}");
    }
}

/// A server that wants a certificate of this authority.
fn asking(server: &Certificate, clients: &Authority) -> Arc<rustls::ServerConfig> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(clients.pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier =
        rustls::server::WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone());
    let chain = CertificateDer::pem_slice_iter(server.certificate.as_bytes()).map(|c| c.unwrap()).collect();
    let key = PrivateKeyDer::from_pem_slice(server.key.as_bytes()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(chain, key);
    Arc::new(config.unwrap())
}

#[test]
fn au_62_client_keys_in_all_their_forms() {
    let (authority, clients, folder) =
        (Authority::new("server's"), Authority::new("clients'"), Folder::new("keys"));
    let s = TlsServer::plain(asking(&authority.issue(&["127.0.0.1"]), &clients));
    let base = s.config("127.0.0.1", &authority.file());
    let at = |name: &str| text(&folder.path(name)).to_owned();
    // P-256 as PKCS#8 and SEC1, RSA as PKCS#8 and PKCS#1.
    openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", &at("ec.key")]);
    openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", &at("rsa.key")]);
    for kind in ["ec", "rsa"] {
        let (key, old) = (at(&format!("{kind}.key")), at(&format!("{kind}-old.key")));
        openssl(&["pkey", "-in", &key, "-traditional", "-out", &old]);
        let pem = std::fs::read_to_string(&key).unwrap();
        let certificate = clients.issue_for("a client", &pem);
        let path = at(&format!("{kind}.pem"));
        std::fs::write(&path, &certificate).unwrap();
        for key in [&key, &old] {
            head_account(&set(&base, &[("os_cert", &path), ("os_key", key)]))
                .unwrap_or_else(|e| panic!("{key}: {e}"));
        }
        // One file may hold both.
        std::fs::write(at("both.pem"), format!("{certificate}{pem}")).unwrap();
        head_account(&set(&base, &[("os_cert", &at("both.pem"))])).unwrap();
        // An encrypted key says what to do, in its new and in its old form.
        for (name, form) in [("new", &["pkcs8", "-topk8"][..]), ("old", &[kind, "-aes128"][..])] {
            let locked = at(&format!("locked-{kind}-{name}"));
            openssl(&[form, &["-in", &key, "-passout", "pass:x", "-out", &locked]].concat());
            let e = head_account(&set(&base, &[("os_cert", &path), ("os_key", &locked)])).unwrap_err();
            assert_eq!(e.kind(), Kind::InvalidArgument, "{e}");
            assert!(e.message().contains("is encrypted") && e.message().contains("openssl pkey -in"), "{e}");
        }
    }
    let e = head_account(&base).unwrap_err();
    assert!(e.kind() == Kind::Tls && e.message().contains("os_cert"), "{e}");
    let wrong = [("os_cert", at("ec.pem")), ("os_key", at("rsa.key"))];
    let e = head_account(&set(&base, &[(wrong[0].0, &wrong[0].1), (wrong[1].0, &wrong[1].1)])).unwrap_err();
    assert!(e.kind() == Kind::InvalidArgument && e.message().contains("does not go with"), "{e}");
    let e = head_account(&set(&base, &[("os_cert", &at("ec.pem")), ("os_key", "/nowhere")])).unwrap_err();
    assert!(e.kind() == Kind::Io && e.message().contains("/nowhere"), "{e}");
}

#[test]
fn descriptors_that_ran_out_are_not_authorities_that_are_not_there() {
    // In a process of its own, whose descriptors are few.
    const INSIDE: &str = "SWIFTCLIENT_TEST_INSIDE";
    let name = "descriptors_that_ran_out_are_not_authorities_that_are_not_there";
    if std::env::var_os(INSIDE).is_none() {
        let authority = Authority::new("unknown");
        let s = TlsServer::plain(authority.issue(&["127.0.0.1"]).server());
        let out = Command::new(std::env::current_exe().unwrap())
            .args([name, "--exact", "--nocapture", "--test-threads=1"])
            .env(INSIDE, s.address.port().to_string())
            .env("SSL_CERT_FILE", authority.file())
            .env_remove("SSL_CERT_DIR")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&out.stdout);
        let err = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success() && said.contains("1 passed"), "{said}{err}");
        return;
    }
    let port = std::env::var(INSIDE).unwrap();
    let mut c = Config::new();
    c.set("os_storage_url", Some(&format!("https://127.0.0.1:{port}/v1/a"))).unwrap();
    c.set("os_auth_token", Some("t")).unwrap();
    c.set("retries", Some("0")).unwrap();
    let cn = Connection::new(&c).unwrap();
    // One is left, for the socket.
    let mut taken = Vec::new();
    while let Ok(f) = std::fs::File::open("/dev/null") {
        taken.push(f);
        assert!(taken.len() < 2_000_000);
    }
    taken.pop();
    let e = cn.head_account(&Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Io, "{e}");
    assert!(e.message().contains("cannot be read"), "{e}");
    // With descriptors all is well, on the same handle.
    drop(taken);
    cn.head_account(&Request::new()).unwrap();
}

#[test]
fn a_refusal_over_tls_is_heard_while_a_body_is_sent() {
    let authority = Authority::new("early");
    let refusal = b"HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nquota";
    for reset in [false, true] {
        let s = TlsServer::new(authority.issue(&["127.0.0.1"]).server(), move |tls, stop| {
            if head(tls).is_none() || tls.write_all(refusal).is_err() {
                return;
            }
            if reset {
                // What was sent must arrive before the reset does; then nobody reads and it is closed at once.
                arrived(&tls.sock);
                socket2::SockRef::from(&tls.sock).set_linger(Some(Duration::ZERO)).unwrap();
                return;
            }
            while !stop.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        // A test that waits for this is one that failed.
        let c = set(&s.config("127.0.0.1", &authority.file()), &[("timeout", "600")]);
        let cn = Connection::new(&c).unwrap();
        let folder = Folder::new("early");
        std::fs::File::create(folder.path("big")).unwrap().set_len(64 << 20).unwrap();
        let plain = Request { checksum: Some(false), ..Request::new() };
        for body in [memory(&vec![0; 32 << 20]), Source::file(folder.path("big")), endless()] {
            let e = cn.put_object("c", "o", &body, &plain).unwrap_err();
            assert_eq!((e.kind(), e.http_status()), (Kind::TooLarge, 413), "{e}");
            assert!(e.message().contains("quota"), "{e}");
        }
    }
}

#[test]
fn an_upload_over_tls_that_nobody_reads_ends_with_the_timeout() {
    let authority = Authority::new("stall");
    let s = TlsServer::new(authority.issue(&["127.0.0.1"]).server(), |tls, stop| {
        head(tls);
        while !stop.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    let settings = [("timeout", "0.3"), ("connect_timeout", "60")];
    let c = set(&s.config("127.0.0.1", &authority.file()), &settings);
    let e = Connection::new(&c).unwrap();
    let e = e.put_object("c", "o", &endless(), &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    assert!(e.message().contains("no data could be sent to"), "{e}");
}

#[test]
fn bytes_behind_a_body_are_no_answer_to_the_next_request_over_tls_either() {
    let authority = Authority::new("behind");
    let s = TlsServer::new(authority.issue(&["127.0.0.1"]).server(), |tls, _| {
        while let Some(asked) = head(tls) {
            let evil = if asked.contains("/first") {
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
            } else {
                ""
            };
            let body = "x".repeat(20_000);
            // In a record of its own, so that it lies behind the body in the session and not on the socket.
            for part in [format!("HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n{body}").as_str(), evil] {
                if tls.conn.writer().write_all(part.as_bytes()).is_err() {
                    return;
                }
            }
            if tls.flush().is_err() {
                return;
            }
        }
    });
    let c = set(&s.config("127.0.0.1", &authority.file()), &[("checksum", "no")]);
    let cn = Connection::new(&c).unwrap();
    for _ in 0..20 {
        for (name, piece) in [("first", 20_000), ("second", 20_001), ("first", 17_000), ("second", 100)] {
            let mut r = cn.get_object("c", name, &Request::new()).unwrap();
            let (mut all, mut buf) = (0, vec![0; piece]);
            while let Ok(n @ 1..) = r.read(&mut buf) {
                assert!(buf[..n].iter().all(|b| *b == b'x'));
                all += n;
            }
            assert_eq!(all, 20_000, "{name}");
        }
    }
}
