//! TLS settings: whom to trust, and how to show who we are. Made once, at the first https connection, so that
//! sessions are resumed across all threads.

use std::path::Path;
use std::sync::Arc;

use once_cell::sync::OnceCell;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, CipherSuite, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};

use super::fault;
use super::session::Session;
use super::wire::Wire;
use crate::core::config::Options;
use crate::core::error::{Error, Kind, Result};
use crate::core::log::{Level, log};
use crate::sys::file::is_starved;

/// The TLS settings of a client.
#[derive(Debug)]
pub(super) struct Tls {
    insecure: bool,
    cacert: Option<std::path::PathBuf>,
    cert: Option<std::path::PathBuf>,
    cert_key: Option<std::path::PathBuf>,
    config: OnceCell<Arc<ClientConfig>>,
    /// The same for proxies, to which we do not say who we are.
    for_proxies: OnceCell<Arc<ClientConfig>>,
}

impl Tls {
    pub fn new(options: &Options) -> Tls {
        Tls {
            insecure: options.insecure,
            cacert: options.cacert.clone(),
            cert: options.cert.clone(),
            cert_key: options.cert_key.clone(),
            config: OnceCell::new(),
            for_proxies: OnceCell::new(),
        }
    }

    /// Does the handshake on a fresh connection to `host`, which may be a proxy.
    pub fn handshake(&self, wire: &Wire, host: &str, proxy: bool) -> Result<Box<Session>> {
        let config = match proxy {
            false => self.config.get_or_try_init(|| self.build(self.cert.as_deref()).map(Arc::new))?,
            true => self.for_proxies.get_or_try_init(|| self.build(None).map(Arc::new))?,
        };
        let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(bare)
            .map_err(|_| Error::invalid(format!("{host:?} is neither a host name nor an address")))?;
        let mut session =
            Session::new(config.clone(), name).map_err(|e| fault::from_rustls(&e, &wire.peer))?;
        session.begin(wire).map_err(|e| {
            let closed = e.kind() == std::io::ErrorKind::UnexpectedEof;
            let e = fault::from_io(e, &wire.peer);
            if closed { e.with_kind(Kind::Tls).context("TLS handshake") } else { e }
        })?;
        Ok(Box::new(session))
    }

    fn build(&self, cert: Option<&Path>) -> Result<ClientConfig> {
        let provider = Arc::new(provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|e| Error::new(Kind::Tls, format!("TLS cannot be set up: {e}")))?;
        let builder = if self.insecure {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(TrustAnyone(provider)))
        } else {
            let trusted = self.trusted()?;
            let roots = Arc::new(self.roots(&trusted)?);
            let usual = WebPkiServerVerifier::builder_with_provider(roots, provider)
                .build()
                .map_err(|e| Error::new(Kind::Tls, format!("TLS cannot be set up: {e}")))?;
            // Of a system thousands of authorities are trusted as such, and nobody named one of them.
            let named = if self.cacert.is_some() { trusted } else { Vec::new() };
            builder.dangerous().with_custom_certificate_verifier(Arc::new(TrustNamed { usual, named }))
        };
        let config = match cert {
            None => builder.with_no_client_auth(),
            Some(cert) => {
                // One file may hold both.
                let key = self.cert_key.as_deref().unwrap_or(cert);
                let chain = certificates("os_cert", cert)?;
                let secret = private_key(key)?;
                builder.with_client_auth_cert(chain, secret).map_err(|e| {
                    Error::invalid(format!(
                        "the client certificate {} does not go with the key {}: {e}",
                        cert.display(),
                        key.display()
                    ))
                })?
            }
        };
        Ok(config)
    }

    fn trusted(&self) -> Result<Vec<CertificateDer<'static>>> {
        match &self.cacert {
            Some(path) if path.is_dir() => certificates_in("os_cacert", path),
            Some(path) => certificates("os_cacert", path),
            None => system_certificates(),
        }
    }

    fn roots(&self, trusted: &[CertificateDer<'static>]) -> Result<RootCertStore> {
        let mut roots = RootCertStore::empty();
        // A system's bundle may hold a certificate that rustls cannot read; the others are good.
        let (good, _) = roots.add_parsable_certificates(trusted.iter().cloned());
        if good == 0 {
            let text = match &self.cacert {
                Some(path) => format!("os_cacert {}: no certificate in it can be used", path.display()),
                None => "no certificate authorities found on this system; name a CA file with os_cacert"
                    .to_owned(),
            };
            return Err(Error::new(Kind::Tls, text).with_retryable(false));
        }
        Ok(roots)
    }
}

/// What computes ciphers and the like. AES with keys of 128 bits comes first, as with browsers: it takes ten rounds where
/// that with 256 takes fourteen, and nobody breaks either. A server that insists on the others gets them.
fn provider() -> CryptoProvider {
    let mut provider = rustls::crypto::ring::default_provider();
    provider.cipher_suites.sort_by_key(|s| {
        !matches!(
            s.suite(),
            CipherSuite::TLS13_AES_128_GCM_SHA256
                | CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
                | CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
        )
    });
    provider
}

/// The authorities that this system trusts.
fn system_certificates() -> Result<Vec<CertificateDer<'static>>> {
    let found = rustls_native_certs::load_native_certs();
    // What cannot be opened for lack of descriptors is there all the same: with a part of it, or with none, servers
    // would be distrusted for no reason, and until the program ends.
    let starved = found.errors.iter().find(|e| match &e.kind {
        rustls_native_certs::ErrorKind::Io { inner, .. } => is_starved(inner),
        _ => false,
    });
    match starved.or_else(|| found.errors.first().filter(|_| found.certs.is_empty())) {
        Some(e) => {
            let text = format!("the certificate authorities of this system cannot be read: {e}");
            Err(Error::new(Kind::Io, text))
        }
        None => Ok(found.certs),
    }
}

/// All certificates in the files of a directory. What else lies there is no matter.
fn certificates_in(option: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let cannot = |e: &std::io::Error| Error::io(format_args!("{option} {}", path.display()), e);
    let mut all = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|e| cannot(&e))? {
        let file = entry.map_err(|e| cannot(&e))?.path();
        if !file.is_file() {
            continue;
        }
        match CertificateDer::pem_file_iter(&file) {
            Ok(found) => all.extend(found.flatten()),
            Err(e) => log!(Level::Warn, "{option} {}: {e}", file.display()),
        }
    }
    if all.is_empty() {
        let text = format!("{option} {} holds no file with certificates in PEM form", path.display());
        return Err(Error::invalid(text));
    }
    // Such directories have each file a second time, under a name made from a hash.
    all.sort_unstable_by(|a, b| a.as_ref().cmp(b.as_ref()));
    all.dedup();
    Ok(all)
}

/// A private key in any of the forms that have a name in PEM: PKCS#8, PKCS#1, SEC1.
fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_file(path).map_err(|e| {
        let text = std::fs::read(path).unwrap_or_default();
        let encrypted = text.windows(9).any(|w| w == b"ENCRYPTED");
        if encrypted {
            let path = path.display();
            return Error::invalid(format!(
                "os_key {path} is encrypted, and nobody is asked for its passphrase; decrypt it first: openssl pkey -in \
                 {path} -out FILE"
            ));
        }
        unreadable("os_key", path, "private key", &e)
    })
}

fn certificates(option: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let all: std::result::Result<Vec<_>, _> = match CertificateDer::pem_file_iter(path) {
        Ok(iter) => iter.collect(),
        Err(e) => Err(e),
    };
    match all {
        Ok(certs) if certs.is_empty() => {
            Err(Error::invalid(format!("{option} {} holds no certificate in PEM form", path.display())))
        }
        Ok(certs) => Ok(certs),
        Err(e) => Err(unreadable(option, path, "certificate", &e)),
    }
}

fn unreadable(option: &str, path: &Path, what: &str, e: &rustls::pki_types::pem::Error) -> Error {
    match e {
        rustls::pki_types::pem::Error::Io(e) => Error::io(format_args!("{option} {}", path.display()), e),
        e => Error::invalid(format!("{option} {}: no {what} can be read from it: {e}", path.display())),
    }
}

/// Trusts whom an authority vouches for, and besides the very certificates that `os_cacert` names: one that a server has
/// signed for itself says by custom that it is an authority, and a verifier by the book takes none of those.
#[derive(Debug)]
struct TrustNamed {
    usual: Arc<WebPkiServerVerifier>,
    named: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for TrustNamed {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        let usual = self.usual.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match usual {
            // Its dates are right then: they are looked at before what it is for.
            Err(rustls::Error::InvalidCertificate(CertificateError::Other(_)))
                if self.named.iter().any(|n| n == end_entity) =>
            {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            usual => usual,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

/// The option `insecure`: any certificate will do; signatures are still checked, so that the peer at least
/// holds the key of the certificate it shows.
#[derive(Debug)]
struct TrustAnyone(Arc<CryptoProvider>);

impl ServerCertVerifier for TrustAnyone {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
